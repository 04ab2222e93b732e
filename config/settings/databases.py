"""An alias per module, and `default` empty so that a bare atomic() fails instead of guarding nothing.

Without a URL each module has a SQLite file; with one, a PostgreSQL schema.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import SHOP_MODULES, data_dir, env

DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL", default="")


def sqlite(module: str) -> dict[str, Any]:
    folder = data_dir()
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / f"{module}.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
        # A file in the tests, too: sessions of a database in memory do not wait for each other.
        "TEST": {"NAME": folder / f"test_{module}.sqlite3", "DEPENDENCIES": []},
    }


def parsed(variable: str) -> dict[str, Any]:
    """What its URL says; the URL itself is in no message, for there may be a password in it."""
    try:
        if env.str(variable).startswith(("postgres://", "postgresql://")):
            known: dict[str, Any] = env.db_url(variable)
            return known
    except ValueError:  # of its port
        pass
    raise ImproperlyConfigured(f"{variable} must be a postgres:// URL; leave it out for SQLite.")


def postgresql(module: str, variable: str) -> dict[str, Any]:
    config = parsed(variable)
    return config | {
        "ENGINE": "shop.building_blocks.database.postgresql",
        "SCHEMA": module,
        # A server that is lost without a word is noticed, and so is a worker by the server, which frees
        # its locks: each end has keepalives of its own, and those of `options` are the server's.
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            "prepare_threshold": 5,
            "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            **config.get("OPTIONS", {}),
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_shop", "DEPENDENCIES": []},
    }


def database(module: str) -> dict[str, Any]:
    for variable in (f"{module.upper()}_DATABASE_URL", "DATABASE_URL"):
        if env.str(variable, default=""):
            return postgresql(module, variable)
    return sqlite(module)


DATABASES: dict[str, dict[str, Any]] = {
    "default": {},
    **{module: database(module) for module in SHOP_MODULES},
}
DATABASE_ROUTERS = ["shop.building_blocks.database.router.ModuleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
