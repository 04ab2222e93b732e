"""Tells callers what can be asked, so that tools such as ``buf curl`` need no files."""

from collections.abc import Sequence

import grpc
from google.protobuf import timestamp_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health, health_pb2
from grpc_reflection.v1alpha import reflection, reflection_pb2

from shop.building_blocks.rpc.contract import Contract


def reflection_of(contracts: Sequence[Contract]) -> tuple[grpc.GenericRpcHandler, ...]:
    """In both versions of the protocol, whose messages are the same: the library knows the older only.

    https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
    """
    names = [*(contract.service for contract in contracts), health.SERVICE_NAME]
    servicer = reflection.ReflectionServicer(names, _pool(contracts))
    method = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    return tuple(
        grpc.method_handlers_generic_handler(
            f"grpc.reflection.{version}.ServerReflection", {"ServerReflectionInfo": method}
        )
        for version in ("v1", "v1alpha")
    )


def _pool(contracts: Sequence[Contract]) -> DescriptorPool:
    pool = DescriptorPool()
    for file in (timestamp_pb2, health_pb2):
        pool.AddSerializedFile(file.DESCRIPTOR.serialized_pb)
    for contract in contracts:
        pool.AddSerializedFile(contract.file.proto.SerializeToString())
    return pool
