"""Bearer tokens in a process without identity, which is asked: RFC 7662."""

import logging
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
import requests
from django.conf import settings
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.trace import SpanKind
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import TimeoutError  # noqa: A004

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.http import bearer
from shop.building_blocks.http.principals import Principal
from shop.building_blocks.telemetry.context import injected
from shop.building_blocks.telemetry.tracing import inner

log = logging.getLogger("shop.http")

TIMEOUT = 0.5, 2.0  # seconds to connect, and to answer
_LAST = int(datetime.max.replace(tzinfo=UTC).timestamp())
_breaker = Breaker()


class TokensCannotBeChecked(Unavailable):
    """Identity, which knows the access tokens, cannot be asked."""


class Introspected(msgspec.Struct):
    """Of the answer, what we go by. ``user_id`` is identity's own addition."""

    active: bool
    client_id: str = ""
    user_id: UUID | None = None
    scope: str = ""
    exp: Annotated[int, msgspec.Meta(ge=0, le=_LAST)] = 0
    aud: list[str] | str = ""


class RemoteBearerAuthentication(bearer.BearerAuthentication):
    """Believes no token that it cannot have checked: without identity it answers 503, not 401."""

    def look_up(self, token: str) -> Principal | None:
        """A token for certain resources is for others: see the local one."""
        told = introspect(token)
        if not told.active or told.aud:
            return None
        expires = datetime.fromtimestamp(told.exp, UTC)
        return Principal(told.client_id, told.user_id, frozenset(told.scope.split()), expires)


def introspect(token: str) -> Introspected:
    """Raises TokensCannotBeChecked; at once, when the last questions were not answered either."""
    if not _breaker.lets_through():
        raise TokensCannotBeChecked
    try:
        answer = _ask(token)
    except (requests.RequestException, msgspec.MsgspecError, UnconfiguredIdentity) as error:
        _breaker.failed()
        log.error("identity was asked about a token, and did not answer: %s", error)  # noqa: TRY400  no news
        raise TokensCannotBeChecked from error
    _breaker.succeeded()
    return answer


class UnconfiguredIdentity(Exception):
    """IDENTITY_URL, INTROSPECTION_CLIENT_ID or INTROSPECTION_CLIENT_SECRET is not set."""

    def __str__(self) -> str:
        return str(self.__doc__)


def _ask(token: str) -> Introspected:
    asked: Any = settings.INTROSPECTION
    if not all(asked.values()):
        raise UnconfiguredIdentity
    url = f"{asked['identity']}/connect/introspect"
    with inner("POST", SpanKind.CLIENT, {HTTP_REQUEST_METHOD: "POST", URL_FULL: url}) as span:
        answer = _session().post(
            url,
            data={"token": token},
            auth=(asked["client_id"], asked["client_secret"]),
            headers=injected({}),
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        span.set_attribute(HTTP_RESPONSE_STATUS_CODE, answer.status_code)
        if answer.status_code != requests.codes.ok:
            raise requests.HTTPError(f"{answer.status_code} {answer.text[:200]}")
    return msgspec.json.decode(answer.content, type=Introspected)


class _OnceMore(Retry):
    """Who was waited for in vain is not waited for again."""

    def increment(self, *args: Any, **kwargs: Any) -> Self:
        tries = self.new(total=0) if isinstance(kwargs.get("error"), TimeoutError) else self
        return super(_OnceMore, tries).increment(*args, **kwargs)


@cache
def _session() -> requests.Session:
    """Connections that are kept. One that identity has closed in the meantime costs a second try."""
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc of whoever started the process
    once_more = _OnceMore(total=1, allowed_methods=None, respect_retry_after_header=False)
    session.mount("http://", HTTPAdapter(pool_maxsize=16, max_retries=once_more))
    session.mount("https://", HTTPAdapter(pool_maxsize=16, max_retries=once_more))
    return session
