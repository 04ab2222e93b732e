"""Twins of a POST at the same moment, and a crash in the middle of one: in real transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from shop.building_blocks.http.answers import created
from shop.building_blocks.http.idempotency import IdempotencyKeyReused, once
from shop.building_blocks.http.parsers import JSONParser
from shop.building_blocks.http.principals import Principal
from shop.building_blocks.mediator import Command, handles
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.catalog.models import IdempotencyRecord, OutboxMessage, Product
from tests.support import a_client_with, at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCTS = "/api/v1/products"
MUG = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid4()), "quantity": 12}


@dataclass(frozen=True)
class AddAnything(Command[UUID]):
    """No rule keeps it from being done twice."""

    name: str = "Anything"


AddAnything.__module__ = CreateProduct.__module__


class Meeting:
    """Lets the handlers of several commands wait for each other, inside their transactions."""

    barrier: Barrier | None = None

    def __call__(self) -> None:
        if self.barrier:
            self.barrier.wait(20)


meet = Meeting()


@handles(AddAnything)
def add_anything(command: AddAnything) -> UUID:
    meet()
    product = Product.objects.create(sku=uuid4().hex, name=command.name, price=1)
    return product.id


def ask(
    name: str = "Anything",
    path: str = "/anything",
    user: UUID | None = None,
    answer: Callable[[UUID], Response] = created,
) -> Any:
    """Always under the same key, of the same client."""
    posted = APIRequestFactory().post(path, {"name": name}, headers={"Idempotency-Key": "k1"})
    request = Request(posted, parsers=[JSONParser()])
    request.auth = Principal("a client", user, frozenset(), timezone.now())
    response = once(request, AddAnything(name), answer)
    return response.status_code, msgspec.json.encode(response.data)


def create(client: APIClient) -> Any:
    return client.post(PRODUCTS, MUG, headers={"Idempotency-Key": "k1"})


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("catalog:write")


def test_a_key_of_another_path_is_refused() -> None:
    ask(path="/anything")

    with pytest.raises(IdempotencyKeyReused):
        ask(path="/anything/else")


def test_the_users_of_a_client_do_not_share_keys() -> None:
    answers = [ask(user=user) for user in (None, uuid4(), uuid4())]

    assert len(set(answers)) == Product.objects.count() == 3


def test_twins_at_once_change_once_and_get_the_same_answer() -> None:
    answers = at_once(*[ask] * 8)

    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert (Product.objects.count(), IdempotencyRecord.objects.count()) == (1, 1)


def test_twins_over_http_get_the_same_answer_also_where_a_rule_refuses_the_later_one(
    clerk: APIClient,
) -> None:
    answers = at_once(*[partial(create, clerk)] * 8)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert [answer.get("Idempotent-Replayed") for answer in answers].count(None) == 1
    assert (Product.objects.count(), OutboxMessage.objects.count()) == (1, 1)


@pytest.mark.postgresql
def test_of_twins_in_the_same_moment_the_later_one_is_rolled_back_and_replays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meet, "barrier", Barrier(2))

    answers = at_once(*[ask] * 2)

    assert answers[0] == answers[1]
    assert (Product.objects.count(), IdempotencyRecord.objects.count()) == (1, 1)


def test_of_different_requests_at_once_under_one_key_one_is_made_and_the_others_refused() -> None:
    answers = at_once(*[partial(ask, f"Thing {number}") for number in range(6)])

    refused = [answer for answer in answers if isinstance(answer, IdempotencyKeyReused)]
    assert len(refused) == 5
    assert (Product.objects.count(), IdempotencyRecord.objects.count()) == (1, 1)


def test_the_change_its_event_and_the_record_are_one_commit(clerk: APIClient) -> None:
    with CaptureQueriesContext(connections["catalog"]) as queries:
        create(clerk)

    written = [query["sql"] for query in queries if query["sql"].startswith(("BEGIN", "INSERT", "COMMIT"))]
    assert [sql.split()[:3][-1].strip('"') for sql in written[1:-1]] == [
        "catalog_product",
        "catalog_searchdocument",
        "catalog_listing",
        "catalog_outboxmessage",
        "catalog_idempotencyrecord",
    ]
    assert written[0].startswith("BEGIN")
    assert written[-1] == "COMMIT"


def lose_the_session(_product_id: UUID) -> Response:
    """As when the process dies between the change and the record."""
    connection = connections["catalog"]
    if connection.vendor == "sqlite":
        connection.connection.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return Response()


def test_a_crash_between_the_change_and_the_record_leaves_neither() -> None:
    with pytest.raises(DatabaseError):
        ask(answer=lose_the_session)

    assert not Product.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert ask()[0] == 201
