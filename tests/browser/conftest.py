"""One shop and one browser for all that looks at pages."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.browser.administrator import Administrator, an_administrator
from tools import chromium


@pytest.fixture(scope="package")
def _administrator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """For this folder only: while Playwright runs, Django takes the thread for an asynchronous one."""
    if settings.BROKER_URL:
        pytest.skip("The pages are looked at in the pass on SQLite.")
    if not (found := chromium.find()):
        pytest.skip(chromium.ADVICE)
    with an_administrator(found, tmp_path_factory.mktemp("browser")) as administrator:
        yield administrator


@pytest.fixture
def admin(_administrator: Administrator) -> Iterator[Administrator]:
    """Whatever the browser complains of fails the test that it happened in."""
    yield _administrator
    _administrator.page.evaluate("() => new Promise(requestAnimationFrame)")
    complaints = [_administrator.complaints.pop(0) for _ in list(_administrator.complaints)]
    assert complaints == []
