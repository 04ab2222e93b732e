"""Prometheus and promtool, which elsewhere than on a Debian for root are there or not."""

import pytest

from tools import private_prometheus


@pytest.fixture(scope="session")
def _prometheus() -> None:
    if not private_prometheus.find():
        pytest.skip("Prometheus and promtool are not installed, and only root of a Debian gets them unasked")
