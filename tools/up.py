"""What `make up` runs: a topology of docker/, without Docker: `python -m tools.up monolith|services`.

The Compose file is the definition; here its services are processes under honcho, over a private PostgreSQL
and RabbitMQ, as a trial with demo data. Everything ends with the first Ctrl-C, and nothing is kept.
"""

import argparse
import socket
import sys
import tempfile
from pathlib import Path

from shop.building_blocks.hosts import port
from tools import compose, credentials
from tools.apt import say
from tools.crew import Crew
from tools.local_processes import Here
from tools.process import interruptible, run
from tools.services import services

NAME = "shop_up"
"""Of roles, databases and queues: servers that others use, too, may have a shop."""


def main(arguments: list[str]) -> int:
    usage = f"make up TOPOLOGY={'|'.join(compose.TOPOLOGIES)} PORT=8000"
    parser = argparse.ArgumentParser(
        prog="make up", usage=usage, description="Start a topology on this machine."
    )
    parser.add_argument("topology", choices=compose.TOPOLOGIES, metavar="TOPOLOGY")
    parser.add_argument("--port", type=port, default=8000)
    options = parser.parse_args(arguments)
    refuse_taken(options.port)
    with (
        interruptible(),
        tempfile.TemporaryDirectory(prefix="shop-up-") as folder,
        services() as servers,
    ):
        known = credentials.credentials(options.topology, servers.database_url, servers.broker_url, NAME)
        here = Here(options.topology, options.port, Path(folder), NAME)
        credentials.write(here.secrets, known)
        prepare(here)
        return Crew(here).work()


def refuse_taken(port: int) -> None:
    """Look first: nothing else is worth doing when somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(
                f"Port {port} cannot be used: {error.strerror}. Choose another one: make up PORT={port + 1}"
            ) from None


def prepare(here: Here) -> None:
    """What has to end well before the rest starts."""
    for process in here.preparations():
        say(f"{process.name}: {' '.join(process.service.command)}")
        if code := run(process.command, process.env):
            raise SystemExit(f"{process.name} ended with {code}; its words are above.")
    here.introduce_resource_servers()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
