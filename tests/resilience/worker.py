"""`celery worker`, with the crash points in place: `python -m tests.resilience.worker NAME`."""

import os
import sys
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from config.celery import app  # noqa: PLC0415  they need the apps
    from tests.resilience import crash_points  # noqa: PLC0415

    crash_points.install(Path(os.environ["CRASH_FILE"]))
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", "-P", "solo", "-l", "INFO", "-n", f"{sys.argv[1]}@localhost", *quiet])


if __name__ == "__main__":
    main()
