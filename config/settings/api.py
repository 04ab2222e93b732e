"""The HTTP API and its documents."""

from typing import Any

from config.settings.environment import SHOP_MODULES
from config.settings.identity import SCOPES

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "shop.modules.identity.oauth.bearer.BearerAuthentication"
        if "identity" in SHOP_MODULES
        else "shop.building_blocks.http.remote_bearer.RemoteBearerAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shop.building_blocks.http.principals.HasScopes"],
    "DEFAULT_RENDERER_CLASSES": ["shop.building_blocks.http.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.building_blocks.http.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.building_blocks.http.renderers.TheOneRenderer",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "shop.building_blocks.http.openapi.slices.SliceSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "shop.building_blocks.http.problems.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "shop.building_blocks.http.problems.ProblemFormatter",
    "NESTED_FIELD_SEPARATOR": "/",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "shop",
    "DESCRIPTION": (
        "Catalog, inventory and identity. Every error is an RFC 9457 problem. What happens is told by "
        "[events](/docs/events)."
    ),
    "VERSION": "1.0.0",  # the first number announces changes that break callers
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["shop.building_blocks.http.openapi.extensions.split_by_method"],
    "OAUTH2_AUTHORIZATION_URL": "/connect/authorize",
    "OAUTH2_TOKEN_URL": "/connect/token",
    "OAUTH2_SCOPES": SCOPES,
    "SWAGGER_UI_DIST": "SIDECAR",
    # No badge: a validator elsewhere would be sent our address by every reader.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SWAGGER_UI_OAUTH2_CONFIG": {"usePkceWithAuthorizationCodeGrant": True},
}
