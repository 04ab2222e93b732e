"""A session that was ended: noticed before it is used, or at the price of one request."""

from typing import Any

import pytest
from django.db import OperationalError, close_old_connections, connections, transaction

from shop.building_blocks.database.postgresql import base
from shop.modules.catalog.models import Product

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def request() -> bool:
    """With what Django does at the beginning and at the end of one."""
    close_old_connections()
    try:
        return Product.objects.exists()
    finally:
        close_old_connections()


def end_the_session() -> None:
    with connections["catalog"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()
    other = connections.create_connection("catalog")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", session)
    other.close()


def let_time_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    connection: Any = connections["catalog"]
    monkeypatch.setattr(connection, "_checked_at", connection._checked_at - base.CHECK_EVERY)


def test_a_session_that_ended_a_while_ago_is_replaced_and_nobody_notices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request()
    end_the_session()
    let_time_pass(monkeypatch)

    assert request() is False


def test_one_that_ended_just_now_costs_one_request_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Just now, also on a machine that stands still for seconds."""
    monkeypatch.setattr(base, "CHECK_EVERY", 600.0)
    request()
    end_the_session()

    with pytest.raises(OperationalError):
        request()
    assert request() is False


def test_it_is_checked_once_however_many_requests_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connections["catalog"]
    is_usable, checks = connection.is_usable, []

    def counted() -> bool:
        checks.append("checked")
        return is_usable()

    monkeypatch.setattr(connection, "is_usable", counted)
    request()
    checks.clear()
    let_time_pass(monkeypatch)

    for _ in range(3):
        request()

    assert checks == ["checked"]


def test_a_check_that_falls_due_during_a_transaction_does_not_disturb_its_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request()
    close_old_connections()

    with transaction.atomic(using="catalog"):
        Product.objects.exists()
        let_time_pass(monkeypatch)

    assert connections["catalog"].get_autocommit()
