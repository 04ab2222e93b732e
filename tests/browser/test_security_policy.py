"""No page breaks its own Content-Security-Policy: the browser complains of what it refuses."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib.admin import site
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.administrator import Administrator
from tests.browser.scenes import messaging

LINKS = "a[href]:not(#recent-actions-module a)"  # those may lead to what was deleted since
ID = re.compile(r"(?<=/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=/)")
PLANTED = "<script>document.title = 'planted'</script><svg onload=\"document.title = 'planted'\">"


@pytest.fixture
def busy(admin: Administrator) -> Administrator:
    """At a shop with a row in every list: something is reserved, and somebody has skipped what was stuck."""
    admin.somebody_reserves("TEA-MINT", 1)
    messaging(admin)
    admin.open("/admin/inventory/inboxmessage/?state__exact=parked")
    admin.act("Skip: give dead and parked events up", "open_stock_for_new_product")
    admin.fill("Reason", "There is no such inventory.")
    admin.press("Skip")
    admin.is_told("1 event skipped.")
    return admin


def test_every_page_that_the_admin_leads_to(busy: Administrator) -> None:
    seen = set(one_of_each_kind(busy.page, "/admin/"))

    lists = {changelist(model) for model in site._registry}
    assert {reverse("messaging"), "/admin/password_change/", *lists} < seen
    assert {f"{one}*/change/" for one in lists if one.startswith("/admin/inventory/")} < seen
    assert {f"/admin/catalog/product/{page}" for page in ("add/", "*/delete/", "*/history/")} < seen


def changelist(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def one_of_each_kind(page: Page, start: str) -> Iterator[str]:
    """Follow every link inside the admin to pages that differ by more than an id and a query."""
    known, ahead = {start}, [(start, start)]
    while ahead:
        kind, path = ahead.pop()
        page.goto(path)
        yield kind
        for link in page.locator(LINKS).evaluate_all("links => links.map((link) => link.href)"):
            path = link.removeprefix(page.url.partition("/admin/")[0])
            kind = ID.sub("*", urlsplit(link).path)
            if path.startswith("/admin/") and kind not in known:
                known.add(kind)
                ahead.append((kind, path))


def test_a_client_tries_requests_out_in_the_documentation(admin: Administrator) -> None:
    dialogue = open_dialogue(admin, "clientCredentials")
    dialogue.get_by_label("client_id:").fill("demo")
    dialogue.get_by_label("client_secret:").fill("demo-secret")
    dialogue.get_by_text("select all").click()
    dialogue.get_by_role("button", name="Apply").click()

    tries_out_the_list_of_products(admin.page)


def test_a_user_does_so_by_a_public_client_and_their_consent(admin: Administrator) -> None:
    dialogue = open_dialogue(admin, "authorizationCode")
    dialogue.get_by_label("client_id:").fill("demo-spa")
    dialogue.get_by_text("catalog:read").click()
    with admin.page.expect_popup() as consent:
        dialogue.get_by_role("button", name="Apply").click()
    consent.value.get_by_role("button", name="Allow").click()

    tries_out_the_list_of_products(admin.page)


def open_dialogue(admin: Administrator, flow: str) -> Locator:
    admin.open("/docs")
    admin.page.get_by_role("button", name="Authorize").click()
    return admin.page.locator(".auth-container > div > div", has_text=f"Flow: {flow}")


def tries_out_the_list_of_products(page: Page) -> None:
    page.get_by_role("button", name="Remove authorization").first.wait_for()
    page.locator(".modal-ux").get_by_role("button", name="Close").first.click()
    operation = page.locator("#operations-catalog-ListProducts")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text("APPLE-1KG")


@pytest.mark.parametrize("path", ["/login", "/connect/logout"])
def test_the_pages_around(admin: Administrator, path: str) -> None:
    admin.open(path)

    expect(admin.page).to_have_title(re.compile("shop"))


@pytest.mark.parametrize(("policy", "runs"), [("as it is sent", False), ("taken away", True)])
def test_a_script_that_is_written_into_a_page_does_not_run(
    admin: Administrator, policy: str, *, runs: bool
) -> None:
    def plant(route: Route) -> None:
        answer = route.fetch()
        headers = answer.headers
        if policy == "taken away":
            del headers["content-security-policy"]
        route.fulfill(response=answer, headers=headers, body=answer.text().replace("</h1>", PLANTED))

    admin.page.route("**/admin/", plant)
    admin.open("/admin/")
    admin.page.unroute("**/admin/")

    assert (admin.page.title() == "planted") is runs
    refused = [complaint for complaint in admin.complaints if "CSP: script-src" in complaint]
    assert len(refused) == (0 if runs else 2)
    admin.complaints.clear()
