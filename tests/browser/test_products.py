"""Products at the admin's pages, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.administrator import Administrator


def test_a_product_is_added_by_the_form_and_its_availability_arrives(admin: Administrator) -> None:
    admin.add_product("MUG-1", "Mug", "9.50", opening_stock=12)

    admin.is_told("was added successfully")
    admin.looks_again_until(admin.cell("MUG-1", "available"), "12")
    expect(admin.cell("MUG-1", "price")).to_have_text("9.50")


def test_its_price_is_changed_in_the_form(admin: Administrator) -> None:
    admin.open_product("SOAP-OLIVE")
    admin.fill("Price", "2.95")
    admin.press("Save")

    admin.is_told("was changed successfully")
    expect(admin.cell("SOAP-OLIVE", "price")).to_have_text("2.95")


def test_a_refused_change_shows_its_reason_and_what_was_typed(admin: Administrator) -> None:
    admin.open_product("TEA-MINT")
    stale = admin.page.locator("input[name=version]").get_attribute("value")
    admin.fill("Price", "4.10")
    admin.press("Save and continue editing")
    admin.is_told("was changed successfully")

    admin.page.locator("input[name=version]").evaluate("(field, stale) => field.value = stale", stale)
    admin.fill("Price", "3.99")
    admin.press("Save")

    admin.is_refused("It has version 2 by now: fetch it again.")
    expect(admin.page.get_by_label("Price")).to_have_value("3.99")


def test_an_sku_that_is_taken_is_refused_in_the_form(admin: Administrator) -> None:
    admin.add_product("BREAD-RYE", "Another bread", "4.00", opening_stock=1)

    admin.is_refused("There is a product with the SKU BREAD-RYE.")
    expect(admin.page.get_by_label("Name")).to_have_value("Another bread")


def test_a_product_is_found_by_search_and_by_filter(admin: Administrator) -> None:
    admin.add_product("LAMP-1", "Desk lamp", "49.00", opening_stock=0)

    admin.search("lamp")
    expect(admin.rows()).to_have_count(1)
    expect(admin.row("LAMP-1")).to_be_visible()

    admin.list("catalog/product")
    admin.narrow("Sold out")
    expect(admin.row("LAMP-1")).to_be_visible()
    expect(admin.row("APPLE-1KG")).to_have_count(0)


def test_a_product_is_deleted_once_that_is_confirmed(admin: Administrator) -> None:
    admin.add_product("GONE-1", "Old thing", "1.00", opening_stock=1)
    admin.open_product("GONE-1")
    admin.follow("Delete")
    admin.press(re.compile("sure"))

    admin.is_told("was deleted successfully")
    expect(admin.row("GONE-1")).to_have_count(0)
