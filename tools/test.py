"""What `make test` runs: every test on SQLite and an in-process bus, and again on real servers.

`python -m tools.test [--only sqlite|postgres] [pytest's own arguments]`
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from tools import asyncapi_schema, chromium
from tools.apt import say
from tools.process import interruptible, run
from tools.services import Services, services

MODULES = ("catalog", "inventory", "identity")
NOT_INHERITED = (
    "DATABASE_ADMIN_URL",
    "BROKER_URL",
    "TEST_BROKER_URL",
    "CACHE_URL",
    "DEBUG",
    "SECRET_KEY",
    "SHOP_MODULES",
)
# More processes than this would cost more in databases than they gain.
IN_PARALLEL = ["-n", "auto", "--maxprocesses", "8"]


def main(arguments: list[str]) -> int:
    options, pytest_arguments = parser().parse_known_args(arguments)
    if options.only != "postgres":
        chromium.provide(pytest_arguments)
    asyncapi_schema.provide(pytest_arguments)
    pytest_arguments = with_parallelism(pytest_arguments)
    if options.only == "sqlite":
        return on_sqlite(pytest_arguments)
    with services() as found:
        if options.only == "postgres":
            return on_servers(found, pytest_arguments)
        failed_before = on_sqlite(pytest_arguments)
        if failed_before:
            say("\nThe first pass failed: see above. The second one runs all the same.")
        return on_servers(found, pytest_arguments) or failed_before


def parser() -> argparse.ArgumentParser:
    only = argparse.ArgumentParser(prog="python -m tools.test", add_help=False, allow_abbrev=False)
    only.add_argument("--only", choices=("sqlite", "postgres"))
    return only


def with_parallelism(arguments: list[str]) -> list[str]:
    """Selected tests are few, and a debugger needs one process: both start faster without."""
    deciding = ("-n", "--numprocesses", "--pdb", "no:xdist", "-pno:xdist")
    decided = any(argument.startswith(deciding) for argument in arguments)
    selected = any(not argument.startswith("-") for argument in arguments)
    return arguments if decided or selected else [*IN_PARALLEL, *arguments]


def on_sqlite(arguments: list[str]) -> int:
    say("\nSQLite and the in-process bus")
    return pytest(arguments, {})


def on_servers(found: Services, arguments: list[str]) -> int:
    say("\nPostgreSQL and RabbitMQ")
    return pytest(arguments, settings(found))


def settings(found: Services) -> dict[str, str]:
    """Each module logs in as a role of its own, which the tests' set-up creates."""
    urls = {f"{m.upper()}_DATABASE_URL": module_url(found.database_url, m) for m in MODULES}
    return {"DATABASE_ADMIN_URL": found.database_url, "BROKER_URL": found.broker_url, **urls}


def module_url(admin_url: str, module: str) -> str:
    admin = urlsplit(admin_url)
    server = admin.netloc.rpartition("@")[2]
    # The same for every run on a server, so that two at once do not change each other's.
    password = hashlib.sha256(f"{admin_url} {module}".encode()).hexdigest()
    login = f"test_shop_{module}:{password}"
    return admin._replace(netloc=f"{login}@{server}", path="/shop").geturl()


def pytest(arguments: list[str], extra: Mapping[str, str]) -> int:
    """Run pytest with settings that only we decide about: a developer's own would leak in."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("DATABASE_URL") and name not in NOT_INHERITED
    }
    return run([sys.executable, "-m", "pytest", *arguments], {**inherited, "ENV_FILE": "", **extra})


if __name__ == "__main__":
    try:
        with interruptible():
            sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
