"""A module's image that is started with the URL of another one stops, and says what to do."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from psycopg.sql import SQL, Identifier

from shop.building_blocks.database.postgresql.roles import provision
from tests.acceptance.processes import MODULES, ROOT, WORKER, rpc, web
from tools.private_server import free_port

pytestmark = pytest.mark.postgresql

DATABASES = {"everybodys": MODULES, "catalogs": ("catalog",), "inventorys": ("inventory",)}
MANAGE = (sys.executable, "manage.py")
MIGRATE = (*MANAGE, "migrate_modules", "--check")
CHECK = (*MANAGE, "check", "--database", "catalog")
ADVICE = "set CATALOG_DATABASE_URL to its own role and database, made by `manage.py create_roles`."


@pytest.fixture(scope="module", autouse=True)
def _databases() -> Iterator[None]:
    """One that all modules share, and one each for two of them."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        for kind, modules in DATABASES.items():
            name = called(kind)
            admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            aliases = [settings.DATABASES[module] for module in modules]
            provision(settings.DATABASE_ADMIN_URL, name, aliases, ["pg_trgm"])
        yield
        for kind in DATABASES:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(called(kind))))


def called(kind: str) -> str:
    return f"test_{kind}_{os.getpid()}"


def url(module: str, database: str) -> str:
    given = os.environ["DATABASE_ADMIN_URL" if module == "admin" else f"{module.upper()}_DATABASE_URL"]
    return urlsplit(given)._replace(path=f"/{called(database)}").geturl()


def start(command: Sequence[str], address: str, **variables: str) -> tuple[int, str]:
    """The catalog alone."""
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DEBUG": "on", "SHOP_MODULES": "catalog"}
    env |= {"CATALOG_DATABASE_URL": address, "BROKER_URL": os.environ["BROKER_URL"]}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", **variables}
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("database", ["everybodys", "catalogs"])
def test_its_own_is_taken(database: str) -> None:
    assert start(CHECK, url("catalog", database)) == (0, "")


@pytest.mark.parametrize(
    ("role", "database", "why"),
    [
        ("inventory", "everybodys", "where the schema catalog belongs to test_shop_catalog"),
        ("inventory", "inventorys", "which has no schema catalog but that of inventory"),
        ("admin", "inventorys", "which has no schema catalog but that of inventory"),
        ("catalog", "inventorys", "which does not let it in"),
    ],
)
def test_another_ones_is_refused_in_a_sentence(role: str, database: str, why: str) -> None:
    code, said = start(MIGRATE, url(role, database))

    assert code == 1
    assert f"to the database {called(database)}, {why}: {ADVICE}" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    {
        "serve": (*MANAGE, "serve", "--port", str(free_port())),
        "gunicorn": web(0).arguments,
        "celery": WORKER.arguments,
        "rpc": rpc(0).arguments,
        "image's migrate": (sys.executable, "-m", "config", "migrate"),
        "migrate": (*MANAGE, "migrate", "--database", "catalog"),
    }.items(),
    ids=lambda item: item[0],
)
def test_no_kind_of_process_starts(command: tuple[str, Sequence[str]]) -> None:
    code, said = start(command[1], url("inventory", "everybodys"))

    assert code != 0
    assert ADVICE in said
    assert "ImproperlyConfigured" not in said  # as a traceback would end


@pytest.mark.parametrize("database", ["everybodys", "inventorys"])
def test_also_who_may_make_roles_gives_a_module_to_no_role_of_another(database: str) -> None:
    admin = os.environ["DATABASE_ADMIN_URL"]
    migrate = (sys.executable, "-m", "config", "migrate")

    code, said = start(migrate, url("inventory", database), DATABASE_ADMIN_URL=admin)

    assert code == 1
    assert f"to the database {called(database)}, where that has the schema inventory: {ADVICE}" in said
    assert start(CHECK, url("catalog", "everybodys")) == (0, "")
    with psycopg.connect(url("admin", "inventorys")) as session:
        assert session.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'catalog'").fetchone() is None


def test_a_database_that_is_away_is_waited_for() -> None:
    nowhere = urlsplit(url("catalog", "everybodys"))
    closed = nowhere._replace(netloc=f"{nowhere.netloc.rpartition('@')[0]}@127.0.0.1:{free_port()}").geturl()

    assert start(CHECK, closed) == (0, "")
