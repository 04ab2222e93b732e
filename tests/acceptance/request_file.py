"""``shop.http``, read as REST clients read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

import requests

REQUEST_FILE = Path(__file__).parents[2] / "shop.http"

_VARIABLE = re.compile(r"\{\{(.+?)\}\}")
_ANSWERED = re.compile(r"(\w+)\.response\.(body\.\$|headers)\.([\w.-]+)")


@dataclass(frozen=True)
class FileRequest:
    """As it is written, variables and all. ``status`` is what it says to expect, None for a success."""

    title: str
    name: str | None
    status: int | None
    method: str
    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def path(self) -> str:
        return self.url.removeprefix("{{host}}").partition("?")[0]

    @classmethod
    def parse(cls, block: str) -> "FileRequest":
        title, *lines = block.strip().splitlines()
        comments = [line.removeprefix("#").strip() for line in lines if line.startswith("#")]
        sent = [line for line in lines if not line.startswith("#")]
        end = sent.index("") if "" in sent else len(sent)
        (method, url), headers = sent[0].split(" "), sent[1:end]
        return cls(
            title=title.strip(),
            name=next((one.removeprefix("@name ") for one in comments if one.startswith("@name ")), None),
            status=next((int(one[:3]) for one in comments if one[:3].isdigit()), None),
            method=method,
            url=url,
            headers={name: value.strip() for name, _, value in (one.partition(":") for one in headers)},
            body="\n".join(sent[end + 1 :]),
        )


def requests_of(text: str) -> list[FileRequest]:
    return [FileRequest.parse(block) for block in re.split(r"^###", text, flags=re.MULTILINE)[1:]]


class Client:
    """Sends requests, and knows what those with a name were answered."""

    def __init__(self, **variables: str) -> None:
        self._variables = {"$timestamp": str(int(time())), **variables}
        self._answers: dict[str, requests.Response] = {}

    def send(self, request: FileRequest) -> requests.Response:
        headers = {name: self._filled(value) for name, value in request.headers.items()}
        scheme, *credentials = headers.get("Authorization", "").split(" ")
        answer = requests.request(
            request.method,
            self._filled(request.url),
            headers=headers,
            data=self._filled(request.body).encode(),
            auth=(credentials[0], credentials[1]) if scheme == "Basic" else None,
            timeout=20,
        )
        if request.name:
            self._answers[request.name] = answer
        return answer

    def _filled(self, text: str) -> str:
        return _VARIABLE.sub(lambda found: self._value(found[1]), text)

    def _value(self, variable: str) -> str:
        answered = _ANSWERED.fullmatch(variable)
        if not answered:
            return self._variables[variable]
        name, part, path = answered.groups()
        answer = self._answers[name]
        if part == "headers":
            return str(answer.headers[path])
        value: Any = answer.json()
        for step in path.split("."):
            value = value[step]
        return str(value)
