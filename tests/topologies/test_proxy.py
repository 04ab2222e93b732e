"""One address for all callers: every path reaches the process of the module that serves it."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from tests.acceptance.processes import ROOT, address
from tests.support import eventually
from tools.private_server import free_port, running

HOME = "admin"
UPSTREAMS = ("catalog", "inventory", "identity", HOME)
OF_ALL = ("admin", "docs", "openapi.json", "oauth2-redirect.html", "livez", "readyz", "static", "")


@contextmanager
def upstream(name: str) -> Iterator[str]:
    """Answers its name, and how it was addressed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{name} {self.headers['X-Forwarded-For']}".encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def caddy(folder: Path, upstreams: dict[str, str]) -> Iterator[str]:
    url = address(free_port())
    program = Path(sys.executable).parent / "caddy"
    command: list[str | Path] = [program, "run", "--config", ROOT / "docker/Caddyfile"]
    env = {**os.environ, **upstreams, "PUBLIC_URL": url, "XDG_DATA_HOME": str(folder)}
    with running(command, folder / "log", stop_signal=signal.SIGTERM, env=env):
        eventually(lambda: answers(url))
        yield url


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ExitStack() as stack:
        upstreams = {f"{name.upper()}_WEB": stack.enter_context(upstream(name)) for name in UPSTREAMS}
        yield stack.enter_context(caddy(tmp_path_factory.mktemp("proxy"), upstreams))


def answers(url: str) -> bool:
    """Whatever it is."""
    try:
        requests.get(url, timeout=5)
    except requests.ConnectionError:
        return False
    return True


def paths(patterns: list[URLPattern | URLResolver], begin: str = "") -> Iterator[tuple[str, str]]:
    """Each path that is served, and the package of what serves it."""
    for one in patterns:
        route = f"{begin}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from paths(one.url_patterns, route)
        else:
            yield route, one.callback.__module__


def who(proxy: str, path: str, **headers: str) -> str:
    return requests.get(f"{proxy}/{path}", headers=headers, timeout=5).text


def test_every_operation_of_the_document_reaches_its_module(proxy: str) -> None:
    document = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())

    for path, operations in document["paths"].items():
        ((module,),) = {tuple(one["tags"]) for one in operations.values() if isinstance(one, dict)}
        assert who(proxy, path.lstrip("/")).split()[0] == module, path


def test_every_other_page_reaches_identity_or_the_process_with_all_modules(proxy: str) -> None:
    for path, _ in paths(get_resolver("shop.modules.identity.urls").url_patterns):
        assert who(proxy, path).split()[0] == "identity", path
    for path in OF_ALL:
        assert who(proxy, path).split()[0] == HOME, path


@pytest.mark.parametrize("path", ["metrics", "metrics?x", "/metrics", "./metrics", "METRICS", "%6Detrics"])
def test_what_prometheus_reads_is_not_for_callers(proxy: str, path: str) -> None:
    request = requests.Request("GET", proxy).prepare()
    request.url = f"{proxy}/{path}"  # as it is, and not made tidy

    with requests.Session() as session:
        answer = session.send(request, timeout=5)

    assert (answer.status_code, answer.text) == (404, "")


def test_a_caller_cannot_claim_the_address_of_another(proxy: str) -> None:
    assert who(proxy, "api/v1/products", **{"X-Forwarded-For": "203.0.113.9"}) == "catalog 127.0.0.1"


def test_who_is_not_there_is_answered_for_by_a_problem_that_says_when_to_come_again(tmp_path: Path) -> None:
    nobody = {f"{name.upper()}_WEB": f"127.0.0.1:{free_port()}" for name in UPSTREAMS}

    with caddy(tmp_path, nobody) as proxy:
        answer = requests.get(f"{proxy}/api/v1/products", timeout=5)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {"type": "about:blank", "title": "Bad Gateway", "status": 502}
    assert answer.status_code == 502
