"""Whatever a contract can hold arrives as it was sent; what could not is refused before anything starts."""

import subprocess
from dataclasses import field, fields, is_dataclass, make_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import hypothesis
import pytest
from django.conf import settings
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given
from hypothesis import strategies as st

from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.contract import Contract, Question, contract_of
from shop.building_blocks.rpc.schema.codec import Malformed
from shop.building_blocks.rpc.schema.descriptors import answer_of
from shop.building_blocks.rpc.schema.shapes import Shape, Unsupported, shapes_of
from shop.building_blocks.rpc.schema.text import text_of
from tests.rpc.oracle.contracts import Colour, Echo, Part, Whole
from tests.rpc.processes import ORACLE
from tests.rpc.versions import new, old
from tools.protos import BUF

CONTRACTS = [contract for contract in [*map(contract_of, settings.MODULES), ORACLE] if contract.questions]
QUESTIONS = [question for contract in CONTRACTS for question in contract.questions.items()]

VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(),
    UUID: st.uuids(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9.5))])),
}


def values_of(shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    """What a thing may hold of its own kind is cut off some levels deep."""
    if is_dataclass(shape.inner) and depth == 0 and not shape.is_required:
        return st.just(()) if shape.is_many else st.none()
    one = inner_values_of(shape.inner, depth)
    if shape.is_many:
        return st.lists(one, max_size=3).map(tuple)
    return st.none() | one if shape.is_optional else one


def inner_values_of(inner: Any, depth: int) -> st.SearchStrategy[Any]:
    if inner in VALUES:
        return VALUES[inner]
    if issubclass(inner, Enum):
        return st.sampled_from(inner)
    return built(inner, max(0, depth - 1))


def built(kind: Any, depth: int = 2) -> st.SearchStrategy[Any]:
    given = {shape.name: values_of(shape, depth) for shape in shapes_of(kind)}
    return st.builds(kind, **given)


def contract(**kinds: Any) -> Contract:
    """Of queries that a test makes up."""
    module = ModuleType("made_up")
    for name, kind in kinds.items():
        kind.__module__, kind.__name__ = module.__name__, name
        setattr(module, name, kind)
    return Contract("made_up", module)


@pytest.mark.parametrize(("query", "question"), QUESTIONS, ids=lambda one: getattr(one, "__name__", ""))
@hypothesis.settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_question_and_every_answer_arrives_as_it_was_sent(
    query: Any, question: Question, data: st.DataObject
) -> None:
    asked = data.draw(built(query))
    answered = data.draw(values_of(answer_of(query), depth=2))

    assert question.read(question.write(asked)) == asked
    assert question.read_answer(question.write_answer(answered)) == answered


def a_whole(**values: Any) -> Whole:
    part = Part(name="", amount=Decimal("0.00"), made_at=datetime(1969, 12, 31, 23, 59, 59, 999999, UTC))
    known: dict[str, Any] = {one.name: None for one in fields(Whole) if one.name.startswith("maybe")}
    known |= {one.name: () for one in fields(Whole) if one.name in {"parts", "ids", "colours", "days"}}
    known |= {"id": uuid4(), "text": "", "count": 0, "share": 0.0, "is_whole": False, "data": b""}
    known |= {"price": Decimal("1E+3"), "day": date(1, 1, 1), "at": datetime.max.replace(tzinfo=UTC)}
    return Whole(**known | {"colour": Colour.RED, "part": part} | values)


def again(whole: Whole) -> Whole:
    question = ORACLE.questions[Echo]
    read: Any = question.read(question.write(Echo(whole=whole)))
    assert isinstance(read.whole, Whole)
    return read.whole


def test_values_at_the_edge_stay_what_they_are() -> None:
    whole = again(a_whole())

    assert str(whole.part.amount) == "0.00"
    assert str(whole.price) == "1E+3"
    assert whole == again(whole)


def test_a_zero_is_not_taken_for_a_default_nor_an_empty_text_for_none() -> None:
    whole = again(a_whole(count_of_old=0, maybe=0, maybe_text=""))

    assert (whole.count_of_old, whole.maybe, whole.maybe_text) == (0, 0, "")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"at": datetime(2026, 1, 1)}, "has no time zone"),  # noqa: DTZ001
        ({"price": Decimal("NaN")}, "no amount"),
        ({"count": 2**63}, "out of range"),
    ],
)
def test_what_cannot_be_written_is_not_sent(values: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        again(a_whole(**values))


def spoil(name: str, value: Any, where: str = "whole") -> bytes:
    """A question by somebody who does not have our dataclasses."""
    question = ORACLE.questions[Echo]
    message: Any = ORACLE.message("EchoRequest").FromString(question.write(Echo(whole=a_whole())))
    target = message.whole if where == "whole" else message.whole.part
    if value is None:
        target.ClearField(name)
    else:
        setattr(target, name, value)
    data: bytes = message.SerializeToString()
    return data


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (("id", "x"), "whole: id: badly formed hexadecimal UUID string"),
        (("price", "much"), "whole: price: it is out of range, or no number"),
        (("price", "Infinity"), "whole: price: Infinity is no amount"),
        (("day", "yesterday"), "whole: day: Invalid isoformat string: 'yesterday'"),
        (("colour", 0), "whole: colour: there is no Colour 0"),
        (("colour", 99), "whole: colour: there is no Colour 99"),
        (("at", None), "whole: at: it is missing"),
        (("part", None), "whole: part: it is missing"),
        (("amount", "", "part"), "whole: part: amount: it is out of range, or no number"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named_by_its_path(spoilt: tuple[Any, ...], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        ORACLE.questions[Echo].read(spoil(*spoilt))

    assert str(refused.value) == reason


def test_a_time_that_python_does_not_have_is_refused() -> None:
    message: Any = ORACLE.message("EchoRequest").FromString(
        ORACLE.questions[Echo].write(Echo(whole=a_whole()))
    )
    message.whole.at.seconds = 10**15

    with pytest.raises(Malformed, match="whole: at: it is out of range"):
        ORACLE.questions[Echo].read(message.SerializeToString())


def made_up(hint: Any, **default: Any) -> Any:
    """A query of one field, ``colour``."""
    colour = ("colour", hint, *default.values())
    return make_dataclass("Asks", [colour], bases=(Query[str],), frozen=True, kw_only=True)


class Plain:
    """No dataclass."""


@pytest.mark.parametrize(
    "hint",
    [
        tuple[int, ...] | None,
        tuple[int | None, ...],
        tuple[int, str],
        tuple[tuple[int, ...], ...],
        list[int],
        dict[str, int],
        int | str,
        int | str | None,
        Any,
        object,
        Plain,
        timedelta,
        None,
    ],
    ids=str,
)
def test_a_hint_that_cannot_travel_is_refused_with_the_name_of_its_field(hint: Any) -> None:
    with pytest.raises(Unsupported, match=r"^Asks\.colour: .* cannot travel"):
        contract(Asks=made_up(hint))


@pytest.mark.parametrize(
    ("hint", "default"), [(tuple[int, ...], (1,)), (int | None, 3)], ids=["many", "optional"]
)
def test_a_default_that_could_not_be_told_from_what_is_absent_is_refused(hint: Any, default: Any) -> None:
    with pytest.raises(Unsupported, match=r"^Asks\.colour: its default"):
        contract(Asks=made_up(hint, colour=default))


def test_a_default_may_be_made_each_time() -> None:
    kind = made_up(UUID, colour=field(default_factory=uuid4))
    question = contract(Asks=kind).questions[kind]

    first, second = question.read(b""), question.read(b"")

    assert first != second


def test_two_types_of_one_name_are_refused() -> None:
    other = make_dataclass("Part", [("colour", str)], frozen=True)
    asks, asks_too = made_up(Part), made_up(other)

    with pytest.raises(Unsupported, match="two things that are called Part"):
        contract(Asks=asks, AsksToo=asks_too)


def test_an_old_caller_and_a_new_service_understand_each_other() -> None:
    before, after = Contract("shelf", old).questions[old.Find], Contract("shelf", new).questions[new.Find]

    assert after.read(before.write(old.Find(name="Mug"))) == new.Find(name="Mug", most=20, sizes=())
    answer = (new.Found(name="Mug", price=Decimal("9.50"), colour="red"),)
    assert before.read_answer(after.write_answer(answer)) == (old.Found(name="Mug"),)


def test_a_new_caller_and_an_old_service_understand_each_other() -> None:
    before, after = Contract("shelf", old).questions[old.Find], Contract("shelf", new).questions[new.Find]

    assert before.read(after.write(new.Find(name="Mug", most=3, sizes=(1,)))) == old.Find(name="Mug")
    found = after.read_answer(before.write_answer((old.Found(name="Mug"),)))
    assert found == (new.Found(name="Mug", price=Decimal("1.00"), colour=None),)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.module)
def test_the_text_means_to_a_compiler_what_the_dataclasses_mean_to_us(
    contract: Contract, tmp_path: Path
) -> None:
    file = tmp_path / contract.file.proto.name
    file.parent.mkdir(parents=True)
    file.write_text(text_of(contract.file, contract.source))

    buf(tmp_path, "build", "--as-file-descriptor-set", "--exclude-source-info", "-o", "made.binpb")
    made = FileDescriptorSet.FromString((tmp_path / "made.binpb").read_bytes())

    assert [one for one in made.file if one.package == contract.package] == [contract.file.proto]
    buf(tmp_path, "lint")
    buf(tmp_path, "format", "--diff", "--exit-code")


def buf(folder: Path, *arguments: str) -> None:
    done = subprocess.run([BUF, *arguments], cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
