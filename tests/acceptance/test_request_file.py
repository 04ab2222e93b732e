"""``shop.http`` works from top to bottom, and leaves nothing out."""

import re
from typing import Any

import requests
import yaml

from tests.acceptance.request_file import REQUEST_FILE, Client, FileRequest, requests_of
from tests.acceptance.shops import Shop
from tests.support import eventually
from tools.openapi import PROMISE

REQUESTS = requests_of(REQUEST_FILE.read_text())


def is_as_told(request: FileRequest, answer: requests.Response) -> bool:
    return answer.status_code == request.status if request.status else answer.ok


def test_every_request_is_answered_as_the_file_says(shop: Shop) -> None:
    client_id, secret = shop.credentials
    client = Client(host=shop.url, client=client_id, secret=secret)

    for request in REQUESTS:

        def sent(request: FileRequest = request) -> Any:
            """What is read may come a moment later, by an event; what is written is written once."""
            answer = client.send(request)
            told = is_as_told(request, answer)
            assert told or request.method == "GET", (request.title, answer.status_code, answer.text)
            return told

        eventually(sent)


def test_every_operation_is_in_the_file() -> None:
    paths = yaml.safe_load(PROMISE.document.read_text())["paths"]
    promised = {(method.upper(), path) for path, methods in paths.items() for method in methods}

    shown = {
        (request.method, path)
        for request in REQUESTS
        for method, path in promised
        if method == request.method
        and re.fullmatch(re.sub(r"\{\w+\}", r"\\{\\{[^/]+\\}\\}", path), request.path)
    }

    assert promised - shown == set()


def test_every_name_is_used_or_tells_something() -> None:
    text = REQUEST_FILE.read_text()
    named = [request.name for request in REQUESTS if request.name]

    assert len(named) == len(set(named))
    assert {name for name in named if f"{{{{{name}.response." not in text} == set()
