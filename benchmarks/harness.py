"""A database and a broker namespace of the benchmarks' own, and one way to print figures."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from config.signing_key import generated

NAME = f"shop_bench_{os.getpid()}"
MODULES = ("catalog", "inventory", "identity")


def configure() -> None:
    """Set up Django over fresh databases at TEST_DATABASE_URL and TEST_BROKER_URL."""
    admin = urlsplit(os.environ["TEST_DATABASE_URL"])
    server = admin.netloc.rpartition("@")[2]
    for module in MODULES:
        login = admin._replace(netloc=f"{NAME}_{module}:bench@{server}", path=f"/{NAME}")
        os.environ[f"{module.upper()}_DATABASE_URL"] = login.geturl()
    os.environ |= {
        "ENV_FILE": "",
        "DEBUG": "off",
        "SECRET_KEY": "of the benchmarks",
        "PUBLIC_URL": "http://localhost",
        "OIDC_SIGNING_KEY": generated(),
        "DATABASE_ADMIN_URL": admin.geturl(),
        "BROKER_URL": os.environ["TEST_BROKER_URL"],
        "MESSAGING_NAMESPACE": NAME,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # Out of reach, and counted all the same: in blocks as large as those of the usual limit.
        "REQUESTS_PER_CLIENT": "1000000000/min",
    }
    import django

    django.setup()
    for handler in logging.getLogger().handlers:  # lines are written as in production, but nobody reads them
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(Path(os.devnull).open("w"))  # noqa: SIM115


@contextmanager
def databases() -> Iterator[None]:
    """Made, and dropped afterwards with the queues."""
    from django.core.management import call_command
    from django.db import connections

    from tests.support import forget_topology

    call_command("create_roles", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    call_command("migrate_modules", verbosity=0)
    try:
        yield
    finally:
        connections.close_all()
        forget_topology()
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(NAME)))
            for module in MODULES:
                admin.execute(SQL("DROP ROLE {}").format(Identifier(f"{NAME}_{module}")))


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def per_second(count: int, seconds: list[float]) -> float:
    return count / median(seconds)


def show(
    what: str, figure: float, unit: str, bound: float | None = None, target: float | None = None
) -> None:
    """A line: the figure, the bound of the same run, their ratio, and whether that is what we want."""
    line = f"{what:<46} {figure:>10,.1f} {unit}"
    if bound:
        ratio = figure / bound
        verdict = "" if target is None else ("  ok" if ratio >= target else f"  below {target:.0%}")
        line += f"   bound {bound:>10,.1f}   {ratio:.0%}{verdict}"
    print(line, flush=True)


@contextmanager
def another_database(name: str) -> Iterator[None]:
    """Within ``databases``: one more, made for the same roles. Which one is used, ``use`` says."""
    from django.core.management import call_command

    use(name)
    call_command("create_roles", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    call_command("migrate_modules", verbosity=0)
    try:
        yield
    finally:
        use(NAME)
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def use(name: str) -> None:
    """Have every module's connection go to this database from now on."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = name
