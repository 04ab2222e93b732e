"""The pages around the lists: the index, the console of the messages, the documentation of the API."""

from playwright.sync_api import expect

from tests.browser.administrator import Administrator


def test_who_logs_in_sees_the_modules(admin: Administrator) -> None:
    admin.open("/admin/")
    admin.press("Log out")
    expect(admin.page.locator("#content")).to_contain_text("Logged out")

    admin.log_in()

    for module in ("Catalog", "Inventory", "Identity"):
        expect(admin.page.locator("#content").get_by_role("link", name=module, exact=True)).to_be_visible()


def test_the_console_of_the_messages_says_that_nothing_is_stuck(admin: Administrator) -> None:
    admin.open("/admin/")
    admin.follow("Messaging: what is unsent, unhandled or stuck")

    for module in ("catalog", "inventory", "identity"):
        row = admin.page.locator("#content tbody tr", has_text=module)
        expect(row).to_contain_text("Nothing is stuck.")


def test_the_documentation_shows_the_operations_and_their_shapes(admin: Administrator) -> None:
    admin.open("/docs")

    operation = admin.page.locator(".opblock", has_text="Add a product to the catalog")
    operation.locator(".opblock-summary-control").click()
    expect(operation).to_contain_text("Idempotency-Key")
    expect(operation).to_contain_text("urn:shop:problem:duplicate-sku")
