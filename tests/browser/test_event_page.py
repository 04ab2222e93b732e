"""The events, as a page to read."""

from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.administrator import Administrator
from tests.browser.chromium import SIZE

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=SIZE[0], height=SIZE[1])
CREATED = "catalog.product_created.v1"


def test_an_event_is_found_by_its_name_with_who_consumes_it_and_an_example(admin: Administrator) -> None:
    admin.open("/docs/events")
    admin.page.get_by_role("navigation").get_by_role("link", name=CREATED).click()

    sheet = admin.page.get_by_role("region", name=CREATED)
    expect(sheet).to_be_in_viewport()
    assert admin.page.url.endswith(f"#{CREATED}")
    expect(sheet).to_contain_text("inventory · Open the stock of every new product.")
    expect(sheet.get_by_role("row", name="price decimal")).to_contain_text("decimal, as a string")

    sheet.get_by_text("Example").click()
    expect(sheet.locator("pre")).to_contain_text('"sku": "MUG-1"')


def test_a_schema_is_one_click_away(admin: Administrator) -> None:
    admin.open("/docs/events")
    admin.click(admin.page.get_by_role("region", name=CREATED).get_by_role("link", name="JSON Schema"))

    expect(admin.page.locator("body")).to_contain_text(f"/events/{CREATED}.json")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_by_day_and_by_night(admin: Administrator, scheme: Literal["light", "dark"]) -> None:
    admin.page.set_viewport_size(PHONE)
    admin.page.emulate_media(color_scheme=scheme)

    admin.open("/docs/events")

    width = admin.page.evaluate("document.documentElement.scrollWidth")
    ground, ink = (
        admin.page.evaluate(f"getComputedStyle(document.body).{name}")
        for name in ("backgroundColor", "color")
    )
    admin.page.set_viewport_size(DESK)
    admin.page.emulate_media(color_scheme="null")
    assert width == PHONE["width"]
    assert lightness(ground) > lightness(ink) if scheme == "light" else lightness(ground) < lightness(ink)


def lightness(colour: str) -> int:
    """Of ``rgb(18, 24, 29)``."""
    return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(",")))
