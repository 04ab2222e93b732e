"""``gunicorn -c config/gunicorn.py config.wsgi``: threads, as a request waits for databases."""

import sys
from contextlib import ExitStack
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger

from config import metrics
from config.refusal import in_a_sentence

with in_a_sentence():
    from config.settings import LOGGING

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = 2
threads = 4  # without a proxy that buffers, four slow clients hold them all: docs/threat-model.md
keepalive = 75
limit_request_line = 8190  # the most there is; what is longer, gunicorn answers itself, and not by a problem
forwarded_allow_ips = ""  # whether X-Forwarded-Proto is believed is said by BEHIND_PROXY, and nowhere else
control_socket_disable = True  # one file of all gunicorns of an account, for tools that nobody here uses
max_requests = 10_000
max_requests_jitter = 1_000
logconfig_dict = LOGGING


class logger_class(Logger):  # noqa: N801  gunicorn's name
    def exception(self, *args: Any, **kwargs: Any) -> None:
        """As ``in_a_sentence``, for what is refused in a worker."""
        error = sys.exc_info()[1]
        if isinstance(error, ImproperlyConfigured):
            self.critical(str(error))
        else:
            super().exception(*args, **kwargs)

    def access(self, *_: Any) -> None:
        """The application logs a line per request; this one would be prepared all the same, for nobody."""


def on_starting(_server: Any) -> None:
    metrics.share()


def post_fork(_server: Any, _worker: Any) -> None:
    metrics.join()


def post_worker_init(worker: Any) -> None:
    """Without a broker, one of the workers carries the events.

    The gauges start at 0, for a slot is taken without what the one before had in hand.
    """
    from shop.building_blocks.messaging.console.gauges import Messages
    from shop.building_blocks.messaging.inprocess import residents
    from shop.building_blocks.messaging.resident import running
    from shop.building_blocks.telemetry.metrics import instruments
    from shop.building_blocks.telemetry.metrics.sending import sending

    instruments.web_workers.inc()
    instruments.web_threads.inc(worker.cfg.threads)
    worker.threads = ExitStack()
    worker.threads.enter_context(sending([Messages()]))
    worker.threads.enter_context(running(residents()))


def worker_exit(_server: Any, worker: Any) -> None:
    """The event in hand is finished first; a worker that never came up has none."""
    if hasattr(worker, "threads"):
        worker.threads.close()
