"""Each query of the shop has the same answers and refusals in one process and over gRPC."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import Query, send
from shop.building_blocks.modules import module_of
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.rpc.contract import contract_of
from shop.building_blocks.rpc.routing import contracts_here
from shop.modules.catalog.contracts import MOST_PRODUCTS, FindProducts, FoundProduct, TooManyProducts
from shop.modules.identity.contracts import GetUser, KnownUser, UserNotFound
from shop.modules.inventory.contracts import (
    GetAvailability,
    NamedInventory,
    NameInventories,
    ProductAvailability,
)
from tests.identity.arrange import a_user
from tests.inventory.arrange import a_stock
from tests.support import a_product, an_inventory

pytestmark = pytest.mark.django_db(transaction=True)

Ask = Callable[[Query[Any]], Any]


@pytest.fixture(params=["in this process", "over gRPC"])
def ask(request: pytest.FixtureRequest) -> Ask:
    if request.param == "in this process":
        return send
    port = request.getfixturevalue("answering")

    def over_grpc(query: Query[Any]) -> Any:
        return Remote(contract_of(module_of(type(query).__module__)), f"127.0.0.1:{port}")(query)

    return over_grpc


def find_products(ask: Ask) -> None:
    mug, cup = a_product(sku="MUG-1", price=Decimal("9.50")), a_product(sku="CUP-1", name="Cup ☕")

    assert ask(FindProducts(product_ids=(cup, uuid7(), mug))) == (
        FoundProduct(product_id=mug, sku="MUG-1", name="Mug", price=Decimal("9.50"), currency="USD"),
        FoundProduct(product_id=cup, sku="CUP-1", name="Cup ☕", price=Decimal("9.50"), currency="USD"),
    )
    assert ask(FindProducts(product_ids=())) == ()
    assert refusal(ask, FindProducts(product_ids=_many())) == (
        TooManyProducts,
        "501 products: at most 500 in one question.",
    )


def get_availability(ask: Ask) -> None:
    mug = a_stock((an_inventory(), 12))

    assert ask(GetAvailability(product_ids=(uuid7(), mug))) == (
        ProductAvailability(product_id=mug, available=12, version=1),
    )


def name_inventories(ask: Ask) -> None:
    assert ask(NameInventories()) == ()

    cellar = an_inventory("cellar")

    assert ask(NameInventories()) == (NamedInventory(id=cellar, name="cellar"),)


def get_user(ask: Ask) -> None:
    alice, nobody = a_user("alice"), uuid7()

    assert ask(GetUser(user_id=alice)) == KnownUser(id=alice, username="alice", is_active=True)
    kind, message = refusal(ask, GetUser(user_id=nobody))
    assert kind is UserNotFound
    assert message == refusal(send, GetUser(user_id=nobody))[1]


SCENARIOS: dict[type[Query[Any]], Callable[[Ask], None]] = {
    FindProducts: find_products,
    GetAvailability: get_availability,
    NameInventories: name_inventories,
    GetUser: get_user,
}


def refusal(ask: Ask, query: Query[Any]) -> tuple[type[Refusal], str]:
    with pytest.raises(Refusal) as refused:
        ask(query)
    return type(refused.value), str(refused.value)


def _many() -> tuple[UUID, ...]:
    return tuple(uuid7() for _ in range(MOST_PRODUCTS + 1))


@pytest.mark.parametrize("query", SCENARIOS, ids=lambda query: query.__name__)
def test_is_answered_and_refused_the_same(ask: Ask, query: type[Query[Any]]) -> None:
    SCENARIOS[query](ask)


def test_every_query_that_others_may_send_has_its_scenario_here() -> None:
    assert set(SCENARIOS) == {query for contract in contracts_here() for query in contract.questions}
