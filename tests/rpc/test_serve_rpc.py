"""What ``manage.py serve_rpc`` refuses to start with, and says in a line."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings


def start(*arguments: str) -> None:
    call_command("serve_rpc", *arguments, skip_checks=True)


@pytest.mark.parametrize("address", ["0.0.0.0:0", "10.0.0.5:7000"])
def test_a_trial_without_a_token_is_for_this_machine_only(asking: Callable[..., None], address: str) -> None:
    asking(tokens=())

    with pytest.raises(CommandError, match="RPC_TOKENS is not set"):
        start("--bind", address)


def test_in_production_there_is_a_token(asking: Callable[..., None], settings: Settings) -> None:
    settings.DEBUG = False
    asking(tokens=())

    with pytest.raises(CommandError, match="RPC_TOKENS is not set"):
        start("--bind", "127.0.0.1:0")


@pytest.mark.django_db
def test_a_port_that_somebody_has_is_not_shared() -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        address = f"127.0.0.1:{somebody.getsockname()[1]}"

        with pytest.raises(CommandError, match=f"Cannot listen at {address}"):
            start("--bind", address)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--bind", "7000"], "must be HOST:PORT"),
        (["--bind", "127.0.0.1:http"], "must be HOST:PORT"),
        (["--threads", "0"], "must be 1 or more"),
        (["--grace", "-1"], "not negative"),
    ],
)
def test_options_that_make_no_sense(arguments: list[str], advice: str) -> None:
    with pytest.raises(CommandError, match=advice):
        start(*arguments)


def test_its_help_says_what_it_does_and_how_it_ends(capsys: pytest.CaptureFixture[Any]) -> None:
    with pytest.raises(SystemExit):
        start("--help")

    shown = " ".join(capsys.readouterr().out.split())
    assert "Answer the contract queries of the modules that run here, over gRPC" in shown
    assert "SIGTERM and Ctrl-C stop it" in shown
