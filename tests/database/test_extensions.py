"""A module's extensions are there before its tables, also without roles, where one owns everything."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings

from tests.acceptance.processes import ROOT

pytestmark = pytest.mark.postgresql
OWNER = f"test_shop_owner_{os.getpid()}"


@pytest.fixture
def database_url() -> Iterator[str]:
    """Of an empty database, and of who owns it and may do nothing else on the server."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD 'owner'")
        admin.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
        server = urlsplit(settings.DATABASE_ADMIN_URL)
        address = server.netloc.rpartition("@")[2]
        yield server._replace(netloc=f"{OWNER}:owner@{address}", path=f"/{OWNER}").geturl()
        admin.execute(f"DROP DATABASE {OWNER} WITH (FORCE)")
        admin.execute(f"DROP ROLE {OWNER}")


def test_an_owner_of_the_database_needs_no_administrator(database_url: str) -> None:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DEBUG": "on", "DATABASE_URL": database_url}

    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate_modules"],
            cwd=ROOT,
            env=env,
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr

    with psycopg.connect(database_url) as session:
        known = session.execute(
            "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
        )
        assert known.fetchone() == ("extensions",)
        assert session.execute(
            "SELECT 1 FROM pg_indexes WHERE indexname = 'listing_name_trigrams'"
        ).fetchone()
