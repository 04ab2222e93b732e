"""A POST that is sent again under its Idempotency-Key changes nothing, and gets the first answer again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from shop.building_blocks.http.idempotency import purge_expired
from shop.building_blocks.messaging import tasks
from shop.modules.catalog.models import IdempotencyRecord, OutboxMessage, Product
from shop.modules.identity import models as identity
from shop.modules.identity.models import User
from tests.support import a_client_with

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products"
MUG = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid4()), "quantity": 12}
ALICE = {"username": "alice", "email": "alice@example.org", "password": "correct horse 1"}


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("catalog:write")


def create(client: APIClient, key: str, **changed: Any) -> Any:
    return client.post(PRODUCTS, MUG | changed, headers={"Idempotency-Key": key})


def test_the_same_request_again_gets_the_first_answer_again(clerk: APIClient) -> None:
    first, second = create(clerk, "k1"), create(clerk, "k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Location"] == first["Location"]
    assert second["Content-Type"] == "application/json"
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert (Product.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_it_is_the_same_request_however_its_body_is_written(clerk: APIClient) -> None:
    create(clerk, "k1")
    reordered = dict(reversed(MUG.items()))

    assert create(clerk, "k1", **reordered)["Idempotent-Replayed"] == "true"


def test_without_a_key_every_request_is_judged_anew(clerk: APIClient) -> None:
    answers = [clerk.post(PRODUCTS, MUG) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"name": "Cup"}, {"sku": "MUG-2"}, {"quantity": 11}, {"description": ""}]
)
def test_the_key_of_another_body_is_refused(clerk: APIClient, changed: dict[str, Any]) -> None:
    create(clerk, "k1")

    answer = create(clerk, "k1", **changed)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:shop:problem:idempotency-key-reused"
    assert Product.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 256, "\x01"])
def test_a_key_has_visible_characters_and_an_end(clerk: APIClient, key: str) -> None:
    answer = create(clerk, key)

    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:shop:problem:malformed-header"
    assert not Product.objects.exists()


def test_the_longest_key_is_kept_whole(clerk: APIClient) -> None:
    create(clerk, "x" * 255)

    assert create(clerk, "x" * 255)["Idempotent-Replayed"] == "true"


def test_clients_do_not_share_keys(clerk: APIClient) -> None:
    other = a_client_with("catalog:write")

    answers = [create(clerk, "k1"), create(other, "k1", sku="MUG-2")]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() != answers[1].json()


def test_a_refusal_is_not_remembered_and_may_be_another_answer_later(clerk: APIClient) -> None:
    create(clerk, "k1")
    assert create(clerk, "k2").status_code == 409

    Product.objects.update(sku="MUG-9")

    assert create(clerk, "k2").status_code == 201
    invalid = create(clerk, "k3", price="-1")
    assert (invalid.status_code, create(clerk, "k3", sku="MUG-3").status_code) == (400, 201)


def age(**by: float) -> None:
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(**by))


def test_an_answer_is_given_again_for_24_hours(clerk: APIClient) -> None:
    create(clerk, "k1")
    age(hours=23, minutes=59)
    assert create(clerk, "k1")["Idempotent-Replayed"] == "true"

    age(hours=24)

    assert create(clerk, "k1").status_code == 409
    assert create(clerk, "k1", sku="MUG-2").status_code == 201
    assert create(clerk, "k1", sku="MUG-2")["Idempotent-Replayed"] == "true"
    assert IdempotencyRecord.objects.count() == 1


def test_old_answers_are_purged_by_the_hour(clerk: APIClient) -> None:
    create(clerk, "k1")
    age(hours=24)
    create(clerk, "k2", sku="MUG-2")
    told: list[int] = []

    assert purge_expired(told.append) == 1
    assert told == [1]
    assert IdempotencyRecord.objects.get().key == "k2"

    age(hours=25)
    tasks.purge()
    assert not IdempotencyRecord.objects.exists()


def register(client: APIClient, **changed: Any) -> Any:
    return client.post("/api/v1/users", ALICE | changed, headers={"Idempotency-Key": "k1"})


def test_who_registers_again_by_the_same_request_gets_the_same_answer(anonymous: APIClient) -> None:
    first, second = register(anonymous), register(anonymous)

    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
    assert User.objects.count() == 1


@pytest.mark.parametrize("changed", [{"password": "correct horse 2"}, {"email": "eve@example.org"}])
def test_a_stranger_learns_nothing_by_somebody_elses_key(
    anonymous: APIClient, changed: dict[str, str]
) -> None:
    register(anonymous)

    assert register(anonymous, **changed).status_code == 409
    assert register(anonymous, username="eve", **changed).status_code == 201


def test_nobody_can_guess_at_a_password_by_what_is_kept(anonymous: APIClient, settings: Settings) -> None:
    register(anonymous)
    kept = identity.IdempotencyRecord.objects.get()
    assert "correct horse" not in str(vars(kept))

    settings.SECRET_KEY = "of another installation"
    register(anonymous, username="bob")
    User.objects.filter(username="alice").delete()
    register(anonymous)

    fingerprints = identity.IdempotencyRecord.objects.values_list("fingerprint", flat=True)
    assert len(set(fingerprints)) == 3
