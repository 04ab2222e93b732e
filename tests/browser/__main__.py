"""What `make screenshots` runs: docs/screenshots anew, as the pages look now."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tools import chromium
from tools.process import interruptible

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def main() -> None:
    chromium.provide([])
    if not (found := chromium.find()):
        raise SystemExit(chromium.ADVICE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    with interruptible(), TemporaryDirectory() as folder:
        take(found, Path(folder))


def take(found: Path, folder: Path) -> None:
    from tests.browser.administrator import an_administrator  # noqa: PLC0415  they need the apps
    from tests.browser.scenes import SCENES, a_day_at_the_shop  # noqa: PLC0415

    FOLDER.mkdir(exist_ok=True)
    with an_administrator(found, folder) as administrator:
        a_day_at_the_shop(administrator)
        for name, show in SCENES.items():
            show(administrator)
            whole = name not in {"api", "events"}  # those are long
            administrator.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", full_page=whole)
        if administrator.complaints:
            raise SystemExit("\n".join(administrator.complaints))


if __name__ == "__main__":
    main()
