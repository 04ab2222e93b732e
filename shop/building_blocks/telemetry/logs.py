"""Log records that say which request, trace and module they belong to, and nothing that is secret."""

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from shop.building_blocks.telemetry import context
from shop.building_blocks.telemetry.redaction import is_suspicious, redact


class Context(logging.Filter):
    """Adds what ties lines together; ``module`` is the shop's module, not the Python file.

    ``request_id`` is of the request that began it all, ``correlation_id`` of all that is done because of it:
    the same, unless nobody's request began it. Takes away the request that Django hands over with an error:
    it would be written with its query string, where names may be looked for. Its path is in our own line.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = record.correlation_id = context.correlation_id()
        record.trace_id = context.trace_id()
        record.module = context.module() or "-"
        vars(record).pop("request", None)
        return True


class JsonLines(JsonFormatter):
    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        texts = {name: value for name, value in log_data.items() if type(value) is str}
        if not is_suspicious(" ".join(texts.values())):
            return log_data
        return {**log_data, **{name: redact(value) for name, value in texts.items()}}


class Lines(logging.Formatter):
    """To read, with DEBUG."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
