"""A client that costs little: keep-alive connections in one thread, each with one request under way."""

import re
import socket
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter
from typing import NamedTuple

CONNECTIONS = 8
PATIENCE = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Load(NamedTuple):
    requests: int
    seconds: float


def load(port: int, requests: Iterator[bytes], seconds: float) -> Load:
    """Send ``requests``, which do not end, for some seconds. AssertionError when one is not answered well."""
    began = perf_counter()
    answered = 0
    with DefaultSelector() as waiting:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", port))
            waiting.register(connection, EVENT_READ, bytearray())
            connection.sendall(next(requests))
        while waiting.get_map():
            ready = waiting.select(PATIENCE)
            assert ready, f"no answer in {PATIENCE} s"
            for key, _ in ready:
                if receive(key.fileobj, key.data):  # type: ignore[arg-type]
                    answered += 1
                    if perf_counter() - began < seconds:
                        key.fileobj.sendall(next(requests))  # type: ignore[union-attr]
                    else:
                        waiting.unregister(key.fileobj)
                        key.fileobj.close()  # type: ignore[union-attr]
    return Load(answered, perf_counter() - began)


def receive(connection: socket.socket, received: bytearray) -> bool:
    """Read on; whether the answer is complete, which empties ``received``."""
    more = connection.recv(65536)
    received += more
    head, end, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    assert more, bytes(received)
    if not end or (length and len(body) < int(length[1])):
        return False
    assert head.startswith(b"HTTP/1.1 2"), bytes(received)
    received.clear()
    return True


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
        f"Authorization: Bearer {token}\r\nAccept: application/json\r\n{kind}\r\n"
    )
    return head.encode() + body
