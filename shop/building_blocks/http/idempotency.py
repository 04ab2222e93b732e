"""``Idempotency-Key``: a POST that is sent again gives the first answer again, and changes nothing.

The answer is remembered by one INSERT at the end of the command's own transaction: the change, its events
and the record are committed together or not at all, so a crash between them leaves nothing to repair. Of
two twins at once the later one runs into the unique key, or into a rule that the first one made true; it
is rolled back as a whole, and gives the first one's answer.

Only successes are remembered. A refusal has changed nothing, and may be judged otherwise another time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import msgspec
from django.apps import apps
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.batches import delete_in_batches
from shop.building_blocks.database.writes import insert
from shop.building_blocks.errors import Refusal
from shop.building_blocks.housekeeping import Progress, chore
from shop.building_blocks.http.headers import read_header
from shop.building_blocks.mediator import send
from shop.building_blocks.messages import Command
from shop.building_blocks.modules import module_of

R = TypeVar("R")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_HEADERS = ("Location", "ETag")


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key belongs to another request."""


class IdempotencyRecord(models.Model):
    """The answer to a request. A table per module, for it is written in the module's transactions."""

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=160)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="of method, path and body")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "key"], name="%(app_label)s_idempotency_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="%(app_label)s_idempotency_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.caller}"


def once(request: Request, command: Command[R], answer: Callable[[R], Response]) -> Response:
    """Send the command and ``answer`` with its result; with an ``Idempotency-Key``, once in 24 hours."""
    key = read_header(request, HEADER, _KEY, "1 to 255 visible ASCII characters")
    if key is None:
        return answer(send(command))
    attempt = _Attempt.of(request, command, key)
    if earlier := attempt.earlier():
        return earlier
    try:
        return send(command, then=lambda result: attempt.remember(answer(result)))
    except (IntegrityError, Refusal):
        if twin := attempt.earlier():
            return twin
        raise


@dataclass(frozen=True)
class _Attempt:
    model: type[IdempotencyRecord]
    caller: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, request: Request, command: Command[Any], key: str) -> "_Attempt":
        """Keys are a client's own, or a user's by that client.

        Strangers cannot be told apart, so each of their requests is a caller of its own: only who sends
        the very same one again, passwords included, is given its answer.
        """
        module = module_of(type(command).__module__)
        model: Any = apps.get_model(module, "IdempotencyRecord")
        fingerprint = _fingerprint(request)
        caller = request.auth.pk if request.auth else fingerprint
        return cls(model, caller, key, fingerprint)

    def earlier(self) -> Response | None:
        """The answer that was given before. What is older than 24 hours makes room for a new one."""
        known = self.model._default_manager.filter(caller=self.caller, key=self.key)
        record = known.first()
        if record is None:
            return None
        if record.created_at <= _expiry():
            known.filter(created_at__lte=_expiry()).delete()
            return None
        if record.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused(f"The key {self.key} was sent with another path or body before.")
        headers = {**record.headers, REPLAYED: "true"}
        return Response(msgspec.Raw(record.body.encode()), record.status, headers=headers)

    def remember(self, response: Response) -> Response:
        record = self.model(
            caller=self.caller,
            key=self.key,
            fingerprint=self.fingerprint,
            status=response.status_code,
            headers={name: response[name] for name in _HEADERS if name in response},
            body="" if response.data is None else msgspec.json.encode(response.data).decode(),
        )
        insert([record])
        return response


def _fingerprint(request: Request) -> str:
    """Keyed, so that nobody who reads the table can guess at the passwords in a body."""
    body = msgspec.json.encode(request.data, order="deterministic")
    said = b"\n".join([str(request.method).encode(), request.path.encode(), body])
    return salted_hmac("shop.idempotency", said, algorithm="sha256").hexdigest()


def _expiry() -> datetime:
    return timezone.now() - KEPT


@chore
def purge_expired(progress: Progress | None = None) -> int:
    """Delete, in every module, the answers that are not given again."""
    return sum(
        delete_in_batches(
            model._default_manager.filter(created_at__lte=_expiry()).order_by("created_at"), progress
        )
        for model in IdempotencyRecord.__subclasses__()
    )
