"""A connection to a service, opened by the first call of each process.

gRPC has threads, which do not survive a fork: a child that uses a channel, or opens its own, while its parent
is in a call may hang for ever. So nothing is opened on import or at start.
https://github.com/grpc/grpc/blob/master/doc/fork_support.md
"""

import json
import os
from threading import Lock

import grpc

from shop.building_blocks.rpc.settings import rpc

# Every question may be asked again, as it changes nothing. Who is away is not waited for.
# https://grpc.io/docs/guides/retry/
_SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "waitForReady": False,
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "0.2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
        "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.2},
    }
)
_OPTIONS = {
    "grpc.service_config": _SERVICE_CONFIG,
    "grpc.enable_retries": 1,
    # The other side may be lost without a word. https://grpc.io/docs/guides/keepalive/
    "grpc.keepalive_time_ms": 15_000,
    "grpc.keepalive_timeout_ms": 3_000,
    "grpc.keepalive_permit_without_calls": 0,
    # gRPC's own pauses grow to two minutes, which is long for somebody who is back after one second.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 500,
    "grpc.max_reconnect_backoff_ms": 2_000,
    # That of whoever started the process would be told the service token.
    "grpc.enable_http_proxy": 0,
}


class LazyChannel:
    def __init__(self, target: str) -> None:
        self._target = target
        self._lock = Lock()
        self._open: tuple[int, grpc.Channel] | None = None

    def get(self) -> grpc.Channel:
        """This process's own."""
        known = self._open
        if known and known[0] == os.getpid():
            return known[1]
        with self._lock:
            if not self._open or self._open[0] != os.getpid():
                self._open = (os.getpid(), _connect(self._target))
            return self._open[1]


def _connect(target: str) -> grpc.Channel:
    most = rpc().most_bytes
    sizes = {"grpc.max_send_message_length": most, "grpc.max_receive_message_length": most}
    options = [*_OPTIONS.items(), *sizes.items()]
    identity = rpc().identity
    if not identity:
        return grpc.insecure_channel(target, options)
    credentials = grpc.ssl_channel_credentials(identity.authorities, identity.key, identity.certificate)
    return grpc.secure_channel(target, credentials, options)
