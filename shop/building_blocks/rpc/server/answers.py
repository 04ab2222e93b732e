"""Answers the questions of other processes, by the handlers of this one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import grpc
from django.db import close_old_connections
from google.rpc import code_pb2

from shop.building_blocks.database.deadline import DeadlineExceeded, deadline
from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.building_blocks.rpc.contract import Contract, Question
from shop.building_blocks.rpc.metadata import continuing
from shop.building_blocks.rpc.refusals import status, status_of
from shop.building_blocks.rpc.schema.codec import Malformed
from shop.building_blocks.rpc.settings import rpc
from shop.building_blocks.rpc.tracing import answered
from shop.building_blocks.telemetry.context import inside

log = logging.getLogger("shop.rpc")


def answers_of(contract: Contract) -> grpc.GenericRpcHandler:
    methods: dict[str, Any] = {
        question.name: grpc.unary_unary_rpc_method_handler(Answers(contract, question))
        for question in contract.questions.values()
    }
    return grpc.method_handlers_generic_handler(contract.service, methods)


class Answers:
    """To one question. Messages come and go as bytes, so that what cannot be read is told why."""

    def __init__(self, contract: Contract, question: Question) -> None:
        self._contract = contract
        self._question = question

    def __call__(self, data: bytes, context: grpc.ServicerContext) -> bytes:
        began = perf_counter()
        with (
            continuing(self._question.path, context.invocation_metadata()) as span,
            inside(self._contract.module),
            _fresh_connections(),
        ):
            answer = self._answer(data, context.time_remaining())
            code = answer.code.name if isinstance(answer, grpc.Status) else "OK"
            answered(span, code)
            self._log(code, perf_counter() - began)
        if isinstance(answer, grpc.Status):
            context.abort_with_status(answer)
        return answer

    def _answer(self, data: bytes, left: float | None) -> bytes | grpc.Status:
        """The answer, or why there is none."""
        seconds = min(left, rpc().longest) if left is not None else rpc().longest
        try:
            return self._ask(data, int(seconds * 1000))
        except Refusal as refusal:
            return status_of(refusal, self._contract)
        except Malformed as error:
            return status(code_pb2.INVALID_ARGUMENT, str(error))
        except DeadlineExceeded:
            return status(code_pb2.DEADLINE_EXCEEDED, "It took too long, and was given up.")
        except Exception:
            log.exception("%s failed", self._question.path)
            return status(code_pb2.INTERNAL, "Something went wrong here; the log tells what.")

    def _ask(self, data: bytes, milliseconds: int) -> bytes | grpc.Status:
        """Statements end with the caller's patience: nobody would read what they find."""
        query = self._question.read(data)
        if milliseconds < 1:  # it has waited for a thread too long
            raise DeadlineExceeded
        with deadline(self._contract.module, milliseconds):
            answer = self._question.write_answer(send(query))
        if len(answer) > rpc().most_bytes:
            return status(
                code_pb2.OUT_OF_RANGE, f"The answer has {len(answer)} bytes, too many: ask for less."
            )
        return answer

    def _log(self, code: str, seconds: float) -> None:
        facts = {
            "question": self._question.path,
            "code": code,
            "milliseconds": round(seconds * 1000, 1),
        }
        log.info("%(question)s %(code)s in %(milliseconds)s ms", facts, extra=facts)


@contextmanager
def _fresh_connections() -> Iterator[None]:
    """As Django does for requests: none that is broken, or older than CONN_MAX_AGE."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
