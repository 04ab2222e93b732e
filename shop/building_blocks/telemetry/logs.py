"""Log records that say which request, trace and module they belong to."""

import logging

from shop.building_blocks.telemetry import context


class Context(logging.Filter):
    """Adds ``request_id`` and ``trace_id``; ``module`` is the shop's module, not the Python file.

    Takes away the request that Django hands over with an error: it would be written with its query string,
    where names may be looked for. Its path is in our own line about it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = context.correlation_id()
        record.trace_id = context.trace_id()
        record.module = context.module() or "-"
        vars(record).pop("request", None)
        return True
