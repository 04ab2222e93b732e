"""A contract that could not travel is told of before anything starts."""

from tests.architecture.conftest import Tree


def test_a_hint_that_has_no_like_in_protobuf_is_refused(tree: Tree) -> None:
    contracts = "shop/modules/catalog/contracts.py"
    tree.replace(contracts, "    product_ids: tuple[UUID, ...]", "    product_ids: list[UUID]")

    result = tree.check()

    assert result.returncode == 1
    assert "(shop.E020) FindProducts.product_ids: list[uuid.UUID] cannot travel" in result.stderr
    assert "HINT" in result.stderr
