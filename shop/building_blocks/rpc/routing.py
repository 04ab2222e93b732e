"""The questions of modules that do not run here are sent to where they do."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings

from shop.building_blocks import modules
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.mediator import Query, mediator
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.rpc.contract import Contract, contract_of
from shop.building_blocks.rpc.settings import rpc

log = logging.getLogger("shop.rpc")


def contracts_elsewhere() -> list[Contract]:
    """Of the modules that do not run in this process."""
    return [contract_of(module) for module in settings.MODULES if module not in modules.names()]


def contracts_here() -> list[Contract]:
    """Of the modules that run in this process and answer anything."""
    contracts = [contract_of(module) for module in modules.names()]
    return [contract for contract in contracts if contract.questions]


def route() -> None:
    """Give the queries of the modules elsewhere their handlers. Nothing is connected: we may fork yet."""
    for contract in contracts_elsewhere():
        handler = _handler(contract)
        for query in contract.questions:
            mediator.handles(query)(handler)


def _handler(contract: Contract) -> Callable[[Query[Any]], Any]:
    if target := rpc().targets.get(contract.module):
        return Remote(contract, target)

    def nobody(_query: Query[Any]) -> Any:
        log.error("Nobody is known to ask for the %s: %s", contract.module, advice(contract.module))
        raise Unavailable(f"The {contract.module} cannot be asked at the moment.")

    return nobody


def advice(module: str) -> str:
    return f"Set {module.upper()}_RPC_TARGET, or have {module} run here, too."
