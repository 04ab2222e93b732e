"""The one entry point of the image: ``python -m config web|worker|beat|rpc|migrate|manage|probe``."""

import argparse
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parent.parent
MANAGE = ("manage.py",)
CELERY = ("-m", "celery", "--quiet", "-A", "config")
PROGRAMS = {
    "web": ("-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"),
    "worker": (*CELERY, "worker", "-P", "solo", "--without-gossip", "--without-mingle", "-l", "INFO"),
    "beat": (*CELERY, "beat", "-l", "INFO"),
    "rpc": (*MANAGE, "serve_rpc", "--bind", "0.0.0.0:7000"),
    "migrate": (*MANAGE, "prepare"),
    "manage": MANAGE,
}
HELP = """\
  web       serve HTTP, by gunicorn, on port 8000
  worker    carry events, by Celery; with -B also what is to be done by the clock
  beat      what is to be done by the clock, and nothing else; one of it
  rpc       answer the questions of other processes, over gRPC, on port 7000
  migrate   bring roles, tables, queues and a trial's demo data up to date, and end
  manage    any other command of manage.py
  probe     does a web process on this machine say that it is well? PORT PATH

What follows goes to the program as it is: web --bind 127.0.0.1:9000; web --help. SHOP_MODULES says
which modules a process has. Every variable is described in .env.example.
"""
PATIENCE = 5.0
"""Seconds until a process that does not answer is unwell."""


def main(arguments: list[str]) -> NoReturn:
    parser = argparse.ArgumentParser(
        prog="python -m config",
        usage="%(prog)s COMMAND [ARGUMENT ...]",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=[*PROGRAMS, "probe"], metavar="COMMAND")
    if not arguments:
        parser.print_help(sys.stderr)
        sys.exit(2)
    command = parser.parse_args(arguments[:1]).command
    if command == "probe":
        sys.exit(probe(arguments[1:]))
    become(*PROGRAMS[command], *arguments[1:])


def become(*arguments: str) -> NoReturn:
    """Go on as a program of Python's, so that signals and exit codes are its own."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  # nosec B606  # our own commands


def probe(arguments: list[str]) -> int:
    """0 when somebody at the port answers 200 at the path; without the weight of Django."""
    parser = argparse.ArgumentParser(prog="python -m config probe")
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    options = parser.parse_args(arguments)
    try:
        return 0 if _is_well(options.port, options.path) else 1
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def _is_well(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    return connection.getresponse().status == 200  # noqa: PLR2004


if __name__ == "__main__":
    main(sys.argv[1:])
