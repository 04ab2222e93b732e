"""Callers in other languages ask over gRPC, by the checked-in protos: ``buf curl``, written in Go."""

import json
import subprocess
from base64 import b64decode
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import requests
from google.rpc.error_details_pb2 import ErrorInfo

from tests.acceptance.shops import Monolith
from tests.acceptance.test_between_modules import WITH_A_BROKER, available
from tests.acceptance.test_the_path import create_product
from tests.support import eventually
from tools.protos import BUF, FOLDER

pytestmark = WITH_A_BROKER  # without one there is one process, and nobody else to ask

PRODUCTS = "shop.catalog.v1.CatalogService/FindProducts"
AVAILABILITY = "shop.inventory.v1.InventoryService/GetAvailability"
USER = "shop.identity.v1.IdentityService/GetUser"
NOBODY = str(uuid4())


class Answer(NamedTuple):
    body: Any = None
    code: str = ""
    reason: str = ""


def ask(shop: Monolith, method: str, question: dict[str, Any], token: str = "") -> Answer:
    """Who serves the method is who runs its module: ``shop.catalog.v1...`` is the catalog's."""
    port = shop.rpc_port(method.split(".")[1])
    done = subprocess.run(
        [
            *(BUF, "curl", "--schema", FOLDER, "--protocol", "grpc", "--http2-prior-knowledge"),
            *("--header", f"Authorization: Bearer {token or shop.rpc_token}"),
            *("--data", json.dumps(question), f"http://127.0.0.1:{port}/{method}"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )
    return refusal(json.loads(done.stderr)) if done.returncode else Answer(json.loads(done.stdout)["answer"])


def refusal(said: dict[str, Any]) -> Answer:
    details = [ErrorInfo.FromString(b64decode(one["value"] + "==")) for one in said.get("details", ())]
    return Answer(code=said["code"], reason=details[0].reason if details else "")


def register(shop: Monolith) -> tuple[str, str]:
    """The name and the id of somebody."""
    name = f"u{uuid4().hex[:8]}"
    user = {"username": name, "email": "u@example.org", "password": "correct horse 1"}
    answer = requests.post(f"{shop.url}/api/v1/users", json=user, timeout=20)
    return name, answer.json()["id"]


@pytest.mark.core
def test_callers_in_other_languages_ask_what_a_product_costs_and_how_much_of_it_there_is(
    shop: Monolith,
) -> None:
    mug = create_product(shop, quantity=7)
    eventually(lambda: available(shop, mug) == 7)
    both = {"productIds": [mug, NOBODY]}

    (product,) = ask(shop, PRODUCTS, both).body
    (stock,) = ask(shop, AVAILABILITY, both).body

    assert (product["productId"], product["price"], product["currency"]) == (mug, "9.50", "USD")
    assert (stock["productId"], stock["available"]) == (mug, "7")


def test_callers_in_other_languages_ask_who_somebody_is_and_strangers_are_refused_by_name(
    shop: Monolith,
) -> None:
    name, user_id = register(shop)

    known = {"id": user_id, "username": name, "isActive": True}
    assert ask(shop, USER, {"userId": user_id}).body == known
    assert ask(shop, USER, {"userId": NOBODY}) == Answer(code="not_found", reason="UserNotFound")


@pytest.mark.parametrize("method", [PRODUCTS, AVAILABILITY, USER])
def test_callers_in_other_languages_get_no_answer_without_the_service_token(
    shop: Monolith, method: str
) -> None:
    assert ask(shop, method, {}, token="wrong") == Answer(code="unauthenticated")
