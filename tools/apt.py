"""Packages for the tests, installed unasked where that is customary: as root of a Debian, mostly in CI."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.process import run

POLICY = Path("/usr/sbin/policy-rc.d")


def install(*packages: str) -> None:
    """Try to; whether they are there then is for our callers to see."""
    if not packages or os.getuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"{' and '.join(packages)}: installing with apt-get, without starting it (once; about a minute)")
    with servers_stay_off():
        apt_get("update")
        apt_get("install", "--yes", "--no-install-recommends", *packages)


def apt_get(*arguments: str) -> None:
    """Wait for another apt-get, such as that of a second run; our callers see what it achieved."""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments]
    with tempfile.TemporaryFile("w+") as log:
        if run(command, os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, output=log) != 0:
            log.seek(0)
            say(f"apt-get {arguments[0]} failed: {last_line(log.read())}")


@contextmanager
def servers_stay_off() -> Iterator[None]:
    """Debian starts what it installs unless this file says no; one that exists is its owner's."""
    try:
        with POLICY.open("x") as file:
            file.write("#!/bin/sh\nexit 101\n")
    except OSError:
        yield
        return
    try:
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it did not say why"])[-1]


def say(text: str) -> None:
    print(text, flush=True)
