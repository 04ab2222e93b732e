"""Only services of ours are answered."""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any

import grpc

_OPEN = "/grpc.health.v1.Health/"


class ServiceToken(grpc.ServerInterceptor):
    """Refuses calls without one of the tokens, before their messages are read. Probes need none.

    There are two while one takes the other's place.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._accepted = [f"Bearer {token}".encode() for token in tokens]
        # As if they were many: for a single message gRPC would wait, at the cost of a place.
        self._refusal: Any = grpc.stream_unary_rpc_method_handler(_refuse)

    def intercept_service(self, continuation: Callable[[Any], Any], handler_call_details: Any) -> Any:
        if handler_call_details.method.startswith(_OPEN) or self._is_known(handler_call_details):
            return continuation(handler_call_details)
        return self._refusal

    def _is_known(self, call: Any) -> bool:
        shown = str(dict(call.invocation_metadata).get("authorization", "")).encode()
        matches = [compare_digest(shown, accepted) for accepted in self._accepted]
        return any(matches)


def _refuse(_messages: Any, context: grpc.ServicerContext) -> Any:
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "The service token is missing or wrong.")
