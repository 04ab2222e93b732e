"""Spans of questions to other processes: one here, one there.

https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import grpc
from opentelemetry.semconv._incubating.attributes.rpc_attributes import (
    RPC_METHOD,
    RPC_RESPONSE_STATUS_CODE,
    RPC_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.trace import Span, SpanKind, StatusCode

from shop.building_blocks.telemetry.tracing import beginning, inner

_FAULTS = {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
"""Of the server; the other codes are answers."""


@contextmanager
def asking(path: str, target: str) -> Iterator[None]:
    host, _, port = target.rpartition(":")
    attributes = {**_about(path), SERVER_ADDRESS: host, SERVER_PORT: int(port)}
    with inner(path[1:], SpanKind.CLIENT, attributes) as span:
        code = "OK"
        try:
            yield
        except Exception as error:
            code = error.__cause__.code().name if isinstance(error.__cause__, grpc.RpcError) else "UNKNOWN"
            raise
        finally:
            span.set_attribute(RPC_RESPONSE_STATUS_CODE, code)


@contextmanager
def answering(path: str, carrier: Mapping[str, str]) -> Iterator[Span]:
    with beginning(path[1:], SpanKind.SERVER, _about(path), carrier) as span:
        yield span


def answered(span: Span, code: str) -> None:
    span.set_attribute(RPC_RESPONSE_STATUS_CODE, code)
    if code in _FAULTS:
        span.set_attribute(ERROR_TYPE, code)
        span.set_status(StatusCode.ERROR)


def _about(path: str) -> dict[str, str | int]:
    return {RPC_SYSTEM_NAME: "grpc", RPC_METHOD: path[1:]}
