"""What the process tells of itself. Logs: lines to read with DEBUG, else JSON."""

from config.settings.environment import DEBUG, env

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "shop.building_blocks.telemetry.logs.Context"}},
    "formatters": {
        "lines": {
            "format": "{asctime} {levelname:7} {module:9} {message}",
            "datefmt": "%H:%M:%S",
            "style": "{",
        },
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(module)s %(request_id)s %(trace_id)s",
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
        # These two write tokens to the log at DEBUG.
        "oauthlib": {"level": "INFO"},
        "oauth2_provider": {"level": "INFO"},
    },
}

TELEMETRY = env.bool("TELEMETRY", default=False)
