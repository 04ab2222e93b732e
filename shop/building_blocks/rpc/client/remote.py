"""Asks the process where a module runs. To the mediator it is a handler like any other."""

import logging
from typing import Any

import grpc

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.client.channel import LazyChannel
from shop.building_blocks.rpc.contract import Contract
from shop.building_blocks.rpc.metadata import outgoing
from shop.building_blocks.rpc.refusals import refusal_in
from shop.building_blocks.rpc.schema.codec import Malformed
from shop.building_blocks.rpc.settings import rpc
from shop.building_blocks.rpc.tracing import asking

log = logging.getLogger("shop.rpc")

_AWAY = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


class Remote:
    """``Remote(contract, target)(query)`` is the answer, or raises the refusal that was made there.

    Unavailable when there is no answer, or none that can be read; the log knows why.
    """

    def __init__(self, contract: Contract, target: str, breaker: Breaker | None = None) -> None:
        self._contract = contract
        self._target = target
        self._breaker = breaker or Breaker()
        self._channel = LazyChannel(target)

    def __call__(self, query: Query[Any]) -> Any:
        question = self._contract.questions[type(query)]
        data = question.write(query)
        if len(data) > rpc().most_bytes:
            raise ValueError(f"{question.name} of {len(data)} bytes: the most is {rpc().most_bytes}.")
        if not self._breaker.lets_through():
            raise self._unavailable()
        answer = self._call(question.path, data)
        try:
            return question.read_answer(answer)
        except Malformed as error:
            log.exception("%s answered what %s does not allow", self._target, question.path)
            raise self._unavailable() from error

    def _call(self, path: str, data: bytes) -> bytes:
        tokens = rpc().tokens
        call: Any = self._channel.get().unary_unary(path)
        with asking(path, self._target):
            try:
                metadata = outgoing(tokens[0] if tokens else "")
                answer: bytes = call(data, timeout=rpc().timeout, metadata=metadata)
            except grpc.RpcError as error:
                raise self._judged(path, error) from error
        self._breaker.succeeded()
        return answer

    def _judged(self, path: str, error: Any) -> Exception:
        """A refusal is an answer, too; and so is a fault, of somebody who is not away."""
        is_away = error.code() in _AWAY
        if is_away:
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        if refusal := refusal_in(error, self._contract):
            return refusal
        log.log(
            logging.WARNING if is_away else logging.ERROR,
            "%s did not answer %s: %s %s",
            self._target,
            path,
            error.code().name,
            error.details(),
        )
        return self._unavailable()

    def _unavailable(self) -> Unavailable:
        return Unavailable(f"The {self._contract.module} cannot be asked at the moment.")
