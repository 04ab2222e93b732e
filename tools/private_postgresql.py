"""A PostgreSQL of our own, from the binaries that are on this machine."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tools.private_server import Server, answers, free_port, newest, running

# Debian and Ubuntu, the PostgreSQL project's RPMs, Homebrew on ARM and on Intel: none is on PATH.
FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)

# The data lives as long as the tests, so nothing is lost by not waiting for the disk. In the server's own
# file, and not on its command line: so benchmarks can have it wait after all.
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "fsync": "off",
    "track_commit_timestamp": "on",  # the benchmarks measure from commit to commit
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "TimeZone": "UTC",
}

# The same letters everywhere; macOS knows the C rules for UTF-8 by another name.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"

# Protocol 3.0, user "shop". While it starts the server replies E(rror), then R(equest for proof).
GREETING = b"\x00\x00\x00\x13\x00\x03\x00\x00user\x00shop\x00\x00"
REPLY = b"R"


def find() -> Path | None:
    """Return the folder of initdb and postgres, if there is one."""
    on_path = [Path(found).parent] if (found := shutil.which("postgres")) else []
    installed = [f for pattern in FOLDERS for f in newest(Path("/").glob(pattern))]
    return next((f for f in on_path + installed if (f / "initdb").exists()), None)


def client(name: str) -> Path | None:
    """Return a program such as pg_dump: it is beside the server where that really lies, or on PATH."""
    beside = [(folder / "postgres").resolve().parent / name] if (folder := find()) else []
    on_path = [Path(found)] if (found := shutil.which(name)) else []
    return next((program for program in beside + on_path if program.exists()), None)


@contextmanager
def start(binaries: Path, folder: Path) -> Iterator[Server]:
    """Start a server whose administrator is "shop"; it may not be ready yet."""
    identity = unprivileged(folder)
    password = secrets.token_hex(16)
    initialise(binaries, folder, password, identity)
    port = free_port()
    command: list[str | Path] = [binaries / "postgres", "-D", folder / "data", "-c", f"port={port}"]
    log = folder / "log"
    # To PostgreSQL, SIGINT means: shut down now, do not wait until the clients have left.
    serve = partial(running, command, log, stop_signal=signal.SIGINT, **identity)
    with serve() as process:
        url = f"postgres://shop:{password}@127.0.0.1:{port}/postgres"
        yield Server("PostgreSQL", url, lambda: answers(port, GREETING, REPLY), process, log, serve)


def unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root lends the folder to somebody else."""
    if os.getuid() != 0:
        return {}
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def initialise(binaries: Path, folder: Path, password: str, identity: dict[str, Any]) -> None:
    """Create the data folder. Every client needs a password: shop's modules have their own."""
    password_file = folder / "password"
    password_file.write_text(password)
    if identity:
        os.chown(password_file, identity["user"], identity["group"])
    command: list[str | Path] = [binaries / "initdb", "-D", folder / "data", "--no-sync"]
    command += ["--username=shop", f"--pwfile={password_file}", "--auth=scram-sha-256"]
    command += ["--encoding=UTF8", f"--locale={LOCALE}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **identity)
    password_file.unlink()
    if done.returncode != 0:
        raise SystemExit(f"initdb failed:\n{done.stdout}{done.stderr}")
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
