"""The gRPC server: questions, health and reflection."""

from collections.abc import Sequence

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from shop.building_blocks.rpc.contract import Contract
from shop.building_blocks.rpc.server.answers import answers_of
from shop.building_blocks.rpc.server.reflection import reflection_of
from shop.building_blocks.rpc.server.threads import Threads
from shop.building_blocks.rpc.server.tokens import ServiceToken
from shop.building_blocks.rpc.settings import rpc

_OPTIONS = {
    "grpc.so_reuseport": 0,  # a second server on the port is an error, and no silent share
    # Callers connect anew now and then, and so find replicas that came later.
    "grpc.max_connection_age_ms": 300_000,
    "grpc.max_connection_age_grace_ms": 10_000,
    # More often than our own callers ping. https://grpc.io/docs/guides/keepalive/
    "grpc.http2.min_recv_ping_interval_without_data_ms": 10_000,
    "grpc.keepalive_permit_without_calls": 1,
}
_WAITING = 3
"""Calls that may wait per thread. So the wait is short, and what comes then is refused at once."""


class CannotListen(OSError):
    """The message says at which address."""


class Server:
    """``threads`` questions are answered at a time, each over database connections of its thread."""

    def __init__(self, contracts: Sequence[Contract], threads: int = 4) -> None:
        self._health = health.HealthServicer()
        most = rpc().most_bytes
        sizes = {"grpc.max_send_message_length": most, "grpc.max_receive_message_length": most}
        tokens = rpc().tokens
        self._threads = Threads(threads)
        self._server = grpc.server(
            self._threads,
            interceptors=[ServiceToken(tokens)] if tokens else [],
            maximum_concurrent_rpcs=threads * (1 + _WAITING),
            options=[*_OPTIONS.items(), *sizes.items()],
        )
        for contract in contracts:
            self._server.add_generic_rpc_handlers((answers_of(contract),))
            self._health.set(contract.service, health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self._server.add_generic_rpc_handlers(reflection_of(contracts))

    def is_well(self) -> bool:
        """Does not return while no thread gets on."""
        return self._threads.are_well()

    def listen(self, address: str) -> int:
        """Take the port, which is returned, and answer. Raises CannotListen."""
        try:
            port = self._bind(address)
        except RuntimeError as error:
            raise CannotListen(f"Cannot listen at {address}: is it ours, and free?") from error
        self._server.start()
        return port

    def _bind(self, address: str) -> int:
        identity = rpc().identity
        if not identity:
            return self._server.add_insecure_port(address)
        credentials = grpc.ssl_server_credentials(
            [(identity.key, identity.certificate)], identity.authorities, require_client_auth=True
        )
        return self._server.add_secure_port(address, credentials)

    def stop(self, grace: float) -> None:
        """Tell probes, take no more calls, and finish those in hand, for so many seconds."""
        self._health.enter_graceful_shutdown()
        self._server.stop(grace).wait()
