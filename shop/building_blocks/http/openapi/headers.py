"""The headers of the conventions, as components that operations refer to."""

from typing import Any, Final

from drf_spectacular.plumbing import ResolvedComponent


def _parameter(
    name: str, description: str, example: str, *, required: bool = False, **schema: Any
) -> ResolvedComponent:
    parameter = {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }
    return ResolvedComponent(name, ResolvedComponent.PARAMETER, parameter, name)


def _header(name: str, description: str, example: str, kind: str = "string") -> ResolvedComponent:
    header = {"description": description, "schema": {"type": kind}, "example": example}
    return ResolvedComponent(name, ResolvedComponent.HEADER, header, name)


_TAG = r'(W/)?"[!#-~]*"'
_TAGS = rf"^(\*|{_TAG}( *, *{_TAG})*)$"

REQUEST_ID: Final = _parameter(
    "X-Request-ID",
    "Names the request in our logs and in the events that it causes. Made when it is missing or strange.",
    "checkout-4711",
)
IDEMPOTENCY_KEY: Final = _parameter(
    "Idempotency-Key",
    "Makes the request safe to send again: for 24 hours the same key and body get the first answer again. "
    "Only successes are remembered. A refusal has changed nothing, and is judged anew.",
    "b3c1f7a2-5d0e-4c1b-9a56-8f2e7d4c6b01",
    minLength=1,
    maxLength=255,
    pattern="^[!-~]+$",
)
IF_NONE_MATCH: Final = _parameter(
    "If-None-Match", "ETags of what you have: it is not sent again.", '"3.7"', pattern=_TAGS
)
IF_MATCH: Final = _parameter(
    "If-Match",
    "The ETag of what you have seen, so that you change nothing else; of two parts the first counts.",
    '"3.7"',
    required=True,
    pattern=_TAGS,
)

ANSWERED: Final = {
    component.name: component
    for component in (
        _header("X-Request-ID", "As it was sent, or as we made it.", "checkout-4711"),
        _header(
            "Location",
            "Where what was made can be fetched.",
            "/api/v1/things/01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90",
        ),
        _header("ETag", "The version of all that is shown.", '"3.7"'),
        _header("Idempotent-Replayed", "`true` when this answer was given before.", "true"),
        _header("WWW-Authenticate", "RFC 6750: what is wrong with the token.", 'Bearer realm="shop"'),
        _header("Retry-After", "Seconds to wait.", "30"),
    )
}


def references(*names: str) -> dict[str, Any]:
    return {name: ANSWERED[name].ref for name in names}
