"""What administrators do at the pages of the admin: the tests and the screenshots tell it in these words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.shops import LocalShop
from tests.browser.chromium import a_page, new_page
from tests.support import eventually


class Administrator:
    """Sits before one page of a running shop."""

    def __init__(self, shop: LocalShop, page: Page, complaints: list[str]) -> None:
        self.shop = shop
        self.page = page
        self.complaints = complaints

    def log_in(self) -> None:
        self.open("/admin/")
        self.fill("Username", "admin")
        self.fill("Password", "admin")
        self.press("Log in")

    @contextmanager
    def nobody(self) -> Iterator[Page]:
        """A page of somebody who has no session; its complaints count, too."""
        browser = self.page.context.browser
        assert browser
        page = new_page(browser, self.shop.url, self.complaints)
        try:
            yield page
        finally:
            page.context.close()

    def open(self, path: str) -> None:
        self.page.goto(path)

    def click(self, target: Locator) -> None:
        """And wait until all of the next page is there: who leaves earlier aborts its requests."""
        with self.page.expect_navigation():
            target.click()

    def list(self, kind: str) -> None:
        self.open(f"/admin/{kind}/")

    def follow(self, name: str) -> None:
        self.click(self.page.locator("#content").get_by_role("link", name=name, exact=True))

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).fill(value)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(label=option)

    def press(self, button: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("button", name=button, exact=True))

    def search(self, words: str) -> None:
        self.page.locator("#searchbar").fill(words)
        self.press("Search")

    def narrow(self, choice: str) -> None:
        self.click(self.page.locator("#changelist-filter").get_by_role("link", name=choice, exact=True))

    def act(self, action: str, row: str) -> None:
        self.row(row).locator(".action-select").check()
        self.page.get_by_label("Action:").select_option(label=action)
        self.press("Go")

    def row(self, text: str) -> Locator:
        """That of a list."""
        return self.page.locator("#result_list tbody tr", has_text=text)

    def rows(self) -> Locator:
        return self.page.locator("#result_list tbody tr")

    def cell(self, row: str, column: str) -> Locator:
        return self.row(row).locator(f".field-{column}")

    def is_told(self, text: str) -> None:
        expect(self.page.locator(".messagelist")).to_contain_text(text)

    def is_refused(self, text: str) -> None:
        expect(self.page.locator(".errorlist")).to_contain_text(text)

    def looks_again_until(self, seen: Locator, text: str) -> None:
        """What an event brings about is there a moment later."""

        def is_there() -> bool:
            self.page.reload()
            return seen.inner_text() == text

        eventually(is_there)

    def add_product(self, sku: str, name: str, price: str, opening_stock: int) -> None:
        self.open("/admin/catalog/product/add/")
        self.fill("SKU", sku)
        self.fill("Name", name)
        self.fill("Price", price)
        self.choose("Inventory", "food")
        self.fill("Opening stock", str(opening_stock))
        self.press("Save")

    def open_product(self, sku: str) -> None:
        self.list("catalog/product")
        self.click(self.row(sku).get_by_role("link"))

    def open_stock(self, sku: str) -> None:
        self.list("inventory/stock")
        self.click(self.row(sku).get_by_role("link"))

    def adjust(self, sku: str, change: int, reason: str) -> None:
        self.open_stock(sku)
        self.follow("Adjust")
        self.choose("Inventory", "food")
        self.fill("Change", str(change))
        self.fill("Reason", reason)
        self.press("Save")

    def somebody_reserves(self, sku: str, quantity: int) -> str:
        """Over the API, as shops do."""
        products = self.shop.call("GET", "/api/v1/products").json()["items"]
        (product_id,) = [product["id"] for product in products if product["sku"] == sku]
        line = {"product_id": product_id, "quantity": quantity}
        answer = self.shop.call("POST", "/api/v1/reservations", json={"lines": [line]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@contextmanager
def an_administrator(chromium: Path, folder: Path) -> Iterator[Administrator]:
    """Logged in at a shop of their own that has the demo's data."""
    shop = LocalShop(folder)
    try:
        shop.start()
        with a_page(chromium, shop.url) as (page, complaints):
            administrator = Administrator(shop, page, complaints)
            administrator.log_in()
            yield administrator
    finally:
        shop.kill()
