"""Clients at the admin's pages, in a real browser."""

import requests
from playwright.sync_api import expect

from tests.browser.administrator import Administrator


def what_it_may_do(admin: Administrator, client_id: str, secret: str) -> str:
    """The scopes of a token that it asks for."""
    answer = requests.post(
        f"{admin.shop.url}/connect/token",
        auth=(client_id, secret),
        data={"grant_type": "client_credentials"},
        timeout=20,
    )
    return str(answer.json()["scope"])


def test_the_secret_of_a_new_client_is_shown_once_and_works(admin: Administrator) -> None:
    admin.open("/admin/identity/client/add/")
    admin.fill("Name:", "Stock robot")
    client_id = admin.page.get_by_label("Client id").input_value()
    admin.page.get_by_label("inventory:read").check()
    admin.press("Save")

    expect(admin.page.locator("#content")).to_contain_text("it is shown this once")
    expect(admin.page.get_by_label("Client id")).to_have_value(client_id)
    secret = admin.page.get_by_label("Client secret").input_value()
    assert what_it_may_do(admin, client_id, secret) == "inventory:read"

    admin.follow("I have it")
    expect(admin.row("Stock robot")).to_contain_text(client_id)
    admin.click(admin.row("Stock robot").get_by_role("link"))
    assert secret not in admin.page.content()


def test_a_client_that_lets_users_log_in_needs_to_say_where_they_are_sent_back_to(
    admin: Administrator,
) -> None:
    admin.open("/admin/identity/client/add/")
    admin.fill("Name:", "Web shop")
    admin.page.get_by_label("from a browser").check()
    admin.press("Save")

    admin.is_refused("Needed.")
    expect(admin.page.get_by_label("from a browser")).to_be_checked()

    admin.fill("Redirect URIs", "https://shop.example/callback")
    admin.press("Save")
    admin.is_told("was added successfully")
