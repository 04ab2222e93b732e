from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from shop.building_blocks import modules


class RpcConfig(AppConfig):
    name = "shop.building_blocks.rpc"

    def ready(self) -> None:
        """Where all modules run in one process, nobody waits for gRPC to be imported."""
        checks.register(_contracts, checks.Tags.compatibility)
        if set(settings.MODULES) - set(modules.names()):
            from shop.building_blocks.rpc.routing import route  # noqa: PLC0415

            route()


def _contracts(**_: Any) -> list[checks.CheckMessage]:
    from shop.building_blocks.rpc.checks import contracts_can_travel, who_is_asked_is_known  # noqa: PLC0415

    return [*contracts_can_travel(), *who_is_asked_is_known()]
