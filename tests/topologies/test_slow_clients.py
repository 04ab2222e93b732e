"""A client that sends a byte now and then holds up nobody else, behind the proxy of docker/."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from config import gunicorn
from tests.acceptance.processes import ROOT, address
from tests.config.test_production import HOST, Production
from tests.support import eventually
from tools.private_server import free_port, running

CROWD = gunicorn.threads + 2
"""More than the threads of the one process."""
TOKEN = "x" * 32
HEAD = (
    f"POST /login HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
    f"Cookie: __Host-csrftoken={TOKEN}\r\nReferer: https://{HOST}/login\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n"
)
SLOW = {"headers": HEAD, "a body": f"{HEAD}Content-Length: 2000000\r\n\r\nusername="}
"""What a client has sent when it begins to take its time. The view of /login reads a body to its end."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with Production(tmp_path_factory.mktemp("shop"), BEHIND_PROXY="on").running() as shop:
        yield shop


@pytest.fixture(scope="module")
def proxy(shop: Production, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """It gives headers two seconds. That they come by https it takes from the one before it."""
    folder, url = tmp_path_factory.mktemp("proxy"), address(free_port())
    web = {f"{name}_WEB": urlsplit(shop.url).netloc for name in ("CATALOG", "INVENTORY", "IDENTITY", "ADMIN")}
    short = {"HEADER_TIMEOUT": "2s"}
    command: list[str | Path] = [
        Path(sys.executable).parent / "caddy", "run", "--config", ROOT / "docker/Caddyfile",
    ]  # fmt: skip
    env = {
        **os.environ,
        **web,
        **short,
        "PUBLIC_URL": f"http://:{urlsplit(url).port}",
        "XDG_DATA_HOME": str(folder),
    }
    with running(command, folder / "log", stop_signal=signal.SIGTERM, env=env):
        eventually(lambda: is_alive(url))
        yield url


def is_alive(url: str, seconds: float = 20) -> bool:
    try:
        return requests.get(f"{url}/livez", headers={"Host": HOST}, timeout=seconds).ok
    except requests.RequestException:
        return False


@contextmanager
def a_crowd_sending(text: str, url: str) -> Iterator[list[socket.socket]]:
    """As many as would hold every thread, each with the rest still to come."""
    where = urlsplit(url)
    with ExitStack() as stack:
        crowd = [
            stack.enter_context(socket.create_connection((where.hostname, where.port))) for _ in range(CROWD)
        ]
        for one in crowd:
            one.sendall(text.encode())
        yield crowd


def is_cut_off(slow: socket.socket) -> bool:
    """An answer, or the end of the connection, has come although it has not finished."""
    slow.settimeout(0.01)
    try:
        slow.recv(1000)
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_others_are_served_while_a_crowd_takes_its_time(proxy: str, text: str) -> None:
    with a_crowd_sending(text, proxy):
        assert is_alive(proxy)


def test_slow_headers_are_cut_off(proxy: str) -> None:
    with a_crowd_sending(SLOW["headers"], proxy) as crowd:
        eventually(lambda: all(map(is_cut_off, crowd)))


def test_others_are_served_while_a_crowd_sends_byte_by_byte(proxy: str) -> None:
    """Nobody cuts these off, and they have no thread of the shop."""
    with a_crowd_sending(SLOW["a body"], proxy) as crowd:
        for _ in range(5):
            for one in crowd:
                one.sendall(b"a")
            assert is_alive(proxy)


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_without_the_proxy_it_would_be_let_do_so_for_ever(shop: Production, text: str) -> None:
    """gunicorn has no time limit for a request that has begun: it must not be reached but by the proxy."""
    with a_crowd_sending(text, shop.url):
        assert not is_alive(shop.url, seconds=2)

    eventually(lambda: is_alive(shop.url))


def test_what_is_larger_than_can_be_kept_for_it_never_reaches_the_shop(proxy: str) -> None:
    answer = requests.post(f"{proxy}/login", data=b"x" * (3 * 2**20 + 1), headers={"Host": HOST}, timeout=20)

    assert answer.status_code in {413, 502}  # Caddy says either, by where it was when it had enough
