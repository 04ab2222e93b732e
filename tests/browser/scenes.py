"""The pages that docs/screenshots shows, after a day at the shop."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from playwright.sync_api import expect

from tests.browser.administrator import Administrator
from tests.support import eventually

NOWHERE = str(UUID(int=0))


def a_day_at_the_shop(admin: Administrator) -> None:
    """Something of everything: sold out, adjusted, reserved, confirmed and released."""
    admin.add_product("LAMP-DESK", "Desk lamp", "49.00", opening_stock=0)
    admin.adjust("COFFEE-500", 24, "Delivery 4711.")
    admin.adjust("COFFEE-500", -1, "Broken in the cellar.")
    ended = [admin.somebody_reserves("APPLE-1KG", 12), admin.somebody_reserves("COFFEE-500", 4)]
    admin.somebody_reserves("TEA-MINT", 2)
    admin.somebody_reserves("COFFEE-500", 3)
    admin.list("inventory/reservation")
    admin.act("Release: what they hold can be sold again", ended[0])
    admin.act("Confirm: what they hold leaves the house", ended[1])


def messaging(admin: Administrator) -> None:
    lost = {"sku": "LOST-1", "name": "Lost", "price": "1.00", "inventory_id": NOWHERE, "quantity": 1}
    admin.shop.call("POST", "/api/v1/products", json=lost).raise_for_status()

    def something_is_stuck() -> bool:
        admin.open("/admin/messaging/")
        return "open_stock_for_new_product" in admin.page.locator("#content").inner_text()

    eventually(something_is_stuck)


def api(admin: Administrator) -> None:
    admin.open("/docs")
    expect(admin.page.locator(".opblock").last).to_be_visible()


def consent(admin: Administrator) -> None:
    asked = {
        "response_type": "code",
        "client_id": "demo-spa",
        "redirect_uri": "http://127.0.0.1/callback",
        "scope": "openid profile catalog:read",
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
    }
    admin.open(f"/connect/authorize?{urlencode(asked)}")


def events(admin: Administrator) -> None:
    admin.open("/docs/events#catalog.product_created.v1")
    admin.page.get_by_role("region").first.get_by_text("Example").click()


SCENES: dict[str, Callable[[Administrator], None]] = {
    "products": lambda admin: admin.list("catalog/product"),
    "product": lambda admin: admin.open_product("COFFEE-500"),
    "stock": lambda admin: admin.open_stock("COFFEE-500"),
    "reservations": lambda admin: admin.list("inventory/reservation"),
    "messaging": messaging,
    "clients": lambda admin: admin.list("identity/client"),
    "consent": consent,
    "api": api,
    "events": events,
}
