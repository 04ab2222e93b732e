"""A span for each statement, by the conventions for databases; its values stay out.

https://opentelemetry.io/docs/specs/semconv/database/database-spans/
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from opentelemetry import trace
from opentelemetry.semconv.attributes.db_attributes import (
    DB_NAMESPACE,
    DB_QUERY_SUMMARY,
    DB_QUERY_TEXT,
    DB_RESPONSE_STATUS_CODE,
    DB_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.trace import SpanKind, StatusCode

from shop.building_blocks.telemetry.tracing import Attributes, tracer, type_of

_TARGET = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([a-z]\w*)', re.IGNORECASE)


def trace_statements() -> None:
    """Of every connection of the process, those of this thread that are open included."""
    connection_created.connect(_wrap, dispatch_uid="spans of statements")
    for connection in connections.all(initialized_only=True):
        _wrap(connection)


def _wrap(connection: Any, **_: Any) -> None:
    """Django says so again when it connects anew; the wrappers are still there then."""
    if not any(isinstance(one, Statements) for one in connection.execute_wrappers):
        connection.execute_wrappers.append(Statements(connection))


class Statements:
    """Wraps the statements of a connection: https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/"""

    def __init__(self, connection: Any) -> None:
        self._about = _about(connection)

    def __call__(self, execute: Any, sql: Any, values: Any, many: bool, context: Any) -> Any:
        if not trace.get_current_span().is_recording():
            return execute(sql, values, many, context)
        text = str(sql)
        summary = _summary(text)
        attributes = {**self._about, DB_QUERY_SUMMARY: summary, DB_QUERY_TEXT: text}
        span = tracer.start_span(summary, kind=SpanKind.CLIENT, attributes=attributes)
        try:
            return execute(sql, values, many, context)
        except Exception as error:
            span.set_status(StatusCode.ERROR)
            code = getattr(error.__cause__, "sqlstate", None)
            span.set_attribute(ERROR_TYPE, code or type_of(error))
            if code:
                span.set_attribute(DB_RESPONSE_STATUS_CODE, code)
            raise
        finally:
            span.end()


def committed(module: str, since: int) -> None:
    """In the current trace, if it is recorded, the commit of a transaction that several traces share.

    It ends now, and begins ``since`` (ns of Unix time) there is nothing more to do for this trace.
    """
    if trace.get_current_span().get_span_context().trace_flags.sampled:
        attributes = {**_about(connections[module]), DB_QUERY_SUMMARY: "COMMIT"}
        tracer.start_span("COMMIT", kind=SpanKind.CLIENT, attributes=attributes, start_time=since).end()


def _about(connection: Any) -> Attributes:
    known = connection.settings_dict
    about: dict[str, str | int] = {
        DB_SYSTEM_NAME: connection.vendor,
        DB_NAMESPACE: Path(str(known["NAME"])).name,
    }
    if known["HOST"]:
        about[SERVER_ADDRESS] = known["HOST"]
    if known["PORT"]:
        about[SERVER_PORT] = int(known["PORT"])
    return about


@lru_cache(maxsize=512)
def _summary(sql: str) -> str:
    """What it does and to which table: ``INSERT catalog_product``."""
    verb = sql.split(None, 1)[0].upper() if sql.strip() else "SQL"
    target = _TARGET.search(sql)
    return f"{verb} {target[1]}" if target else verb
