"""``make run`` with some of the modules: what is there, what is not, and what waits."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.processes import MODULES
from tests.acceptance.shops import LocalShop
from tests.support import eventually


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LocalShop]:
    here = LocalShop(tmp_path)
    here.env = {name: value for name, value in here.env.items() if not name.endswith("_URL")}
    yield here
    here.kill()


def get(shop: LocalShop, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{shop.url}{path}", headers=headers, timeout=20)


def operations(shop: LocalShop) -> list[Any]:
    paths = get(shop, "/openapi.json").json()["paths"]
    return [one for path in paths.values() for one in path.values()]


def tables(folder: Path, module: str) -> set[str]:
    with sqlite3.connect(folder / f"{module}.sqlite3") as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize("module", MODULES)
def test_one_module_alone_has_its_own_and_nothing_else(shop: LocalShop, module: str) -> None:
    shop.env["SHOP_MODULES"] = module

    shop.start()

    assert {path.stem for path in shop.folder.glob("*.sqlite3")} == {module}
    foreign = tuple(f"{other}_" for other in (*MODULES, "auth", "django_content") if other != module)
    assert module == "identity" or not [one for one in tables(shop.folder, module) if one.startswith(foreign)]
    assert get(shop, "/docs").status_code == 200
    assert "catalog.product_created.v1" in get(shop, "/docs/events").text  # the events of all
    assert {tag for operation in operations(shop) for tag in operation["tags"]} == {module}
    assert get(shop, "/admin/login/").status_code == (200 if module == "identity" else 404)
    assert "Traceback" not in shop.processes[0].output


def test_where_no_token_can_be_checked_none_opens_anything(shop: LocalShop) -> None:
    shop.env["SHOP_MODULES"] = "catalog"
    shop.start()

    assert get(shop, "/api/v1/products").status_code == 401
    answer = get(shop, "/api/v1/products", Authorization="Bearer of-whoever")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["type"] == "urn:shop:problem:tokens-cannot-be-checked"


def test_an_event_for_a_module_that_is_not_here_waits_and_says_why(shop: LocalShop) -> None:
    shop.manage("migrate_modules")
    inventory = shop.send("inventory.create_inventory.CreateInventory(name='shelf')")
    shop.env["SHOP_MODULES"] = "catalog"
    shop.start()
    product = f"sku='MUG-1', name='Mug', price=9.5, quantity=12, inventory_id=UUID('{inventory}')"
    shop.send(f"catalog.create_product.CreateProduct({product})")
    eventually(lambda: "held back" in shop.manage("messages", "status"))
    assert "set BROKER_URL, or start all modules here" in shop.manage("messages", "status")
    shop.ask_to_stop()
    assert shop.exit_codes() == [0]

    del shop.env["SHOP_MODULES"]
    shop.start()

    eventually(lambda: shop.ask("inventory", "SELECT * FROM inventory_stock WHERE sku = 'MUG-1'"))
