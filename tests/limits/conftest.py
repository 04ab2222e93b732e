"""The stores that limits are counted in."""

from collections.abc import Iterator
from typing import Any

import pytest

from shop.building_blocks.limits.counters import InDatabase, InMemory, InRedis
from tools import private_redis
from tools.apt import install
from tools.private_server import Server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A private one. It is optional, and so are its tests."""
    if not private_redis.find():
        install("redis-server")
    binary = private_redis.find()
    if binary is None:
        pytest.skip("no redis-server on this machine: limits in Redis are not tried")
    with private_redis.start(binary, tmp_path_factory.mktemp("redis")) as server:
        server.wait()
        yield server


@pytest.fixture(
    params=[
        "memory",
        pytest.param("database", marks=pytest.mark.postgresql),
        pytest.param("redis", marks=pytest.mark.postgresql),
    ]
)
def counters(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return InMemory()
    if request.param == "database":
        return InDatabase("catalog")
    return InRedis(request.getfixturevalue("redis").url, request.node.name)
