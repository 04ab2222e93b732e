"""``make run``, as a newcomer sees it."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from shop.local import goods
from tests.acceptance.processes import production
from tests.acceptance.shops import LocalShop
from tests.support import eventually


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LocalShop]:
    here = LocalShop(tmp_path)
    here.env = {
        name: value for name, value in here.env.items() if not name.endswith(("_URL", "DATABASE_URL"))
    }
    yield here
    here.kill()


def printed_commands(shop: LocalShop) -> list[str]:
    """What starts at the margin with curl, up to the line that does not end in a backslash."""
    return re.findall(r"^curl (?:.*\\\n)*.*$", shop.processes[0].output, re.MULTILINE)


def paste(command: str) -> str:
    return subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout


def test_the_printed_commands_work_as_they_are(shop: LocalShop) -> None:
    shop.start()
    create, look = printed_commands(shop)

    product_id = json.loads(paste(create))["id"]

    assert eventually(
        lambda: [
            item
            for item in json.loads(paste(look))["items"]
            if item["id"] == product_id and item["available"] == 12
        ]
    )


def test_says_what_it_does_and_where_everything_is(shop: LocalShop) -> None:
    shop.start()

    output = shop.processes[0].output
    for line in ("Bringing the databases up to date", "/docs", "/admin/", "admin / admin", "demo-secret"):
        assert line in output
    assert "Traceback" not in output
    assert "Warning" not in output


def test_a_second_start_keeps_the_data_and_makes_no_second_demo(shop: LocalShop) -> None:
    shop.start()
    before = shop.call("GET", "/api/v1/products").json()
    shop.ask_to_stop()
    assert shop.exit_codes() == [0]

    shop.start()

    after = shop.call("GET", "/api/v1/products").json()
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]
    assert len(after["items"]) == len(goods.SAMPLES)


def test_the_demo_administrator_can_log_in(shop: LocalShop) -> None:
    shop.start()
    browser = requests.Session()
    page = browser.get(f"{shop.url}/admin/login/", timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token

    answer = browser.post(
        f"{shop.url}/admin/login/",
        {"csrfmiddlewaretoken": token[1], "username": "admin", "password": "admin", "next": "/admin/"},
        timeout=20,
    )

    assert answer.status_code == 200
    assert "Products" in answer.text


def test_a_taken_port_gets_a_line_that_says_what_to_do(shop: LocalShop) -> None:
    with socket.create_server(("127.0.0.1", shop.port)):
        result = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(shop.port)],
            cwd=Path(__file__).parents[2],
            env=shop.env,
            check=False,
            capture_output=True,
            text=True,
        )

    assert result.returncode == 1
    assert re.fullmatch(
        rf"CommandError: Port {shop.port} .*: address already in use\. .*make run PORT=\d+",
        result.stderr.strip(),
        re.IGNORECASE,
    )


def test_what_is_no_port_is_refused(shop: LocalShop) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", "70000"]
    result = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=shop.env, check=False, capture_output=True, text=True
    )

    assert result.returncode == 2
    assert "--port: invalid port" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_termination_is_as_clean_as_ctrl_c(shop: LocalShop) -> None:
    shop.start()

    shop.processes[0].tell(signal.SIGTERM)

    assert shop.exit_codes() == [0]


def test_a_request_in_hand_is_answered_before_it_stops(shop: LocalShop) -> None:
    shop.start()
    body = json.dumps({"name": "shelf"}).encode()
    head = (
        f"POST /api/v1/inventories HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {shop.log_in()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", shop.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 100")
        shop.ask_to_stop()
        eventually(lambda: shop.said("Stopping"))
        connection.sendall(body)

        assert connection.recv(4096).startswith(b"HTTP/1.1 201")
    assert shop.exit_codes() == [0]


def test_the_example_environment_can_be_copied_as_it_is(shop: LocalShop, tmp_path: Path) -> None:
    (tmp_path / "env").write_text((Path(__file__).parents[2] / ".env.example").read_text())
    shop.env["ENV_FILE"] = str(tmp_path / "env")

    shop.start()

    assert shop.call("GET", "/api/v1/products").status_code == 200


def test_production_does_not_start_over_demo_data(shop: LocalShop) -> None:
    shop.start()
    shop.ask_to_stop()
    shop.exit_codes()

    result = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=Path(__file__).parents[2],
        env={**shop.env, **production(shop.url), "DEMO": "off"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 1
    assert "The database has demo data" in result.stderr
