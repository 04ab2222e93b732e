"""What a module answers to others: its ``contracts.py`` as a protobuf service."""

from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from google.protobuf import message_factory, timestamp_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message

from shop.building_blocks import errors
from shop.building_blocks.errors import Refusal
from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.schema.codec import FieldCodec, Malformed, codec_of
from shop.building_blocks.rpc.schema.descriptors import ProtoFile, answer_of


class Contract:
    """Raises Unsupported, a TypeError, when a field of it cannot travel.

    Each contract has a pool of its own, so that two versions of one can meet in a process.
    """

    def __init__(self, module: str, contracts: ModuleType) -> None:
        self.module = module
        self.source = contracts.__name__
        queries = [kind for kind in _classes(contracts, Query) if kind.__module__ == self.source]
        self.file = ProtoFile(module, queries)
        self.package = self.file.proto.package
        self.service = f"{self.package}.{self.file.proto.service[0].name}"
        self.refusals: dict[str, type[Refusal]] = {
            kind.__name__: kind for kind in (*_classes(errors, Refusal), *_classes(contracts, Refusal))
        }
        """By name. Those that every module knows are among them."""
        self._pool = DescriptorPool()
        for one in (timestamp_pb2.DESCRIPTOR.serialized_pb, self.file.proto.SerializeToString()):
            self._pool.AddSerializedFile(one)
        self.questions = {query: Question(query, self) for query in queries}

    def message(self, name: str) -> type[Message]:
        found = self._pool.FindMessageTypeByName(f"{self.package}.{name}")
        kind: type[Message] = message_factory.GetMessageClass(found)
        return kind


class Question:
    """A query of a contract: how it and its answer are written and read."""

    def __init__(self, query: type[Query[Any]], contract: Contract) -> None:
        self.name = query.__name__
        self.path = f"/{contract.service}/{self.name}"
        self._contract = contract
        kind: Any = query
        self._codec = codec_of(kind)
        self._answer = FieldCodec(answer_of(query))

    @cached_property
    def _request(self) -> type[Message]:
        return self._contract.message(f"{self.name}Request")

    @cached_property
    def _response(self) -> type[Message]:
        return self._contract.message(f"{self.name}Response")

    def write(self, query: Query[Any]) -> bytes:
        return self._request(**self._codec.write(query)).SerializeToString()

    def read(self, data: bytes) -> Query[Any]:
        """Raises Malformed."""
        query: Query[Any] = self._codec.read(_parse(self._request, data))
        return query

    def write_answer(self, answer: Any) -> bytes:
        return self._response(answer=self._answer.write(answer)).SerializeToString()

    def read_answer(self, data: bytes) -> Any:
        """Raises Malformed."""
        return self._answer.read(_parse(self._response, data))


def _parse(kind: type[Message], data: bytes) -> Message:
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise Malformed(str(error)) from error


def _classes(namespace: ModuleType, base: type) -> list[Any]:
    return [
        kind
        for kind in vars(namespace).values()
        if isinstance(kind, type) and issubclass(kind, base) and kind is not Query
    ]


@cache
def contract_of(module: str) -> Contract:
    """Of a module that runs here or elsewhere."""
    return Contract(module, import_module(f"{settings.MODULES[module]}.contracts"))
