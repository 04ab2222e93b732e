"""What tests of passwords share."""

from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are hashed from now on: what a login costs, whoever keeps the machine busy."""
    made: list[str] = []
    encode = MD5PasswordHasher.encode

    def noting(self: Any, password: str, salt: str) -> str:
        made.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noting)
    return made
