"""``gunicorn -c config/gunicorn.py config.wsgi``: threads, as a request waits for databases."""

from typing import Any

from config.settings import LOGGING

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = 2
threads = 4
keepalive = 75
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None  # the application logs a line per request
logconfig_dict = LOGGING


def post_worker_init(_worker: Any) -> None:
    """Without a broker, one of the workers carries the events."""
    from shop.building_blocks.messaging.inprocess import start_without_broker

    start_without_broker()
