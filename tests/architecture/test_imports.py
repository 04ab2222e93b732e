"""What may import what: every contract of import-linter is broken here once, and seen to refuse it."""

import pytest

from tests.architecture.conftest import Tree

GET_STOCK = "shop/modules/inventory/features/get_stock.py"
MODULES = "Modules meet only through contracts"


def test_the_tree_obeys(clean_tree: Tree) -> None:
    result = clean_tree.lint_imports()

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "path", "violation"),
    [
        (MODULES, GET_STOCK, "from shop.modules.catalog.models import Product"),
        (MODULES, GET_STOCK, "import shop.modules.catalog.features.create_product"),
        (MODULES, GET_STOCK, "def late():\n    from shop.modules.catalog import currencies"),
        (
            MODULES,
            GET_STOCK,
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.modules.catalog import admin",
        ),
        (
            "Slices do not import each other",
            "shop/modules/catalog/features/get_product.py",
            "from shop.modules.catalog.features.create_product import SKU",
        ),
        (
            "Inside a module, dependencies point down",
            "shop/modules/catalog/models.py",
            "from shop.modules.catalog.features import get_product",
        ),
        (
            "Inside a module, dependencies point down",
            "shop/modules/catalog/a_layer_that_nobody_placed.py",
            "",
        ),
        (
            "Contracts know neither Django nor their module",
            "shop/modules/catalog/contracts.py",
            "from django.db import models",
        ),
        (
            "Contracts know neither Django nor their module",
            "shop/modules/catalog/contracts.py",
            "from shop.modules.catalog.models import Product",
        ),
        (
            "Building blocks know no module",
            "shop/building_blocks/errors.py",
            "from shop.modules.catalog.contracts import ProductCreated",
        ),
        ("Nothing stands on the local topology", GET_STOCK, "from shop.local import demo"),
        ("Only Django reads the configuration", GET_STOCK, "from config import settings"),
    ],
)
def test_refuses(tree: Tree, contract: str, path: str, violation: str) -> None:
    tree.append(path, violation)

    result = tree.lint_imports()

    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


@pytest.mark.parametrize(
    ("violation", "reason"),
    [
        ("import os\nSECRET = os.environ['SECRET']", "config/ reads the environment"),
        ("import os\nSECRET = os.getenv('SECRET')", "config/ reads the environment"),
        (
            "from django.db import transaction\nopened = transaction.atomic(using='inventory')",
            "The mediator and the inbox open transactions",
        ),
    ],
)
def test_slices_neither_read_the_environment_nor_open_transactions(
    tree: Tree, violation: str, reason: str
) -> None:
    tree.append(GET_STOCK, violation)

    result = tree.ruff()

    assert result.returncode == 1
    assert reason in result.stdout
