"""Settings, read once from the environment. Every variable is described in .env.example."""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

from shop.building_blocks.hosts import is_local

django_stubs_ext.monkeypatch()  # ModelAdmin[Product] at run time

BASE_DIR = Path(__file__).resolve().parent.parent

# FOO, or the file that FOO_FILE names: Docker and Kubernetes hand out secrets as files.
env = environ.FileAwareEnv()
if env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    env.read_env(env_file)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = env.str("SECRET_KEY", default="") or ("local-development-only" if DEBUG else "")

if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random string, or SECRET_KEY_FILE to a file with "
        "one; for a trial on this machine, `make run` needs none."
    )
if DEBUG and not all(is_local(host) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        f"DEBUG is on and ALLOWED_HOSTS is public ({', '.join(ALLOWED_HOSTS)}): tracebacks would "
        "show secrets to everybody. Set DEBUG=off."
    )
if DEMO and not DEBUG:
    raise ImproperlyConfigured(
        "DEMO makes an administrator whose password everybody knows. It needs DEBUG=on: unset DEMO."
    )

# The modules of this process; each brings its own tables, URLs and consumers.

SHOP_MODULES = ["catalog", "inventory", "identity"]

INSTALLED_APPS = [
    "shop.local",
    "shop.building_blocks.database",
    "shop.building_blocks.messaging",
    "shop.building_blocks.architecture",
    "shop.building_blocks.admin_site",
    "shop.building_blocks.admin_site.apps.ShopAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    *(f"shop.modules.{module}" for module in SHOP_MODULES),
]

MIDDLEWARE = [
    "shop.building_blocks.telemetry.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.building_blocks.http.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shop.building_blocks.http.middleware.Logins",
    "shop.building_blocks.http.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
APPEND_SLASH = False
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Databases: an alias per module, and `default` empty so that a bare atomic() fails instead of
# guarding nothing. Without a URL each module has a SQLite file; with one, a PostgreSQL schema.

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL", default="")


def sqlite(module: str) -> dict[str, Any]:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / f"{module}.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
        # A file in the tests, too: sessions of a database in memory do not wait for each other.
        "TEST": {"NAME": DATA_DIR / f"test_{module}.sqlite3", "DEPENDENCIES": []},
    }


def postgresql(module: str, variable: str) -> dict[str, Any]:
    config: dict[str, Any] = env.db_url(variable)
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{variable} must be a postgres:// URL; leave it out for SQLite.")
    return config | {
        "ENGINE": "shop.building_blocks.database.postgresql",
        "SCHEMA": module,
        # A server that is lost without a word is noticed, and so is a worker by the server, which frees
        # its locks: each end has keepalives of its own, and those of `options` are the server's.
        "OPTIONS": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            "prepare_threshold": 5,
            "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            **config.get("OPTIONS", {}),
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_shop", "DEPENDENCIES": []},
    }


def database(module: str) -> dict[str, Any]:
    for variable in (f"{module.upper()}_DATABASE_URL", "DATABASE_URL"):
        if env.str(variable, default=""):
            return postgresql(module, variable)
    return sqlite(module)


DATABASES: dict[str, dict[str, Any]] = {
    "default": {},
    **{module: database(module) for module in SHOP_MODULES},
}
DATABASE_ROUTERS = ["shop.building_blocks.database.router.ModuleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Messaging: without a broker, events travel in the process.

BROKER_URL = env.str("BROKER_URL", default="")
MESSAGING = {
    "namespace": env.str("MESSAGING_NAMESPACE", default="shop"),
    "max_attempts": env.int("MESSAGING_MAX_ATTEMPTS", default=12),
}
# Housekeeping. What was handled is kept longer, as it is what recognises an event that comes again.
MESSAGING_KEEP_SENT_DAYS = env.int("MESSAGING_KEEP_SENT_DAYS", default=7)
MESSAGING_KEEP_HANDLED_DAYS = env.int("MESSAGING_KEEP_HANDLED_DAYS", default=30)
if not 0 < MESSAGING_KEEP_SENT_DAYS < MESSAGING_KEEP_HANDLED_DAYS:
    raise ImproperlyConfigured(
        "MESSAGING_KEEP_HANDLED_DAYS must be more than MESSAGING_KEEP_SENT_DAYS, and both more than 0: an "
        "inbox that forgets an event before the outbox does would handle it twice."
    )

# Identity

AUTH_USER_MODEL = "identity.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SCOPES = {
    "catalog:read": "See products",
    "catalog:write": "Create and change products",
    "inventory:read": "See inventories and stock",
    "inventory:write": "Change inventories and stock",
}
# So long a token works on after it was revoked, in processes that have seen it; 0 asks at every request.
BEARER_CACHE_SECONDS = env.float("BEARER_CACHE_SECONDS", default=3)
OAUTH2_PROVIDER_APPLICATION_MODEL = "identity.Client"
OAUTH2_PROVIDER_GRANT_MODEL = "identity.Grant"
OAUTH2_PROVIDER = {
    "SCOPES": SCOPES,
    "SCOPES_BACKEND_CLASS": "shop.modules.identity.oauth.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "PKCE_REQUIRED": True,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # RFC 9700, the security practice of OAuth 2: all of it; among others, no token in clear.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
}

# Security: safe unless DEBUG says that this is a trial on one machine.

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Language and time

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var/static"
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = False

# The API

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "shop.modules.identity.oauth.BearerAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shop.building_blocks.http.principals.HasScopes"],
    "DEFAULT_RENDERER_CLASSES": ["shop.building_blocks.http.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.building_blocks.http.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.building_blocks.http.renderers.TheOneRenderer",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "shop.building_blocks.http.openapi.slices.SliceSchema",
    "DEFAULT_THROTTLE_RATES": {
        "registration": env.str("REGISTRATIONS_PER_ADDRESS", default="20/min"),
    },
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "NUM_PROXIES": env.int("PROXIES", default=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "shop.building_blocks.http.problems.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "shop.building_blocks.http.problems.ProblemFormatter",
    "NESTED_FIELD_SEPARATOR": "/",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "shop",
    "DESCRIPTION": "Catalog, inventory and identity. Every error is an RFC 9457 problem.",
    "VERSION": "1.0.0",  # the first number announces changes that break callers
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["shop.building_blocks.http.openapi.extensions.split_by_method"],
    "OAUTH2_FLOWS": ["clientCredentials"],
    "OAUTH2_TOKEN_URL": "/connect/token",
    "OAUTH2_SCOPES": SCOPES,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Logs: lines to read with DEBUG, else JSON.

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
