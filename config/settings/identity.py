"""Users, and what OAuth clients may ask for."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DEBUG, PUBLIC_URL, SHOP_MODULES, data_dir, env
from config.signing_key import of_this_machine, other_keys, private_key
from shop.building_blocks.hosts import is_origin

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "shop.modules.identity.lockout.LockoutBackend",  # first: nobody else hears of a refused attempt
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "shop.modules.identity.oauth.hashers.ClientSecretHasher",  # never first: it is not for passwords
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600

SCOPES = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "catalog:read": "See products",
    "catalog:write": "Create and change products",
    "inventory:read": "See inventories and stock",
    "inventory:write": "Change inventories and stock",
    "users:read": "See all users",
}
SCOPES_OF_EVERYBODY = ("openid", "profile", "email")  # about oneself; all others come from one's groups
# So long a token works on after it was revoked, in processes that have seen it; 0 asks at every request.
BEARER_CACHE_SECONDS = env.float("BEARER_CACHE_SECONDS", default=3)
# Where identity does not run it is asked, by a client that may introspect.
INTROSPECTION = {
    "identity": env.str("IDENTITY_URL", default=""),
    "client_id": env.str("INTROSPECTION_CLIENT_ID", default=""),
    "client_secret": env.str("INTROSPECTION_CLIENT_SECRET", default=""),
}
if INTROSPECTION["identity"] and not is_origin(INTROSPECTION["identity"]):
    raise ImproperlyConfigured(
        "IDENTITY_URL must be like https://identity.internal:8000, without a path and without a slash at the "
        "end."
    )
PASSWORD_GRANT = env.bool("PASSWORD_GRANT", default=False)

# Keys that sign id_tokens. The others are published only: the next one before it signs, the last one after.
OIDC_SIGNING_KEY = ""
if "identity" in SHOP_MODULES:  # nobody else signs, or is to have the key
    _key = env.str("OIDC_SIGNING_KEY", default="", multiline=True)
    OIDC_SIGNING_KEY = of_this_machine(data_dir()) if DEBUG and not _key else private_key(_key)
OIDC_OTHER_KEYS = other_keys(env.str("OIDC_OTHER_KEYS", default="", multiline=True))

OAUTH2_PROVIDER_APPLICATION_MODEL = "identity.Client"
OAUTH2_PROVIDER_GRANT_MODEL = "identity.Grant"
REFRESH_LIFETIME = timedelta(days=30)  # from the login, however often it is refreshed
_GRANTS = ["authorization_code", "client_credentials", "refresh_token"]
_CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post", "none"]
OAUTH2_PROVIDER: dict[str, Any] = {
    "SCOPES": SCOPES,
    "SCOPES_BACKEND_CLASS": "shop.modules.identity.oauth.scopes.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "shop.modules.identity.oauth.validator.Validator",
    "OIDC_SERVER_CLASS": "shop.modules.identity.oauth.server.Server",
    "CLIENT_SECRET_HASHER": "client_secret",
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "OAUTH2_GRANT_TYPES_SUPPORTED": [*_GRANTS, "password"] if PASSWORD_GRANT else _GRANTS,
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": _CLIENT_AUTHENTICATION,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 14 * 86_400,  # without a refresh
    "PKCE_REQUIRED": True,
    "CLEAR_EXPIRED_TOKENS_BATCH_SIZE": 1000,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # A grace period would hand out the stored token again, and only its hash is stored.
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": PUBLIC_URL,
    "OIDC_RSA_PRIVATE_KEY": OIDC_SIGNING_KEY,
    "OIDC_RSA_PRIVATE_KEYS_INACTIVE": OIDC_OTHER_KEYS,
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": _CLIENT_AUTHENTICATION,
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": True,
    "ID_TOKEN_EXPIRE_SECONDS": 600,
    # RFC 9700, the security practice of OAuth 2: all of it; among others, no token in clear.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": not PASSWORD_GRANT,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
}
