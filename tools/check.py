"""What `make check` runs: everything about the code that can be said without running its tests."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.signing_key import generated

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
TRIAL = {"DEBUG": "on"}
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "PUBLIC_URL": "https://shop.example",
    "OIDC_SIGNING_KEY": generated(),
    "ALLOWED_HOSTS": "shop.example",
}

CHECKS: tuple[tuple[str, Sequence[str | Path], Mapping[str, str]], ...] = (
    ("Style", (BIN / "ruff", "check", "--quiet"), {}),
    ("Format", (BIN / "ruff", "format", "--check", "--quiet"), {}),
    ("Dockerfile", (BIN / "hadolint", "docker/Dockerfile"), {}),
    ("Security", (BIN / "bandit", "-q", "-c", "pyproject.toml", "-r", "shop", "config", "manage.py"), {}),
    ("No secret is in the repository", (sys.executable, "-m", "tools.secret_scan"), {}),
    ("Types", (BIN / "mypy", "--no-error-summary"), {}),
    ("Boundaries", (BIN / "lint-imports",), {}),
    ("Migrations are up to date", (*MANAGE, "makemigrations", "--check", "--dry-run"), TRIAL),
    ("OpenAPI is valid, and as promised", (sys.executable, "-m", "tools.openapi", "--check"), TRIAL),
    ("AsyncAPI is as promised", (sys.executable, "-m", "tools.asyncapi", "--check"), TRIAL),
    ("The map of the modules is up to date", (*MANAGE, "modules", "--check"), TRIAL),
    ("Contracts are as promised", (sys.executable, "-m", "tools.protos", "--check"), TRIAL),
    (
        "Settings are fit for production",
        (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    ),
)


def main() -> int:
    failed = [name for name, command, env in CHECKS if not passes(name, command, env)]
    if failed:
        print(f"\nNot fit yet: {', '.join(failed)}. `make fix` repairs style and format.")
    return 1 if failed else 0


def passes(name: str, command: Sequence[str | Path], env: Mapping[str, str]) -> bool:
    """Show a line per check, and what it has to say only if it fails."""
    print(f"{name} ...", end=" ", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command,
        check=False,
        env={**inherited(), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    ok = done.returncode == 0
    print(f"{'ok' if ok else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
    if not ok:
        print(done.stdout)
    return ok


def inherited() -> dict[str, str]:
    """The environment without a developer's own settings."""
    ours = ("DATABASE_URL", "BROKER_URL", "SHOP_MODULES", "DEMO", "DEBUG", "SECRET_KEY")
    others = {name: value for name, value in os.environ.items() if not name.endswith(ours)}
    return {**others, "ENV_FILE": ""}


if __name__ == "__main__":
    sys.exit(main())
