"""The protobuf file of a contract, derived from its dataclasses.

A field's number is its place in the dataclass, so fields are appended, with a default, and never moved.
https://protobuf.dev/programming-guides/proto3/
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from inspect import getdoc
from typing import Any, get_args, get_origin

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodOptions,
)

from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.schema.shapes import Shape, Unsupported, shape_of, shapes_of
from shop.building_blocks.rpc.schema.values import SCALARS

_TIMESTAMP = "google/protobuf/timestamp.proto"


def answer_of(query: Any) -> Shape:
    """Alone in a message of its own, so that an answer may be many, or none, and can grow."""
    (hint,) = (get_args(base)[0] for base in query.__orig_bases__ if get_origin(base) is Query)
    return shape_of(f"{query.__name__}Response", "answer", hint)


class ProtoFile:
    """``docs`` has the docstrings of methods, messages and enums, by name."""

    def __init__(self, module: str, queries: Iterable[Any]) -> None:
        self.proto = FileDescriptorProto(
            name=f"shop/{module}/v1/{module}.proto", package=f"shop.{module}.v1", syntax="proto3"
        )
        self.docs: dict[str, str] = {}
        self._named: dict[str, Any] = {}
        self._service = self.proto.service.add(name=f"{camel(module)}Service")
        for query in queries:
            self._method(query)

    def _method(self, query: Any) -> None:
        name = query.__name__
        request, response = f"{name}Request", f"{name}Response"
        method = self._service.method.add(
            name=name, input_type=self._reference(request), output_type=self._reference(response)
        )
        method.options.idempotency_level = MethodOptions.NO_SIDE_EFFECTS
        self._document(name, query)
        self._message(request, query, shapes_of(query))
        self._message(response, object(), [answer_of(query)])

    def _message(self, name: str, meaning: Any, shapes: Iterable[Shape]) -> None:
        if self._is_known(name, meaning):
            return
        message = self.proto.message_type.add(name=name)
        for number, shape in enumerate(shapes, start=1):
            field = message.field.add(name=shape.name, number=number, json_name=_json_name(shape.name))
            field.label = field.LABEL_REPEATED if shape.is_many else field.LABEL_OPTIONAL
            self._type(field, shape.inner)
            if (shape.is_optional or shape.has_default) and not shape.is_message:
                _with_presence(message, field)

    def _type(self, field: FieldDescriptorProto, inner: Any) -> None:
        if inner in SCALARS:
            field.type = SCALARS[inner].type
        elif inner is datetime:
            field.type, field.type_name = field.TYPE_MESSAGE, ".google.protobuf.Timestamp"
            if _TIMESTAMP not in self.proto.dependency:
                self.proto.dependency.append(_TIMESTAMP)
        elif issubclass(inner, Enum):
            field.type, field.type_name = field.TYPE_ENUM, self._reference(inner.__name__)
            self._enum(inner)
        else:
            field.type, field.type_name = field.TYPE_MESSAGE, self._reference(inner.__name__)
            self._document(inner.__name__, inner)
            self._message(inner.__name__, inner, shapes_of(inner))

    def _enum(self, kind: type[Enum]) -> None:
        if self._is_known(kind.__name__, kind):
            return
        self._document(kind.__name__, kind)
        prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__)
        enum = self.proto.enum_type.add(name=kind.__name__)
        for number, name in enumerate(["unspecified", *(member.name for member in kind)]):
            enum.value.add(name=f"{prefix}_{name}".upper(), number=number)

    def _reference(self, name: str) -> str:
        return f".{self.proto.package}.{name}"

    def _is_known(self, name: str, meaning: Any) -> bool:
        known = self._named.get(name)
        self._named[name] = meaning
        if known not in (None, meaning):
            raise Unsupported(f"{self.proto.package} has two things that are called {name}.")
        return known is meaning

    def _document(self, name: str, meaning: type) -> None:
        doc = getdoc(meaning) or ""
        if not doc.startswith(f"{meaning.__name__}("):  # which dataclasses make up themselves
            self.docs[name] = doc


def _with_presence(message: DescriptorProto, field: FieldDescriptorProto) -> None:
    """As compilers write ``optional``: a oneof of its own."""
    field.proto3_optional = True
    field.oneof_index = len(message.oneof_decl)
    message.oneof_decl.add(name=f"_{field.name}")


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _json_name(name: str) -> str:
    whole = camel(name)
    return whole[:1].lower() + whole[1:]
