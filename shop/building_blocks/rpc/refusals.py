"""Refusals on their way to another process, by the richer error model of gRPC.

A status with an ``ErrorInfo``: its reason is the name of the class, its domain the package of the contract.
https://grpc.io/docs/guides/error/#richer-error-model, https://google.aip.dev/193
"""

from typing import Any

import grpc
import msgspec
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from shop.building_blocks.errors import Refusal
from shop.building_blocks.rpc.contract import Contract

# A 503 is not UNAVAILABLE here: callers would send the question again, though it has been answered.
_CODES = {403: code_pb2.PERMISSION_DENIED, 404: code_pb2.NOT_FOUND, 409: code_pb2.ABORTED}


def status_of(refusal: Refusal, contract: Contract) -> grpc.Status:
    """A class that the contract does not know travels as the nearest base that it knows."""
    name = next(kind.__name__ for kind in type(refusal).__mro__ if kind in contract.refusals.values())
    metadata = {"errors": msgspec.json.encode(refusal.errors).decode()} if refusal.errors else {}
    info = error_details_pb2.ErrorInfo(reason=name, domain=contract.package, metadata=metadata)
    detail = any_pb2.Any()
    detail.Pack(info)
    code = _CODES.get(refusal.status, code_pb2.FAILED_PRECONDITION)
    status: grpc.Status = rpc_status.to_status(
        status_pb2.Status(code=code, message=str(refusal), details=[detail])
    )
    return status


def refusal_in(error: grpc.Call, contract: Contract) -> Refusal | None:
    """None when it is no refusal, or none that this version of the contract knows."""
    status: Any = rpc_status.from_call(error)
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == contract.package and info.reason in contract.refusals:
            errors = msgspec.json.decode(info.metadata.get("errors", "[]"))
            return contract.refusals[info.reason](status.message, errors)
    return None
