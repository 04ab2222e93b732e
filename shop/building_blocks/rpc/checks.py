"""What would fail at the first question is said at the start."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error

from shop.building_blocks import modules
from shop.building_blocks.rpc.contract import Contract, contract_of
from shop.building_blocks.rpc.routing import advice, contracts_elsewhere
from shop.building_blocks.rpc.schema.shapes import Unsupported
from shop.building_blocks.rpc.settings import rpc


def contracts_can_travel() -> list[CheckMessage]:
    """Those of modules elsewhere were derived when Django started, or it had not."""
    return [
        Error(str(error), hint="shop/building_blocks/rpc/schema/shapes.py has what can.", id="shop.E020")
        for module in modules.names()
        if (error := _obstacle(module))
    ]


def _obstacle(module: str) -> Unsupported | None:
    try:
        contract_of(module)
    except Unsupported as error:
        return error
    return None


def who_is_asked_is_known() -> list[CheckMessage]:
    return [
        Error(
            f"{', '.join(askers)} asks the {contract.module}, which does not run here and has no address.",
            hint=advice(contract.module),
            id="shop.E021",
        )
        for contract in contracts_elsewhere()
        if contract.module not in rpc().targets and (askers := sorted(set(_asking(contract))))
    ]


def _asking(contract: Contract) -> Iterator[str]:
    """The modules whose code, as far as it is loaded here, has a query of the contract at hand."""
    for module in modules.installed():
        for name, code in list(sys.modules.items()):
            if name.startswith(f"{module.name}.") and _has_any(code, contract):
                yield module.label


def _has_any(code: Any, contract: Contract) -> bool:
    return any(isinstance(one, type) and one in contract.questions for one in list(vars(code).values()))
