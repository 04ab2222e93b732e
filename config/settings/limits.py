"""How often something may be done, and where that is counted. Every limit holds for a module."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env
from shop.building_blocks.limits.rates import Rate

# redis://; without it each module counts in its PostgreSQL, or a process on SQLite in its memory.
CACHE_URL = env.str("CACHE_URL", default="")
# How many proxies add to X-Forwarded-For.
PROXIES = env.int("PROXIES", default=0)


def rate(variable: str, default: str) -> Rate:
    text = env.str(variable, default=default)
    try:
        return Rate.parse(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} is {text!r}: {error}.") from None


LIMITS = {
    "requests_per_client": rate("REQUESTS_PER_CLIENT", "1200/min"),
    "requests_per_user": rate("REQUESTS_PER_USER", "1200/min"),
    "requests_per_address": rate("REQUESTS_PER_ADDRESS", "300/min"),
    "registrations_per_address": rate("REGISTRATIONS_PER_ADDRESS", "20/min"),
    "tokens_per_client": rate("TOKENS_PER_CLIENT", "60/min"),
    "token_failures_per_address": rate("TOKEN_FAILURES_PER_ADDRESS", "60/min"),
    "logins_per_account_and_address": rate("LOGINS_PER_ACCOUNT_AND_ADDRESS", "5/15min"),
    "logins_per_address": rate("LOGINS_PER_ADDRESS", "100/15min"),
    "logins_per_account": rate("LOGINS_PER_ACCOUNT", "50/15min"),
    "logins_per_device": rate("LOGINS_PER_DEVICE", "10/15min"),
}
if PROXIES < 0:
    raise ImproperlyConfigured("PROXIES must be 0 or more.")
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://")):
    raise ImproperlyConfigured("CACHE_URL must be a redis:// or rediss:// URL.")
