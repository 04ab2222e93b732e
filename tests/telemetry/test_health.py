import pytest
from rest_framework.test import APIClient

from tests.support import a_product, lose_table


@pytest.mark.django_db
def test_ready_names_each_database_and_the_lag_of_each_outbox(anonymous: APIClient) -> None:
    a_product()

    response = anonymous.get("/readyz")

    checks = response.json()["checks"]
    assert response.status_code == 200
    assert checks["database:catalog"] == checks["database:identity"] == "ok"
    assert checks["outbox_lag_seconds"]["catalog"] >= 0
    assert checks["outbox_lag_seconds"]["inventory"] == 0


def test_live_touches_no_database(anonymous: APIClient) -> None:
    assert anonymous.get("/livez").json() == {"status": "ok"}


def test_not_ready_says_which_database_is_away_and_nothing_secret(anonymous: APIClient) -> None:
    """No database may be used in this test, so none of them answers."""
    response = anonymous.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database:catalog"] == "RuntimeError"
    assert "Database access not allowed" not in response.content.decode()


@pytest.mark.django_db
def test_says_what_it_cannot_say_before_the_tables_are_made(anonymous: APIClient) -> None:
    lose_table("catalog_outboxmessage")

    checks = anonymous.get("/readyz").json()["checks"]

    assert checks["outbox_lag_seconds"]["catalog"] in {"OperationalError", "ProgrammingError"}
