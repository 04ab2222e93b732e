"""What the process tells of itself. Logs: lines to read with DEBUG, else JSON."""

import logging

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, env
from shop.building_blocks.hosts import is_address

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r} and must be DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "shop.building_blocks.telemetry.logs.Context"}},
    "formatters": {
        "lines": {
            "()": "shop.building_blocks.telemetry.logs.Lines",
            "format": "{asctime} {levelname:7} {module:9} {message}",
            "datefmt": "%H:%M:%S",
            "style": "{",
        },
        "json": {
            "()": "shop.building_blocks.telemetry.logs.JsonLines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(module)s %(request_id)s "
            "%(correlation_id)s %(trace_id)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["context"],
            "formatter": "lines" if DEBUG else "json",
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "shop": {"level": LOG_LEVEL},
        "gunicorn.error": {"handlers": [], "propagate": True},
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        # It warns that our task queue delays nothing, and nothing is delayed.
        "kombu.transport.native_delayed_delivery": {"level": "ERROR"},
        # Of a collector that is away one line per batch is enough, and not one per attempt.
        "opentelemetry": {"level": "ERROR"},
        # These two write tokens to the log at DEBUG.
        "oauthlib": {"level": "INFO"},
        "oauth2_provider": {"level": "INFO"},
    },
}

_endpoint = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
_protocol = env.str("OTEL_EXPORTER_OTLP_PROTOCOL", default="")
_is_off = env.bool("OTEL_SDK_DISABLED", default=False)


def _is_sent(signal: str, exporter: str, endpoint: str, protocol: str) -> bool:
    """By its own variables, or else those of all signals. An empty one is unset, as OpenTelemetry says."""
    if _is_off or (exporter or "otlp") != "otlp" or not (endpoint or _endpoint):
        return False
    if (protocol or _protocol or "http/protobuf") != "http/protobuf":
        raise ImproperlyConfigured(
            f"OTEL_EXPORTER_OTLP_PROTOCOL and OTEL_EXPORTER_OTLP_{signal}_PROTOCOL must be http/protobuf: "
            "unset them, and give the collector's port for HTTP, which mostly is 4318."
        )
    return True


TRACES = _is_sent(
    "TRACES",
    env.str("OTEL_TRACES_EXPORTER", default=""),
    env.str("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", default=""),
    env.str("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", default=""),
)
METRICS = _is_sent(
    "METRICS",
    env.str("OTEL_METRICS_EXPORTER", default=""),
    env.str("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", default=""),
    env.str("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", default=""),
)
METRICS_EVERY = env.int("OTEL_METRIC_EXPORT_INTERVAL", default=60_000) / 1000
if METRICS_EVERY <= 0:
    raise ImproperlyConfigured("OTEL_METRIC_EXPORT_INTERVAL must be more than 0 milliseconds.")

# What Prometheus shows to read /metrics; and where processes that serve no HTTP have it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_BIND = env.str("METRICS_BIND", default="")
if METRICS_BIND and not is_address(METRICS_BIND):
    raise ImproperlyConfigured(
        f"METRICS_BIND is {METRICS_BIND!r} and must be host:port, such as 0.0.0.0:9100."
    )
if METRICS_BIND and not METRICS_TOKEN and not DEBUG:
    raise ImproperlyConfigured(
        "METRICS_BIND is set and METRICS_TOKEN is not, so nobody could read what is there. Set it to a long "
        "random string that Prometheus shows as its bearer token."
    )
# The folder of the files that workers, beat and gRPC servers touch while they are at work.
HEALTH_DIR = env.str("HEALTH_DIR", default="")
