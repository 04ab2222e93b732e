"""A module that asks, and one that answers, each in a process of its own on the real building blocks."""

from config.settings import *  # noqa: F403
from config.settings import METRICS, TRACES, env, sqlite
from config.settings import REST_FRAMEWORK as SHOPS
from config.settings import RPC as SHOPS_RPC
from config.settings.databases import postgresql

MODULES = {name: f"tests.rpc.{name}" for name in ("asker", "oracle")}
SHOP_MODULES = env.list("RUNS")
INSTALLED_APPS = [
    "shop.building_blocks.database",
    "shop.building_blocks.rpc",
    "rest_framework",
    "drf_standardized_errors",
    *(MODULES[module] for module in SHOP_MODULES),
    *(["config.telemetry.Telemetry"] if TRACES or METRICS else []),
]
MIDDLEWARE = ["shop.building_blocks.telemetry.middleware.RequestContext"]
ROOT_URLCONF = "tests.rpc.urls"
REST_FRAMEWORK = {**SHOPS, "DEFAULT_AUTHENTICATION_CLASSES": []}
SECURE_SSL_REDIRECT = False


def any_database(module: str) -> dict[str, object]:
    """Neither has tables, so any will do."""
    return (
        postgresql(module, "DATABASE_ADMIN_URL")
        if env.str("DATABASE_ADMIN_URL", default="")
        else sqlite(module)
    )


DATABASES = {"default": {}, **{module: any_database(module) for module in SHOP_MODULES}}
RPC = SHOPS_RPC | {"timeout": 2.0, "targets": {}}
if target := env.str("ORACLE_RPC_TARGET", default=""):
    RPC["targets"] = {"oracle": target}
