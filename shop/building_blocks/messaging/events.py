"""Integration events, and the CloudEvents envelope they travel in. Knows neither Django nor a broker."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, TypeVar
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from shop.building_blocks.telemetry import context

# As wide as the columns of outbox and inbox; PostgreSQL stores no NUL.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
E = TypeVar("E", bound="IntegrationEvent")
EventType = type[E]


@dataclass(frozen=True, kw_only=True)
class IntegrationEvent:
    """A fact that a module tells the others, in the past tense. Its type and fields are a contract.

    ``version`` is the aggregate's after the change, so that a reader can drop what is stale.
    """

    type: ClassVar[str]
    """``<module>.<what_happened>.v<major>``; a breaking change is a new type."""
    aggregate: ClassVar[str]
    """The name of the field that holds the id of the aggregate; events of one aggregate keep their order."""

    version: int


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """CloudEvents 1.0 in structured JSON, with the extension attributes of ``api.md``.

    https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
    """

    specversion: str = "1.0"
    id: UUID
    source: str
    type: Name
    subject: Key
    time: datetime
    datacontenttype: str = "application/json"
    aggregateid: str
    aggregateversion: int
    correlationid: str
    causationid: str
    traceparent: str | msgspec.UnsetType = msgspec.UNSET
    data: msgspec.Raw

    @classmethod
    def of(cls, event: IntegrationEvent) -> "Envelope":
        cause = context.cause()
        aggregate_id = str(getattr(event, event.aggregate))
        return cls(
            id=uuid7(),
            source=f"/{event.type.partition('.')[0]}",
            type=event.type,
            subject=aggregate_id,
            time=datetime.now(UTC),
            aggregateid=aggregate_id,
            aggregateversion=event.version,
            correlationid=cause.correlation_id,
            causationid=cause.causation_id,
            traceparent=context.traceparent() or msgspec.UNSET,
            data=msgspec.Raw(msgspec.json.encode(event)),
        )

    @classmethod
    def decode(cls, body: bytes | str) -> "Envelope":
        """Raises ValueError (msgspec.ValidationError) when the body is not such an envelope."""
        return msgspec.json.decode(body, type=cls)

    def encode(self) -> str:
        return msgspec.json.encode(self).decode()

    def open(self, event_type: EventType[E]) -> E:
        """The event inside; fields that this code does not know yet are left alone."""
        return msgspec.json.decode(self.data, type=event_type)
