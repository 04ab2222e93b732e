"""The secrets that Compose mounts."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools import credentials


def test_a_container_can_read_them_and_nobody_else_gets_at_them(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        credentials.write(tmp_path / "secrets", {"key": "of the house"})
    finally:
        os.umask(before)

    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets/key").stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "secrets/key").read_text() == "of the house"


def test_each_module_has_a_role_and_in_services_a_database_too() -> None:
    databases = {}
    for topology in ("monolith", "services"):
        made = credentials.of_containers(topology)
        urls = [urlsplit(made[f"{module}_database_url"]) for module in credentials.MODULES]
        assert len({url.username for url in urls} | {url.password for url in urls}) == 6
        databases[topology] = {url.path for url in urls}

    assert databases == {
        "monolith": {"/shop"},
        "services": {"/shop_catalog", "/shop_inventory", "/shop_identity"},
    }


def test_servers_and_those_who_log_in_to_them_are_told_the_same() -> None:
    made = credentials.of_containers("monolith")

    assert urlsplit(made["database_admin_url"]).password == made["postgresql_password"]
    assert made["rabbitmq_user"].endswith(f"default_pass = {urlsplit(made['broker_url']).password}\n")


def test_secrets_that_are_in_use_are_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["credentials", "monolith"])
    credentials.main()
    key = (tmp_path / "secret_key").read_text()

    with pytest.raises(SystemExit, match="has secrets already"):
        credentials.main()

    assert (tmp_path / "secret_key").read_text() == key


def test_a_secret_that_a_new_version_needs_is_added_and_all_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["credentials", "monolith"])
    credentials.main()
    (tmp_path / "metrics_token").unlink()
    before = {file.name: file.read_text() for file in tmp_path.iterdir()}

    credentials.main()

    after = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert after.pop("metrics_token")
    assert after == before


def test_words_without_a_client_are_refused() -> None:
    with pytest.raises(SystemExit, match="may-introspect"):
        credentials.of_introspection("CommandError: ...")
