"""Every rule of ``architecture/rules.py`` is broken here once, and seen to refuse it."""

import sys
from collections.abc import Callable

import pytest

from shop.building_blocks.architecture.rules import RULES
from tests.architecture.conftest import Tree

SETTINGS = "config/settings/__init__.py"
CONTRACT = "shop/modules/catalog/contracts.py"
MANIFEST = "shop/modules/catalog/apps.py"
SLICE = "shop/modules/catalog/features/get_product.py"

FOREIGN_KEY = """
class Shelf(models.Model):
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE)
"""
MANY_TO_MANY = """
class Shelf(models.Model):
    products = models.ManyToManyField("catalog.Product")
"""

ASKED_BACK = """
@dataclass(frozen=True, kw_only=True)
class FindProducts(Query[int]):
    words: str
"""


def ask_back(tree: Tree) -> None:
    """The catalog asks the inventory already."""
    tree.append("shop/modules/catalog/contracts.py", "from shop.building_blocks.messages import Query")
    tree.append("shop/modules/catalog/contracts.py", ASKED_BACK)
    slice_ = "shop/modules/inventory/features/get_stock.py"
    tree.append(slice_, "from shop.modules.catalog.contracts import FindProducts")


VIOLATIONS: dict[str, tuple[str, Callable[[Tree], None]]] = {
    "a module without a database": (
        "shop.E001",
        lambda tree: tree.append(SETTINGS, "del DATABASES['inventory']"),
    ),
    "a default database": (
        "shop.E002",
        lambda tree: tree.append(SETTINGS, "DATABASES['default'] = DATABASES['catalog']"),
    ),
    "a foreign key to another module": (
        "shop.E003",
        lambda tree: tree.append("shop/modules/inventory/models/stock.py", FOREIGN_KEY),
    ),
    "a many-to-many relation to another module": (
        "shop.E003",
        lambda tree: tree.append("shop/modules/inventory/models/stock.py", MANY_TO_MANY),
    ),
    "a slice without a scope": (
        "shop.E004",
        lambda tree: tree.replace(SLICE, '    required_scopes = ["catalog:read"]\n', ""),
    ),
    "a slice with an empty list of scopes": (
        "shop.E004",
        lambda tree: tree.replace(SLICE, '["catalog:read"]', "[]"),
    ),
    "a scope that does not exist": (
        "shop.E005",
        lambda tree: tree.replace(SLICE, '["catalog:read"]', '["catalog:peek"]'),
    ),
    "a slice that no URL serves": (
        "shop.E006",
        lambda tree: tree.replace("shop/modules/catalog/urls.py", "get=GetProductEndpoint, ", ""),
    ),
    "a message that nobody handles": (
        "shop.E007",
        lambda tree: tree.replace(SLICE, "@handles(GetProduct)", ""),
    ),
    "a POST that does the same again when it is repeated": (
        "shop.E008",
        lambda tree: tree.replace(
            "shop/modules/inventory/features/create_inventory.py",
            'once(request, command, created_at("/api/v1/inventories/{}"))',
            'created_at("/api/v1/inventories/{}")(send(command))',
        ),
    ),
    "a change of what its client has not seen": (
        "shop.E009",
        lambda tree: tree.replace(SLICE, "    def get(", "    def put(self): ...\n\n    def get("),
    ),
    "a dependency that is not declared": (
        "shop.E010",
        lambda tree: tree.append(SLICE, "from shop.modules.identity.contracts import UserRegistered"),
    ),
    "a dependency that is declared and not real": (
        "shop.E010",
        lambda tree: tree.replace(MANIFEST, '("inventory",)', '("inventory", "identity")'),
    ),
    "an event that is consumed and not declared": (
        "shop.E011",
        lambda tree: tree.replace(MANIFEST, '    consumes = ("inventory.stock_changed.v1",)\n', ""),
    ),
    "an event that is declared and not consumed": (
        "shop.E011",
        lambda tree: tree.replace(MANIFEST, "stock_changed", "stock_guessed"),
    ),
    "modules that ask each other in a circle": ("shop.E012", ask_back),
    "an event that does not say what it means": (
        "shop.E014",
        lambda tree: tree.replace(
            CONTRACT, '    """A product is in the catalog;', '    _ = """A product is in the catalog;'
        ),
    ),
    "a field of an event that does not say what it means": (
        "shop.E014",
        lambda tree: tree.replace(CONTRACT, "    price: Price\n", "    price: Decimal\n"),
    ),
}


def test_the_tree_obeys(clean_tree: Tree) -> None:
    result = clean_tree.check()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", VIOLATIONS)
def test_refuses(tree: Tree, name: str) -> None:
    code, spoil = VIOLATIONS[name]
    spoil(tree)

    result = tree.check()

    assert result.returncode == 1
    assert code in result.stderr
    assert "HINT" in result.stderr


def test_the_circle_is_named_in_the_order_of_asking(tree: Tree) -> None:
    ask_back(tree)

    circles = ("catalog -> inventory -> catalog", "inventory -> catalog -> inventory")
    assert any(circle in tree.check().stderr for circle in circles)


def test_every_rule_is_broken_by_a_test() -> None:
    assert len(RULES) == len({code for code, _ in VIOLATIONS.values()})


def test_a_second_handler_of_a_message_is_refused(tree: Tree) -> None:
    tree.append(SLICE, "@handles(GetProduct)\ndef again(query: GetProduct) -> ProductDetails: ...")

    assert "GetProduct already has a handler" in tree.check().stderr


def test_a_refused_tree_does_not_even_start(tree: Tree) -> None:
    tree.append("shop/modules/inventory/models/stock.py", FOREIGN_KEY)

    result = tree.run(sys.executable, "manage.py", "migrate_modules")

    assert result.returncode == 1
    assert "shop.E003" in result.stderr
