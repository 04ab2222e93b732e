"""What `make bench` runs: `python -m benchmarks [relay latency ...]`, on servers that wait for the disk."""

import argparse
import os
import sys
from importlib import import_module

import psycopg
from psycopg.sql import SQL, Identifier

from tools.process import run
from tools.services import Services, services

ALL = ("relay", "latency", "consumer", "publishing", "catalog", "http", "rpc", "telemetry")
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def main(arguments: list[str]) -> int:
    wish = argparse.ArgumentParser(prog="make bench", description=__doc__)
    wish.add_argument("benchmarks", nargs="*", choices=[[], *ALL], metavar="name", help=", ".join(ALL))
    wanted = wish.parse_args(arguments).benchmarks or ALL
    is_ours = "TEST_DATABASE_URL" not in os.environ
    with services() as found:
        tell_about(found, is_ours)
        return max(measure(name, found) for name in wanted)


def tell_about(found: Services, is_ours: bool) -> None:
    with psycopg.connect(found.database_url, autocommit=True) as database:
        if is_ours:
            for name in DURABLE:
                database.execute(SQL("ALTER SYSTEM SET {} = on").format(Identifier(name)))
            database.execute("SELECT pg_reload_conf()")
    with psycopg.connect(found.database_url) as database:
        known = {
            name: database.execute(SQL("SHOW {}").format(Identifier(name))).fetchone() for name in DURABLE
        }
        settings = ", ".join(f"{name} {value[0]}" for name, value in known.items() if value)
        print(f"PostgreSQL {database.info.server_version // 10000} with {settings}; {os.cpu_count()} cores")


def measure(name: str, found: Services) -> int:
    title = (import_module(f"benchmarks.{name}").__doc__ or name).partition("\n")[0]
    print(f"\n{name}: {title}", flush=True)
    urls = {"TEST_DATABASE_URL": found.database_url, "TEST_BROKER_URL": found.broker_url}
    return run([sys.executable, "-m", f"benchmarks.{name}"], os.environ | urls)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
