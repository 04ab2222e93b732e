"""Stock, its ledger and reservations at the admin's pages, in a real browser."""

from playwright.sync_api import expect

from tests.browser.administrator import Administrator

CONFIRM = "Confirm: what they hold leaves the house"
RELEASE = "Release: what they hold can be sold again"


def test_stock_is_adjusted_and_the_ledger_says_why(admin: Administrator) -> None:
    admin.adjust("APPLE-1KG", -2, "Two were bad.")

    ledger = admin.page.locator("#movements-group tr.has_original")
    expect(ledger.first).to_contain_text("Two were bad.")
    expect(ledger.first.locator(".field-change")).to_have_text("-2")
    expect(admin.page.locator(".fieldBox.field-on_hand .readonly")).to_have_text("118")


def test_more_than_there_is_cannot_be_taken_away_and_the_form_says_so(admin: Administrator) -> None:
    admin.adjust("COFFEE-500", -76, "All of it and one more.")

    admin.is_refused("Only 75 of COFFEE-500 can be taken away there.")
    expect(admin.page.get_by_label("Reason")).to_have_value("All of it and one more.")


def test_a_reservation_is_looked_at_and_confirmed(admin: Administrator) -> None:
    reservation = admin.somebody_reserves("BREAD-RYE", 3)

    admin.list("inventory/reservation")
    admin.click(admin.row(reservation).get_by_role("link"))
    expect(admin.page.locator("#allocations-group tr.has_original")).to_contain_text("BREAD-RYE")

    admin.list("inventory/reservation")
    admin.act(CONFIRM, reservation)
    admin.is_told("1 reservation confirmed.")
    expect(admin.cell(reservation, "state")).to_have_text("Confirmed")


def test_a_reservation_is_released_once_and_one_that_has_left_is_not(admin: Administrator) -> None:
    reservation = admin.somebody_reserves("SOAP-OLIVE", 5)
    admin.list("inventory/reservation")
    expect(admin.cell(reservation, "holds")).to_have_text("5 SOAP-OLIVE")

    admin.act(RELEASE, reservation)
    admin.is_told("1 reservation released.")
    admin.act(CONFIRM, reservation)
    admin.is_told("The reservation was released, and holds nothing any more")

    admin.narrow("Released")
    expect(admin.row(reservation)).to_be_visible()
