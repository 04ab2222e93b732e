"""What the scenarios run on. `make acceptance` chooses all of them, a pass of `make test` its own."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from tests.acceptance.processes import MODULES
from tests.acceptance.shops import LocalShop, Monolith, Shop
from tests.acceptance.split import Services, extracted

TOPOLOGIES: dict[str, Callable[[Path], Shop]] = {
    "local": LocalShop,
    "monolith": Monolith,
    **{f"{module} extracted": extracted(module) for module in MODULES},
    "services": Services,
}


def chosen(*, is_core: bool) -> list[str]:
    """By commas in the environment, or all; else the short form, in which core scenarios run on more."""
    if asked := os.environ.get("TOPOLOGIES"):
        return list(TOPOLOGIES) if asked == "all" else asked.split(",")
    if not settings.BROKER_URL:
        return ["local"]
    return [name for name in TOPOLOGIES if name in ("monolith", "services") or (is_core and name != "local")]
