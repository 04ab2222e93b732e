"""`make check` finds a secret that somebody is about to commit."""

from pathlib import Path

import pytest

from config.signing_key import generated
from tools.secret_scan import secrets_in

MADE_UP = "Tr0ub4dor"
PLANTED = {
    "a key": generated(),
    "a password of a server": f"DATABASE_URL=postgres://shop:{MADE_UP}@db.example/shop",
    "a token": "token: ghp_" + "aB3" * 12,
    "a password": f'password = "{MADE_UP}"',
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED)
def test_what_is_secret_is_found(tmp_path: Path, text: str) -> None:
    file = tmp_path / "planted.py"
    file.write_text(f"{text}\n")

    assert list(secrets_in([file]))


def test_what_only_speaks_of_secrets_is_not(tmp_path: Path) -> None:
    file = tmp_path / "spoken.py"
    file.write_text(
        'SECRET_KEY = env("SECRET_KEY")\nURL = "postgres://db.example/shop"\nCLIENT = "demo-secret"\n'
    )

    assert not list(secrets_in([file]))
