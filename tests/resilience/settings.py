"""Two small modules of the tests' own on the real building blocks, impatient so that faults pass quickly."""

from config.settings import *  # noqa: F403
from config.settings import METRICS, TRACES, database, env

MODULES = {name: f"tests.resilience.{name}" for name in ("teller", "ledger")}
SHOP_MODULES = list(MODULES)
INSTALLED_APPS = [
    "shop.building_blocks.database",
    "shop.building_blocks.messaging",
    *MODULES.values(),
    *(["config.telemetry.Telemetry"] if METRICS or TRACES else []),
]
ROOT_URLCONF = "tests.resilience.urls"
DATABASES = {"default": {}, **{module: database(module) for module in SHOP_MODULES}}
MESSAGING = {
    "namespace": env.str("MESSAGING_NAMESPACE"),
    "max_attempts": env.int("MESSAGING_MAX_ATTEMPTS", default=4),
    "relay_batch": 50,
    "inbox_batch": 20,
    "idle_poll": 0.2,
    "balance_every": 0.5,
    "backoff_base": 0.1,
    "backoff_cap": 1.0,
    "confirm_timeout": 3.0,
    "stuck_after": env.float("STUCK_AFTER", default=120.0),
    "heartbeat": 3,
}

FLAKY = env.float("FLAKY", default=0)
"""How likely the recording of a deposit fails, to succeed another time."""
