"""The secrets of a topology, as Compose mounts them: `python -m tools.credentials monolith|services`.

It writes a file for each into docker/secrets, once: what is there stays, and only what a new version needs
beside it is added. Only who starts containers can enter the folder; the files can be read by everybody, as
they are by the user in a container. Given `introspection`, it reads what `manage.py create_client` printed,
and writes that there.
"""

import argparse
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from config.signing_key import generated
from tools import compose

FOLDER = compose.FOLDER / "secrets"
MODULES = ("catalog", "inventory", "identity")
INTROSPECTION = "introspection"


def credentials(
    topology: str, database_admin_url: str, broker_url: str, prefix: str = "shop"
) -> dict[str, str]:
    """Name -> content, for servers that are there; ``prefix`` begins the names of roles and databases."""
    roles = {module: f"{prefix}_{module}" for module in MODULES}
    urls = {
        f"{module}_database_url": _module_url(
            database_admin_url, role, database=role if topology == "services" else prefix
        )
        for module, role in roles.items()
    }
    return urls | {"database_admin_url": database_admin_url, "broker_url": broker_url} | of_no_server()


def of_no_server() -> dict[str, str]:
    """Those that only processes of the shop know."""
    return {
        "secret_key": secrets.token_urlsafe(48),
        "oidc_signing_key": generated(),
        "rpc_tokens": secrets.token_urlsafe(32),
        "metrics_token": secrets.token_urlsafe(32),
    }


def of_containers(topology: str) -> dict[str, str]:
    """For the servers that the topology starts itself."""
    of_postgresql, of_rabbitmq = secrets.token_hex(24), secrets.token_hex(24)
    return {
        **credentials(
            topology,
            f"postgres://shop_admin:{of_postgresql}@postgresql:5432/postgres",
            f"amqp://shop:{of_rabbitmq}@rabbitmq:5672//",
        ),
        "postgresql_password": of_postgresql,
        "rabbitmq_user": f"default_user = shop\ndefault_pass = {of_rabbitmq}\n",
    }


def of_introspection(printed: str) -> dict[str, str]:
    """Of the client that services ask identity by, from the words of ``create_client``."""
    found = dict(re.findall(r"^(client_id|client_secret)=(\S+)$", printed, re.MULTILINE))
    if len(found) != 2:  # noqa: PLR2004
        raise SystemExit("No client: give it what `manage.py create_client ... --may-introspect` prints.")
    return {f"{INTROSPECTION}_{name}": value for name, value in found.items()}


def _module_url(admin_url: str, role: str, database: str) -> str:
    admin = urlsplit(admin_url)
    server = admin.netloc.rpartition("@")[2]
    return admin._replace(netloc=f"{role}:{secrets.token_hex(24)}@{server}", path=f"/{database}").geturl()


def write(folder: Path, contents: Mapping[str, str]) -> None:
    """Without a newline at the end: it would be part of the secret."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in contents.items():
        path = folder / name
        path.unlink(missing_ok=True)
        path.write_text(content)
        path.chmod(0o444)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.credentials", description=__doc__)
    parser.add_argument("which", choices=[*compose.TOPOLOGIES, INTROSPECTION])
    which = parser.parse_args().which
    if which == INTROSPECTION:
        write(FOLDER, of_introspection(sys.stdin.read()))
        return
    there = {file.name for file in FOLDER.glob("*")}
    known = of_no_server() if there else of_containers(which)
    missing = {name: content for name, content in known.items() if name not in there}
    if not missing:
        raise SystemExit(
            f"{FOLDER} has secrets already, and servers that were started with them know no others. To begin "
            "anew, with the other topology say, move it away, and remove the volumes of those servers."
        )
    write(FOLDER, missing)
    print(f"Written to {FOLDER}: {', '.join(missing)}. Keep them as you keep passwords.")


if __name__ == "__main__":
    main()
