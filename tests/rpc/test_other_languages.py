"""Somebody without our code asks: ``buf curl``, which is written in Go and knows us by reflection."""

import json
import os
import re
import subprocess
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from uuid_utils.compat import uuid7

from shop.modules.catalog.contracts import MOST_PRODUCTS
from tests.rpc.processes import TOKEN
from tests.support import a_product
from tools.protos import BUF

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT = (Path(__file__).parents[2] / "docs/rpc.md").read_text()
LINE: str = re.findall(r"^buf curl .*$", DOCUMENT, re.MULTILINE)[0]
EXAMPLE: str = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", LINE)[0]


def in_a_shell(line: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{BUF.parent}:{os.environ['PATH']}", "RPC_TOKEN": token}
    return subprocess.run(
        ["bash", "-c", line], env=env, check=False, capture_output=True, text=True, timeout=20
    )


def line(port: int, *product_ids: Any) -> str:
    """The one of the document, about other products."""
    asked = LINE.replace("127.0.0.1:7000", f"127.0.0.1:{port}")
    return asked.replace(f'"{EXAMPLE}"', ", ".join(f'"{one}"' for one in product_ids))


def test_the_line_in_the_document_is_answered(answering: int) -> None:
    mug = a_product(sku="MUG-1", name="Mug ☕", price=Decimal("9.50"))

    asked = in_a_shell(line(answering, mug, uuid7()))

    assert json.loads(asked.stdout) == {
        "answer": [
            {"productId": str(mug), "sku": "MUG-1", "name": "Mug ☕", "price": "9.50", "currency": "USD"}
        ]
    }


def test_a_refusal_is_a_status_with_its_reason(answering: int) -> None:
    asked = in_a_shell(line(answering, *(uuid7() for _ in range(MOST_PRODUCTS + 1))))

    refused = json.loads(asked.stderr)
    assert refused["code"] == "failed_precondition"
    assert refused["message"] == "501 products: at most 500 in one question."
    (detail,) = refused["details"]
    assert detail["type"] == "google.rpc.ErrorInfo"
    info = ErrorInfo.FromString(b64decode(detail["value"] + "=="))
    assert (info.reason, info.domain) == ("TooManyProducts", "shop.catalog.v1")


def test_a_mistake_is_named(answering: int) -> None:
    asked = in_a_shell(line(answering, "4711"))

    assert json.loads(asked.stderr) == {
        "code": "invalid_argument",
        "message": "product_ids: badly formed hexadecimal UUID string",
    }


def test_without_the_token_even_the_contract_is_not_told(answering: int) -> None:
    asked = in_a_shell(line(answering, uuid7()), token="wrong")

    assert asked.returncode != 0
    assert asked.stdout == ""


def test_everything_that_can_be_asked_is_listed(answering: int) -> None:
    listing = line(answering).replace("-d '{\"productIds\": []}'", "--list-methods")

    asked = in_a_shell(listing.rpartition("/shop.")[0])

    assert asked.stdout.split() == [
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/List",
        "grpc.health.v1.Health/Watch",
        "shop.catalog.v1.CatalogService/FindProducts",
        "shop.identity.v1.IdentityService/GetUser",
        "shop.inventory.v1.InventoryService/GetAvailability",
        "shop.inventory.v1.InventoryService/NameInventories",
    ]
