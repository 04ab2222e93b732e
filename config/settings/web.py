"""What Django is made of: applications, middleware, pages, language."""

from config.settings.environment import BASE_DIR, DEBUG, MODULES, SHOP_MODULES
from config.settings.security import CORS_ALLOWED_ORIGINS
from config.settings.telemetry import METRICS, TRACES

_FOR_LOGINS = {
    "shop.building_blocks.admin_site",
    "shop.building_blocks.admin_site.apps.ShopAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "oauth2_provider",
    "shop.building_blocks.http.middleware.Sessions",
    "shop.building_blocks.http.middleware.Logins",
    "shop.building_blocks.http.middleware.Messages",
    "shop.modules.identity.lockout.Lockout",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
}


def here(*names: str) -> list[str]:
    """Who can log in only identity knows: where it does not run, nothing is left of logins."""
    return [name for name in names if "identity" in SHOP_MODULES or name not in _FOR_LOGINS]


INSTALLED_APPS = here(
    "shop.local",
    "shop.building_blocks.database",
    "shop.building_blocks.messaging",
    "shop.building_blocks.rpc",
    "shop.building_blocks.architecture",
    "shop.building_blocks.docs",
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
    "corsheaders",
    *(MODULES[module] for module in SHOP_MODULES),
    *(["config.telemetry.Telemetry"] if TRACES or METRICS else []),
)

MIDDLEWARE = here(
    "shop.building_blocks.telemetry.middleware.RequestContext",
    "shop.building_blocks.http.security.SecurityHeaders",
    # Who allows no other origin is not made to pay for asking at every request.
    *(["corsheaders.middleware.CorsMiddleware"] if CORS_ALLOWED_ORIGINS else []),
    "shop.building_blocks.http.common.Common",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.building_blocks.http.middleware.Sessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shop.building_blocks.http.middleware.Logins",
    "shop.modules.identity.lockout.Lockout",
    "shop.building_blocks.http.middleware.Messages",
)

ROOT_URLCONF = "config.urls"
APPEND_SLASH = False
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": here(
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ),
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var/static"
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = False
