"""Safe unless DEBUG says that this is a trial on one machine. docs/security.md says what is sent, and why."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, env
from shop.building_blocks.hosts import is_safe_origin

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
# Probes, and our own services behind the proxy, which ask identity about tokens.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$", r"^connect/introspect$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# What they warn of binds a whole domain, for years: its owner decides, by the two variables above.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A browser takes a __Host- cookie only by https, and from nobody but this very host (RFC 6265bis).
_PREFIX = "" if DEBUG else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_PREFIX}sessionid", f"{_PREFIX}csrftoken"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"  # of browsers that have logged in before: the lock-out knows them
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shop.building_blocks.http.problems.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # not in a cookie of its own

CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
for _origin in CORS_ALLOWED_ORIGINS:
    if not is_safe_origin(_origin):
        raise ImproperlyConfigured(
            f"CORS_ALLOWED_ORIGINS has {_origin!r}. Write each origin as browsers send it, such as "
            "https://app.example: https unless it is on this machine, no path, no slash, no wildcard."
        )
CORS_URLS_REGEX = r"^/(api/|connect/(token|revoke|userinfo)$|\.well-known/)"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
]
