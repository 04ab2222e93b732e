"""What one version begins the other one goes on with, in both directions."""

from functools import partial
from uuid import uuid4

import pytest
import requests

from tests.acceptance.test_selling import reserve
from tests.acceptance.test_the_path import create_inventory, create_product, stock_of, times_opened
from tests.acceptance.web import Surfer
from tests.support import eventually
from tests.upgrade.books import Books
from tests.upgrade.shop import OTHER, TwoVersions

pytestmark = [pytest.mark.postgresql, pytest.mark.parametrize("one", OTHER)]

PASSWORD = "correct horse battery staple"


@pytest.fixture
def other(one: str) -> str:
    return OTHER[one]


@pytest.fixture
def webs(shop: TwoVersions, one: str) -> TwoVersions:
    """Both web processes; ``one`` gets the requests."""
    shop.run("previous web", "present web", "present worker")
    shop.asked = one
    return shop


def product(shop: TwoVersions, product_id: str, **headers: str) -> requests.Response:
    return shop.call("GET", f"/api/v1/products/{product_id}", headers)


def test_events_go_from_one_version_to_the_other_and_back(shop: TwoVersions, one: str, other: str) -> None:
    """The worker of each has one of the two modules, so that nothing goes by chance."""
    shop.asked = one
    theirs = f"{other} inventory worker"
    before = shop.said_by(theirs, "open_stock_for_new_product: catalog.product_created.v1")
    shop.run("previous web", "present web", f"{one} catalog worker", theirs)

    mug = create_product(shop, quantity=9)
    eventually(lambda: product(shop, mug).json()["available"] == 9)
    placed = reserve(shop, mug).headers["Location"]
    shop.asked = other
    assert shop.call("POST", f"{placed}/confirm").status_code == 200
    eventually(lambda: product(shop, mug).json()["available"] == 8)

    assert shop.said_by(theirs, "open_stock_for_new_product: catalog.product_created.v1") == before + 1
    Books(shop).are_settled()


def test_events_that_one_version_has_sent_wait_in_the_broker_for_the_other(
    shop: TwoVersions, one: str, other: str
) -> None:
    shop.asked = one
    shop.run(f"{one} web", f"{one} catalog worker")
    mugs = [create_product(shop, quantity=3) for _ in range(3)]
    unsent = "SELECT 1 FROM catalog_outboxmessage WHERE published_at IS NULL"
    eventually(lambda: not shop.ask("catalog", unsent))

    shop.run(f"{one} web", f"{other} worker")

    for mug in mugs:
        assert eventually(partial(stock_of, shop, mug))["on_hand"] == 3
        assert times_opened(shop, mug) == 1
    Books(shop).are_settled()


def test_a_token_of_one_version_is_honoured_by_the_other_and_ends_there_too(
    webs: TwoVersions, other: str
) -> None:
    token = webs.log_in()
    webs.asked = other
    path, bearer = f"{webs.url}/api/v1/products", {"Authorization": f"Bearer {token}"}
    assert requests.get(path, headers=bearer, timeout=20).status_code == 200

    revoked = requests.post(f"{webs.url}/connect/revoke", {"token": token}, auth=webs.credentials, timeout=20)
    webs.asked = OTHER[other]

    assert revoked.status_code == 200
    path = f"{webs.url}/api/v1/products"
    eventually(lambda: requests.get(path, headers=bearer, timeout=20).status_code == 401)
    webs.log_in()


def test_who_logged_in_with_one_version_is_logged_in_with_the_other(webs: TwoVersions, other: str) -> None:
    name = f"boss-{uuid4().hex[:8]}"
    webs.manage(
        *("createsuperuser", "--database", "identity", "--no-input"),
        *("--username", name, "--email", "boss@shop.example"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    boss = Surfer(webs.url)
    boss.log_in(name, PASSWORD, "/admin/login/")
    assert boss.open("/admin/").status_code == 200

    webs.asked = other
    boss.url = webs.url

    assert name in boss.open("/admin/").text
    form = {"csrfmiddlewaretoken": boss.session.cookies["__Host-csrftoken"]}
    assert boss.session.post(f"{boss.url}/admin/logout/", form, timeout=20).status_code == 200
    assert boss.open("/admin/").status_code == 302


def test_a_post_that_one_version_answered_is_not_done_again_by_the_other(
    webs: TwoVersions, other: str
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    mug = {"sku": f"MUG-{uuid4().hex[:8].upper()}", "name": "Mug", "price": "9.50", "quantity": 1}
    body = mug | {"inventory_id": create_inventory(webs)}
    first = webs.call("POST", "/api/v1/products", key, json=body)

    webs.asked = other
    second = webs.call("POST", "/api/v1/products", key, json=body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()


@pytest.mark.parametrize("path", ["/api/v1/products?sort=-name&limit=1", "/api/v1/inventories?limit=1"])
def test_a_list_begun_with_one_version_is_read_on_with_the_other(
    webs: TwoVersions, other: str, path: str
) -> None:
    create_product(webs)
    create_product(webs)

    def read_by(*versions: str) -> list[str]:
        cursor, ids = "", []
        for webs.asked in versions:
            page = webs.call("GET", f"{path}{cursor}").json()
            ids += [item["id"] for item in page["items"]]
            cursor = f"&cursor={page['next']}"
        return ids

    assert read_by(OTHER[other], other) == read_by(other, other)


def test_what_was_seen_with_one_version_can_be_changed_with_the_other(webs: TwoVersions, other: str) -> None:
    mug = create_product(webs)
    eventually(lambda: product(webs, mug).json()["available"])
    seen = product(webs, mug).headers["ETag"]
    change = {"name": "Cup", "description": "", "price": "8.00", "currency": "USD"}
    path = f"/api/v1/products/{mug}"

    webs.asked = other

    assert product(webs, mug, **{"If-None-Match": seen}).status_code == 304
    assert webs.call("PUT", path, {"If-Match": seen}, json=change).status_code == 200
    webs.asked = OTHER[other]
    assert webs.call("PUT", path, {"If-Match": seen}, json=change).status_code == 412


ASK_THE_INVENTORY = """
from uuid import UUID
from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import GetAvailability, NameInventories
[found] = send(GetAvailability(product_ids=(UUID("{product}"),)))
print(found.available, len(send(NameInventories())) > 0)
"""
ASK_THE_CATALOG = """
from uuid import UUID
from shop.building_blocks.mediator import send
from shop.modules.catalog.contracts import FindProducts
from shop.modules.identity.contracts import GetUser, UserNotFound
[found] = send(FindProducts(product_ids=(UUID("{product}"),)))
try:
    send(GetUser(user_id=found.product_id))
except UserNotFound:
    print(found.name, found.price)
"""


def test_a_question_of_one_version_is_answered_by_the_other(shop: TwoVersions, one: str, other: str) -> None:
    shop.asked = one
    shop.run(f"{one} web", f"{one} worker", f"{other} rpc")
    mug = create_product(shop, quantity=4)
    eventually(lambda: stock_of(shop, mug))

    def ask(module: str, script: str) -> str:
        return shop.run_python(script.format(product=mug), **shop.only(module))

    assert ask("catalog", ASK_THE_INVENTORY) == "4 True\n"
    assert ask("inventory", ASK_THE_CATALOG) == "Mug 9.50\n"
