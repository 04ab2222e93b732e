"""Refusals on their way to another process, by the richer error model of gRPC.

A status with an ``ErrorInfo``: its reason is the name of the class, its domain the package of the contract.
https://grpc.io/docs/guides/error/#richer-error-model, https://google.aip.dev/193
"""

from collections.abc import Sequence
from typing import Any

import grpc
import msgspec
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from shop.building_blocks.errors import Refusal
from shop.building_blocks.rpc.contract import Contract

# A 503 is not UNAVAILABLE here: callers would send the question again, though it has been answered.
_CODES = {403: code_pb2.PERMISSION_DENIED, 404: code_pb2.NOT_FOUND, 409: code_pb2.ABORTED}
_MOST_BYTES = 4000
"""Of ``errors``. Trailing metadata of more than 8 KiB is refused, and the refusal lost."""
_MOST_OF_TEXT = 500
"""Bytes. It goes twice, and once with up to three bytes for one."""
_BASES = "bases"


def status_of(refusal: Refusal, contract: Contract) -> grpc.Status:
    """A class that the contract does not know travels as the nearest base that it knows.

    What is too long for the way is left out at the end.
    """
    known = contract.refusals.values()
    name, *bases = [kind.__name__ for kind in type(refusal).__mro__ if kind in known]
    metadata = {_BASES: " ".join(bases), "errors": _first_of(refusal.errors)}
    info = error_details_pb2.ErrorInfo(reason=name, domain=contract.package, metadata=metadata)
    detail = any_pb2.Any()
    detail.Pack(info)
    return status(_CODES.get(refusal.status, code_pb2.FAILED_PRECONDITION), str(refusal), detail)


def status(code: int, message: str, *details: any_pb2.Any) -> grpc.Status:
    text = message.encode()
    if len(text) > _MOST_OF_TEXT:
        message = text[:_MOST_OF_TEXT].decode(errors="ignore") + "…"
    found: grpc.Status = rpc_status.to_status(status_pb2.Status(code=code, message=message, details=details))
    return found


def _first_of(errors: Sequence[Any]) -> str:
    """As many as there is room for, as JSON."""
    text = msgspec.json.encode(errors)
    return text.decode() if len(text) <= _MOST_BYTES else _first_of(errors[: len(errors) // 2])


def refusal_in(error: grpc.Call, contract: Contract) -> Refusal | None:
    """The nearest that this version of the contract knows; None when it is no refusal, or cannot be read."""
    try:
        found: Any = rpc_status.from_call(error)
        refusals = [_read(one, found.message, contract) for one in (found.details if found else ())]
    except (ValueError, DecodeError, msgspec.MsgspecError):
        return None
    return next(filter(None, refusals), None)


def _read(detail: any_pb2.Any, message: str, contract: Contract) -> Refusal | None:
    info = error_details_pb2.ErrorInfo()
    if not detail.Unpack(info) or info.domain != contract.package:
        return None
    names = [info.reason, *info.metadata.get(_BASES, "").split()]
    kind = next((contract.refusals[name] for name in names if name in contract.refusals), None)
    errors = msgspec.json.decode(info.metadata.get("errors", "[]"), type=list[dict[str, Any]])
    return kind(message, errors) if kind else None
