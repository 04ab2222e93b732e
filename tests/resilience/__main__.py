"""The long form: `python -m tests.resilience --events 100000 --kills 200`, or `make chaos`."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import django

from tools.process import interruptible


def main() -> None:
    wish = argparse.ArgumentParser(prog="python -m tests.resilience")
    wish.add_argument("--events", type=int, default=100_000)
    wish.add_argument("--kills", type=int, default=200)
    options = wish.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with interruptible():
        run(options.events, options.kills)


def run(events: int, kills: int) -> None:
    from tests.resilience.chaos import Chaos  # noqa: PLC0415  they need the apps
    from tests.resilience.world import a_world  # noqa: PLC0415

    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)  # noqa: T201

    with tempfile.TemporaryDirectory(prefix="shop-chaos-") as folder, a_world(Path(folder)) as world:
        Chaos(world, events, kills, say).run()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
