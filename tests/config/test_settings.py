"""A start that would be unsafe does not happen, and says in a line what to do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.processes import ROOT, production

PRODUCTION = production("https://shop.example")
NO_CERTIFICATE = {"RPC_CERTIFICATE": "PEM", "RPC_KEY": "PEM", "RPC_AUTHORITIES": "PEM"}


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATA_DIR": str(folder), **variables}
    command = [sys.executable, "manage.py", "migrate_modules", "--check"]
    return subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x"}, "PUBLIC_URL is the address"),
        ({**PRODUCTION, "PUBLIC_URL": "http://shop.example"}, "one like https://shop.example"),
        ({**PRODUCTION, "PUBLIC_URL": "https://shop.example/"}, "without a slash at the end"),
        ({**PRODUCTION, "PUBLIC_URL": "https://shop.example/api"}, "without a path"),
        ({**PRODUCTION, "OIDC_SIGNING_KEY": ""}, "Make one by `openssl genpkey"),
        ({**PRODUCTION, "OIDC_SIGNING_KEY": "no key"}, "not set to an RSA private key"),
        ({"DEBUG": "on", "ALLOWED_HOSTS": "localhost,shop.example"}, "Set DEBUG=off"),
        ({"DEBUG": "on", "ALLOWED_HOSTS": "*"}, "Set DEBUG=off"),
        ({"DEBUG": "on", "ALLOWED_HOSTS": "10.0.0.5"}, "Set DEBUG=off"),
        ({**PRODUCTION, "DEMO": "on"}, "unset DEMO"),
        ({**PRODUCTION, "ALLOWED_HOSTS": "shop.example,*"}, "Name the hosts"),
        ({**PRODUCTION, "CORS_ALLOWED_ORIGINS": "https://app.example,*"}, "has '*'. Write each origin"),
        ({"DEBUG": "on", "MESSAGING_KEEP_HANDLED_DAYS": "3"}, "would handle it twice"),
        ({"DEBUG": "on", "MESSAGING_KEEP_SENT_DAYS": "0"}, "both more than 0"),
        ({"DEBUG": "on", "REQUESTS_PER_CLIENT": "many"}, "REQUESTS_PER_CLIENT is 'many': write a number"),
        ({"DEBUG": "on", "CACHE_URL": "memcached://127.0.0.1"}, "CACHE_URL must be a redis://"),
        ({"DEBUG": "on", "DATABASE_URL": "mysql://localhost/shop"}, "must be a postgres:// URL"),
        ({"DEBUG": "on", "SHOP_MODULES": "catalog,shipping"}, "the modules are catalog, inventory, identity"),
        ({"DEBUG": "on", "SHOP_MODULES": "catalog,"}, "SHOP_MODULES has ''"),
        ({"DEBUG": "on", "SHOP_MODULES": ""}, "unset it for all"),
        ({"DEBUG": "on", "RPC_CERTIFICATE": "PEM", "RPC_KEY": "PEM"}, "must all be set"),
        ({"DEBUG": "on", "RPC_TOKENS": "Schlüssel"}, "take letters and digits"),
        ({"DEBUG": "on", "CATALOG_RPC_TARGET": "http://catalog:7000"}, "must be host:port"),
        ({**PRODUCTION, "METRICS_BIND": "0.0.0.0:9100"}, "METRICS_TOKEN is not, so nobody could read"),
        ({"DEBUG": "on", "METRICS_BIND": "9100"}, "must be host:port, such as 0.0.0.0:9100"),
        ({"DEBUG": "on", "METRICS_BIND": "::1:9100"}, "must be host:port, such as 0.0.0.0:9100"),
        ({"DEBUG": "on", "CATALOG_RPC_TARGET": "::1:7000"}, "must be host:port"),
        ({"DEBUG": "on", "CATALOG_RPC_TARGET": "catalog:70000"}, "must be host:port"),
        ({"DEBUG": "on", "RPC_TIMEOUT": "0"}, "must be more than 0"),
        ({"DEBUG": "on", "RPC_TIMEOUT": "500ms"}, "RPC_TIMEOUT is '500ms' and must be a number"),
        (
            {**PRODUCTION, "SECURE_SSL_REDIRECT": "ture"},
            "SECURE_SSL_REDIRECT is 'ture' and must be on or off",
        ),
        ({"DEBUG": "on", **NO_CERTIFICATE}, "must be certificates, and RPC_KEY a private key"),
        ({"DEBUG": "on", "CATALOG_DATABASE_URL": "shop"}, "must be a postgres:// URL"),
        ({"DEBUG": "on", "DATABASE_URL": "postgres://a:b/c@localhost/shop"}, "must be a postgres:// URL"),
        ({"DEBUG": "on", "DATABASE_URL_FILE": "/nowhere"}, "DATABASE_URL_FILE is /nowhere: No such file"),
        ({"DEBUG": "on", "BROKER_URL": "127.0.0.1:5672"}, "BROKER_URL must be an amqp://"),
        ({"DEBUG": "on", "MESSAGING_MAX_ATTEMPTS": "0"}, "MESSAGING_MAX_ATTEMPTS must be 1 or more"),
        ({"DEBUG": "on", "PROXIES": "-1"}, "PROXIES must be 0 or more"),
        ({"DEBUG": "on", "LOG_LEVEL": "chatty"}, "LOG_LEVEL is 'chatty' and must be DEBUG, INFO"),
        ({"DEBUG": "on", "DATA_DIR": "/dev/null/var"}, "nothing can be kept there: Not a directory"),
        ({"DEBUG": "on", "DATA_DIR": "/proc"}, "DATA_DIR is /proc, and nothing can be kept there"),
        ({"DEBUG": "on", "ENV_FILE": "/nowhere"}, "ENV_FILE is /nowhere, and there is no such file"),
    ],
)
def test_refuses(tmp_path: Path, variables: dict[str, str], advice: str) -> None:
    result = start(tmp_path, **variables)

    assert result.returncode == 1
    assert advice in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the house")

    variables = {**PRODUCTION, "SECRET_KEY_FILE": str(secret)}
    del variables["SECRET_KEY"]

    assert "SECRET_KEY" not in start(tmp_path / "data", **variables).stderr


def test_every_variable_is_described_in_the_example() -> None:
    source = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    per_module = {
        f"{module}_{what}"
        for module in ("CATALOG", "INVENTORY", "IDENTITY")
        for what in ("DATABASE_URL", "RPC_TARGET")
    }
    read = set(re.findall(r'(?:env\.\w+|rate)\(\s*"([A-Z_]+)"', source)) | per_module | {"DATABASE_URL"}
    example = (ROOT / ".env.example").read_text()
    described = set(re.findall(r"^#?\s?([A-Z_]+?)(?:_FILE)?=", example, re.MULTILINE))

    assert read - described - {"ENV", "ENV_FILE"} == set()
    assert described - read == set()
