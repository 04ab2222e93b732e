"""Look for secrets in all files that git knows: keys, tokens, passwords, whatever looks random.

Of tests it asks less: there a password is a word in a sentence.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

LOCKS = "requirements/"
"""Hashes of packages, which look as random as they are, and would take longest."""

KNOWN: Mapping[str, str] = {
    "of the demo, which starts with DEBUG and a local database only": "demo-secret",
    "an example in the OpenAPI document": "correct horse battery staple",
    "stands for one in .env.example": "secret",
    "of a PostgreSQL for tests, which nobody else reaches": "shop",
    "of a RabbitMQ for tests: its default, which it takes from this machine only": "guest",
    "of processes that end with the benchmarks": "of the benchmarks",
    "the name of a hasher": "client_secret",
    "where a secret would be, in a comment of the redaction": "HERE",
    "what a test plants and must not find again": "planted",
    "a checksum": "A3WBLqAKGoJ2+6FWFtpjBlCQ1oFCcs4GxF7zsIGvNqp/klGUHjlA3aAcZ9XMMpLGE8zPeYDz2x9FmO6DSuKraQ==",
    "an id, as it must not be written": "01936d0c8f3a7b609f0e5d2c4a1b7e90",
    "a trace in the W3C's examples": "0af7651916cd43dd8448eb211c80319c",
    "another one": "4bf92f3577b34da6a3ce929d0e0e4736",
}
"""Why it is none, and what is taken for a secret."""


def main() -> int:
    found = list(secrets_in(tracked()))
    for one in found:
        print(f"{one.filename}:{one.line_number} {one.type}")
    if found:
        print("Take it out, and make it anew: it is in the history. What is no secret goes into KNOWN.")
    return 1 if found else 0


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True)
    return [path for path in listed.stdout.split("\0") if path and not path.startswith(LOCKS)]


def secrets_in(paths: Iterable[str | Path]) -> Iterator[PotentialSecret]:
    with default_settings():
        for path in map(str, paths):
            for one in scan_file(path):
                if one.secret_value not in KNOWN.values() and not is_sentence(one):
                    yield one


def is_sentence(found: Any) -> bool:
    return bool(found.type == "Secret Keyword" and found.filename.startswith("tests/"))


if __name__ == "__main__":
    sys.exit(main())
