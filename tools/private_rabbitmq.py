"""A RabbitMQ of our own, from the scripts that are on this machine.

Everything that two RabbitMQs on one machine would share by default is private: the data, the
configuration, the plugins, the cookie (in HOME), and epmd, which knows the port of each node.
"""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tools.private_server import Server, answers, free_port, newest, running

FOLDERS = (
    "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
    "opt/homebrew/sbin",
    "usr/local/sbin",
)
# Debian's scripts here switch to the account "rabbitmq" and to the system's own node.
WRAPPERS = ("/usr/sbin", "/sbin")

# Homebrew's Erlang is not on everybody's PATH.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/opt/homebrew/bin", "/usr/local/bin"])

ERLANG_ARGUMENTS = "+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}"

GREETING = b"AMQP\x00\x00\x09\x01"
REPLY = b"\x01"  # a method frame: Connection.Start
NAMES = b"\x00\x01n"  # epmd replies with its port and the nodes it knows

# Alarms block publishers, which in a test only looks like a hanging test.
SETTINGS = """\
listeners.tcp.local = 127.0.0.1:{port}
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
log.console = true
log.file = false
"""


def find() -> Path | None:
    """Return the folder of the real rabbitmq-server, if there is one."""
    on_path = [Path(found).parent] if (found := shutil.which("rabbitmq-server")) else []
    installed = [f for pattern in FOLDERS for f in newest(Path("/").glob(pattern))]
    usable = (f for f in on_path + installed if str(f) not in WRAPPERS)
    return next((f for f in usable if (f / "rabbitmq-server").exists() and find_epmd()), None)


@contextmanager
def start(binaries: Path, folder: Path) -> Iterator[Server]:
    """Start a node; it takes some seconds until it is ready."""
    port, epmd_port = free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(SETTINGS.format(port=port))
    (folder / "enabled_plugins").write_text("[].\n")
    env = environment(folder, port, epmd_port)
    script, log = binaries / "rabbitmq-server", folder / "log"
    serve = partial(running, [script], log, stop_signal=signal.SIGTERM, env=env)
    with epmd(folder, epmd_port, env), serve() as process:
        url = f"amqp://guest:guest@127.0.0.1:{port}/%2F"
        yield Server("RabbitMQ", url, lambda: answers(port, GREETING, REPLY), process, log, serve, env)


@contextmanager
def epmd(folder: Path, port: int, env: dict[str, str]) -> Iterator[None]:
    """Run epmd as our child: the one that a node starts for itself would outlive the node."""
    log = folder / "epmd.log"
    serve = partial(running, [find_epmd() or "epmd"], log, stop_signal=signal.SIGTERM, env=env)
    with serve() as process:
        Server("epmd", "", lambda: answers(port, NAMES, port.to_bytes(4)), process, log, serve).wait()
        yield


def find_epmd() -> str | None:
    """Return epmd's path; some packages of Erlang link only erl to where PATH finds it."""
    beside_erl = [
        str(found)
        for erl in [shutil.which("erl", path=PATH)]
        if erl
        for found in newest(Path(erl).resolve().parent.parent.glob("erts-*/bin/epmd"))
    ]
    return shutil.which("epmd", path=PATH) or next(iter(beside_erl), None)


def environment(folder: Path, port: int, epmd_port: int) -> dict[str, str]:
    """Return the environment of a node that reads and writes nothing outside of its folder."""
    ours = ("RABBITMQ_", "ERL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "PATH": PATH,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_NODENAME": f"shop-test-{port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_SCHEMA_DIR": str(folder / "schema"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(folder / "conf.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
    }
