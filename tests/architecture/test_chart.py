"""``docs/modules.md``, and what it is made of."""

import sys
from pathlib import Path

import pytest

from shop.building_blocks import modules
from shop.building_blocks.architecture import dependencies
from shop.building_blocks.architecture.facts import tables_of
from tests.architecture.conftest import ROOT, Tree

CHART = "docs/modules.md"
CATALOG, INVENTORY = (one for one in modules.known() if one.label in {"catalog", "inventory"})


def run(tree: Tree, *arguments: str, **env: str) -> tuple[int, str]:
    done = tree.run(sys.executable, "manage.py", "modules", *arguments, **env)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def charted(tree: Tree) -> Tree:
    (tree.folder / "docs").mkdir()
    (tree.folder / CHART).write_text((ROOT / CHART).read_text())
    return tree


def test_the_chart_that_is_checked_in_is_what_the_code_says(clean_tree: Tree) -> None:
    assert run(clean_tree, "--check") == (0, "")


def test_a_stale_chart_is_told_of_and_renewed(charted: Tree) -> None:
    charted.replace("shop/modules/catalog/contracts.py", "product_updated.v1", "product_updated.v2")

    code, said = run(charted, "--check")
    assert (code, said) == (
        1,
        "CommandError: docs/modules.md is not what the code says: `make modules` writes it anew.\n",
    )

    assert run(charted, "--write") == (0, "")
    assert "`catalog.product_updated.v2`" in (charted.folder / CHART).read_text()


def test_a_part_of_the_modules_draws_no_chart(charted: Tree) -> None:
    code, said = run(charted, "--write", SHOP_MODULES="catalog")

    assert (code, said) == (1, "CommandError: The map is of all modules: unset SHOP_MODULES.\n")


def test_what_runs_here_is_shown_with_all_that_it_has(clean_tree: Tree) -> None:
    code, said = run(clean_tree, SHOP_MODULES="catalog")

    assert code == 0
    rows = {tuple(line.split(maxsplit=1)[1].rsplit(maxsplit=1)) for line in said.splitlines()}
    assert {
        ("publishes", "catalog.product_created.v1"),
        ("consumes", "inventory.stock_changed.v1"),
        ("asks", "inventory.GetAvailability"),
    } <= rows
    assert [name for kind, name in rows if kind.endswith("tables") and name == "catalog_product"]
    assert [name for kind, name in rows if kind.endswith("operations") and name == "CreateProduct"]
    assert "inventory_stock" not in said


def test_a_table_that_several_models_share_is_named_once() -> None:
    tables = tables_of("identity")

    assert len(tables) == len(set(tables))
    assert "auth_group" in tables


@pytest.mark.parametrize(
    ("statement", "used"),
    [
        ("from shop.modules.inventory.contracts import StockChanged", {"StockChanged"}),
        ("def late():\n    from shop.modules.inventory.contracts import StockChanged as S", {"StockChanged"}),
        ("import shop.modules.inventory.contracts", {"GetAvailability", "StockChanged"}),
        ("from shop.modules.inventory import contracts", {"GetAvailability", "StockChanged"}),
        ("from shop.modules.inventory.models import Stock", set()),
        ("from shop.modules.catalog.contracts import ProductCreated", set()),
    ],
)
def test_a_contract_is_used_however_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, used: set[str]
) -> None:
    (tmp_path / "slice.py").write_text(f"{statement}  # of its contracts\n")
    monkeypatch.setattr(CATALOG, "path", str(tmp_path))
    dependencies.used_by.cache_clear()

    found = dependencies.used_by(CATALOG)
    dependencies.used_by.cache_clear()

    assert found.keys() == ({INVENTORY.label} if used else set())
    assert used <= found.get("inventory", set())


def test_events_that_come_back_are_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dependencies.loops_of_events() == [["catalog", "inventory"]]

    monkeypatch.setattr(CATALOG, "consumes", ())

    assert dependencies.loops_of_events() == []
