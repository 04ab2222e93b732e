"""One shop and one browser for all that looks at pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.administrator import Administrator, an_administrator
from tools import chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        if reason and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason=reason))


def why_not() -> str:
    if settings.BROKER_URL:
        return "The pages are looked at in the pass on SQLite."
    return "" if chromium.find() else chromium.ADVICE


@pytest.fixture(scope="package")
def _administrator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """For this folder only: while Playwright runs, Django takes the thread for an asynchronous one."""
    found = chromium.find()
    assert found
    with an_administrator(found, tmp_path_factory.mktemp("browser")) as administrator:
        yield administrator


@pytest.fixture
def admin(_administrator: Administrator) -> Iterator[Administrator]:
    """Whatever the browser complains of fails the test that it happened in."""
    yield _administrator
    _administrator.page.wait_for_load_state()  # else the next test breaks it off, and has the complaints
    _administrator.page.evaluate("() => new Promise(requestAnimationFrame)")
    complaints = [_administrator.complaints.pop(0) for _ in list(_administrator.complaints)]
    assert complaints == []
