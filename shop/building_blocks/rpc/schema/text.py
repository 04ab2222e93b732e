"""A contract as the text of a ``.proto`` file, for people and for callers in other languages."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    ServiceDescriptorProto,
)

from shop.building_blocks.rpc.schema.descriptors import ProtoFile


def text_of(file: ProtoFile, source: str) -> str:
    """As ``buf format`` would have it; ``source`` says where the contract is kept."""
    return "\n".join([f"// Written by manage.py export_protos from {source}.", *_lines(file)]) + "\n"


def _lines(file: ProtoFile) -> Iterator[str]:
    proto = file.proto
    yield from ('syntax = "proto3";', "", f"package {proto.package};")
    if proto.dependency:
        yield ""
        yield from (f'import "{dependency}";' for dependency in proto.dependency)
    for service in proto.service:
        yield ""
        yield from _service(service, file)
    for message in proto.message_type:
        yield from ("", *_comment(file.docs.get(message.name)))
        yield from _block(f"message {message.name}", _fields(message, proto.package))
    for enum in proto.enum_type:
        yield from ("", *_comment(file.docs.get(enum.name)))
        yield from _block(f"enum {enum.name}", _values(enum))


def _comment(doc: str | None, indent: str = "") -> Iterator[str]:
    for line in (doc or "").splitlines():
        yield f"{indent}// {line}".rstrip()


def _block(head: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        yield f"{head} {{}}"
        return
    yield f"{head} {{"
    yield from (f"  {line}" for line in lines)
    yield "}"


def _service(service: ServiceDescriptorProto, file: ProtoFile) -> Iterator[str]:
    yield f"service {service.name} {{"
    for method in service.method:
        yield from _comment(file.docs.get(method.name), indent="  ")
        yield f"  rpc {method.name}({method.name}Request) returns ({method.name}Response) {{"
        yield "    option idempotency_level = NO_SIDE_EFFECTS;"
        yield "  }"
    yield "}"


def _fields(message: DescriptorProto, package: str) -> list[str]:
    return [
        f"{_label(field)}{_type(field, package)} {field.name} = {field.number};" for field in message.field
    ]


def _label(field: FieldDescriptorProto) -> str:
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return "repeated "
    return "optional " if field.proto3_optional else ""


def _type(field: FieldDescriptorProto, package: str) -> str:
    if field.type_name:
        return field.type_name.removeprefix(".").removeprefix(f"{package}.")
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _values(enum: EnumDescriptorProto) -> list[str]:
    return [f"{value.name} = {value.number};" for value in enum.value]
