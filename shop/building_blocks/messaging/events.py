"""Integration events, and the CloudEvents envelope they travel in. Knows neither Django nor a broker."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from uuid_utils.compat import uuid7

from shop.building_blocks.telemetry import context

# As wide as the columns of outbox and inbox; PostgreSQL stores no NUL.
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Key = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*$")]
CONTENT_TYPE = "application/cloudevents+json"
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

    version: Annotated[int, Meta(description="Of the aggregate after the change.", examples=[1])]


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """CloudEvents 1.0 in structured JSON, with extension attributes for order, cause and trace.

    https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
    """

    specversion: Annotated[str, Meta(description="Of CloudEvents.")] = "1.0"
    id: Annotated[UUID, Meta(description="Of the event, a UUIDv7; the same when it is delivered again.")]
    source: Annotated[str, Meta(description="The module that tells it.")]
    type: Annotated[Name, Meta(description="What happened, and the version of the shape of ``data``.")]
    subject: Annotated[Key, Meta(description="The aggregate that it happened to, as ``aggregateid``.")]
    time: Annotated[
        datetime, Meta(description="When it was told.", extra_json_schema={"format": "date-time"})
    ]
    datacontenttype: Annotated[str, Meta(description="Of ``data``.")] = "application/json"
    aggregateid: Annotated[str, Meta(description="Events of one aggregate come in their order.")]
    aggregateversion: Annotated[int, Meta(description="Of the aggregate after the change.")]
    correlationid: Annotated[str, Meta(description="Shared by all that one request brought about.")]
    causationid: Annotated[str, Meta(description="The request or the event that brought this one about.")]
    traceparent: Annotated[
        str | msgspec.UnsetType, Meta(description="W3C Trace Context, when there is a trace.")
    ] = msgspec.UNSET
    data: Annotated[msgspec.Raw, Meta(description="The event itself, by the schema of its type.")]

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
