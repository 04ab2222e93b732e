"""What is answered with the settings of production, by the server of production."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.processes import ROOT, Process, production
from tests.support import eventually
from tools.private_server import free_port
from tools.process import run

HOST = "shop.example"
BY_HTTPS = {"X-Forwarded-Proto": "https"}
LIES = {**BY_HTTPS, "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "8443"}


class Production:
    """gunicorn on this machine, asked for ``shop.example``; nobody is known there but root."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = folder / "log"
        self.env = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": "",
            "DATA_DIR": str(folder / "data"),
            **production(f"https://{HOST}"),
            "ALLOWED_HOSTS": HOST,
            "BROKER_URL": "amqp://127.0.0.1:1//",  # nobody listens: requests are all that happens
            "DJANGO_SUPERUSER_PASSWORD": "root",
            **variables,
        }

    @contextmanager
    def running(self) -> Iterator["Production"]:
        bind = self.url.removeprefix("http://")
        gunicorn = ["gunicorn", "-c", "config/gunicorn.py", "-w", "1", "-b", bind, "config.wsgi"]
        process = Process([sys.executable, "-m", *gunicorn], self.env, self.log)
        try:
            eventually(lambda: self.is_up(process), seconds=60)
            yield self
        finally:
            process.kill()

    def is_up(self, process: Process) -> bool:
        assert process.is_alive(), process.output
        try:
            return self.get("/livez").ok
        except requests.ConnectionError:
            return False

    def manage(self, *arguments: str) -> None:
        assert run([sys.executable, str(ROOT / "manage.py"), *arguments], self.env) == 0

    def get(self, path: str, host: str = HOST, **headers: str) -> requests.Response:
        return self.ask("GET", path, headers={"Host": host, **headers})

    def ask(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return requests.request(method, f"{self.url}{path}", allow_redirects=False, timeout=20, **kwargs)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with Production(tmp_path_factory.mktemp("alone")).running() as shop:
        yield shop


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    folder = tmp_path_factory.mktemp("behind_proxy")
    shop = Production(folder, BEHIND_PROXY="on", HSTS_INCLUDE_SUBDOMAINS="on", HSTS_PRELOAD="on")
    shop.manage("migrate_modules")
    root = ("--username", "root", "--email", "root@shop.example", "--database", "identity")
    shop.manage("createsuperuser", "--no-input", *root)
    with shop.running():
        yield shop


def test_nobody_can_say_that_http_is_https_or_that_we_are_another(alone: Production) -> None:
    answer = alone.get("/api/v1/products", **LIES)

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{HOST}/api/v1/products"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/api/v1/products", "/admin/"])
def test_another_name_than_ours_gets_a_problem(alone: Production, path: str) -> None:
    answer = alone.get(path, host="evil.example")

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Nothing is served by the name in the Host header."


def test_a_probe_need_not_know_our_name(alone: Production) -> None:
    assert alone.get("/livez", host="10.1.2.3:8000").status_code == 200


def test_a_proxy_is_believed_that_it_was_https_and_nothing_more(behind_proxy: Production) -> None:
    assert behind_proxy.get("/docs").status_code == 301
    assert behind_proxy.get("/docs", **LIES).status_code == 200
    assert behind_proxy.get("/docs", host="evil.example", **BY_HTTPS).status_code == 400


def test_browsers_are_told_to_come_by_https_only(behind_proxy: Production) -> None:
    for path in ("/docs", "/api/v1/products", "/admin/login/"):
        told = behind_proxy.get(path, **BY_HTTPS).headers["Strict-Transport-Security"]
        assert told == "max-age=31536000; includeSubDomains; preload"


def test_cookies_are_this_hosts_alone_and_no_script_sees_them(behind_proxy: Production) -> None:
    headers = {"Host": HOST, **BY_HTTPS}
    page = behind_proxy.ask("GET", "/admin/login/", headers=headers)
    token = page.cookies["__Host-csrftoken"]
    login = {"username": "root", "password": "root", "next": "/admin/", "csrfmiddlewaretoken": token}
    headers |= {"Cookie": f"__Host-csrftoken={token}", "Origin": f"https://{HOST}"}
    inside = behind_proxy.ask("POST", "/admin/login/", data=login, headers=headers)

    assert inside.status_code == 302
    assert set(inside.cookies.keys()) == {"__Host-csrftoken", "__Host-sessionid", "__Host-device"}
    for cookie in inside.raw.headers.getlist("Set-Cookie"):
        _, *attributes = cookie.split("; ")
        assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(attributes)
        assert not any(attribute.startswith("Domain") for attribute in attributes)
