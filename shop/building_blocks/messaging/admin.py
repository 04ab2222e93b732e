"""Outbox and inbox of every module: to look at, and to set moving again what is stuck."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import display_for_value
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from shop.building_blocks import modules
from shop.building_blocks.admin import ReadOnlyAdmin
from shop.building_blocks.messaging.console import operations
from shop.building_blocks.messaging.console.bodies import attributes, pretty
from shop.building_blocks.messaging.console.durations import short
from shop.building_blocks.messaging.console.filters import ConsumerFilter, DeliveryFilter, TypeFilter
from shop.building_blocks.messaging.console.forms import SkipForm
from shop.building_blocks.messaging.models import (
    InboxMessage,
    InboxState,
    OutboxMessage,
    actions_of,
    inbox_of,
    outbox_of,
)


class EventAdmin(ReadOnlyAdmin):
    """A list about events, the newest first."""

    search_fields = ("event_id", "subject")
    search_help_text = "The whole id of an event, or of an aggregate"
    ordering = ("-id",)
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By equality: an index knows the event, and nothing has to be compared letter by letter."""
        if not search_term:
            return queryset, False
        event_id = _uuid(search_term)
        found = queryset.filter(event_id=event_id) if event_id else queryset.none()
        other = {self.search_fields[1]: search_term.strip()}
        return (found if found.exists() else queryset.filter(**other)), False


class MessageAdmin(EventAdmin):
    """What outbox and inbox have in common; a module's app label is its name."""

    @property
    def module(self) -> str:
        return self.opts.app_label

    def may(self, verb: str, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"{self.module}.{verb}_{self.opts.model_name}"))

    def report(self, request: HttpRequest, changed: int, done: str) -> None:
        level = messages.SUCCESS if changed else messages.WARNING
        self.message_user(request, f"{changed} {'event' if changed == 1 else 'events'} {done}.", level)

    @admin.display(description="error")
    def why(self, message: Any) -> str:
        return Truncator(message.error).chars(80)

    @admin.display
    def payload(self, message: Any) -> str:
        return format_html("<pre>{}</pre>", pretty(message.body)) if message.body else "-"

    @admin.display(description="trace id")
    def trace_id(self, message: Any) -> str:
        return attributes(message.body).trace_id or "-"

    @admin.display(description="correlation id")
    def correlation_id(self, message: Any) -> str:
        return attributes(message.body).correlation_id or "-"


class OutboxAdmin(MessageAdmin):
    list_display = ("event_id", "delivery", "attempts", "age", "why", "type")
    list_filter = (DeliveryFilter, TypeFilter)
    fields = (
        "event_id", "type", "subject", "created_at", "published_at", "not_before", "attempts", "error",
        "trace_id", "correlation_id", "payload",
    )  # fmt: skip
    actions = ["try_now"]

    @admin.display(ordering="created_at")
    def age(self, message: OutboxMessage) -> str:
        return since(message.created_at)

    @admin.display
    def delivery(self, message: OutboxMessage) -> str:
        if message.published_at:
            return "sent"
        if message.not_before is None:
            return "ready"
        return "held back" if message.attempts else "scheduled"

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return self.may("retry", request)

    @admin.action(description="Try now", permissions=["retry"])
    def try_now(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        changed = operations.retry_now(self.module, _ids(queryset), request.user.get_username())
        self.report(request, changed, "will be published at once")


class InboxAdmin(MessageAdmin):
    list_display = ("event_id", "stands", "attempts", "age", "why", "consumer")
    list_filter = ("state", ConsumerFilter)
    fields = (
        "event_id", "type", "consumer", "subject", "state", "attempts", "received_at", "next_attempt",
        "error", "trace_id", "correlation_id", "payload",
    )  # fmt: skip
    actions = ["redrive", "skip"]

    @admin.display(ordering="received_at")
    def age(self, message: InboxMessage) -> str:
        return since(message.received_at)

    @admin.display(description="state", ordering="state")
    def stands(self, message: InboxMessage) -> str:
        return message.state

    @admin.display
    def next_attempt(self, message: InboxMessage) -> str:
        due = message.next_attempt_at if message.state == InboxState.PARKED else None
        return display_for_value(due, self.get_empty_value_display())

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        return self.may("redrive", request)

    def has_skip_permission(self, request: HttpRequest) -> bool:
        return self.may("skip", request)

    @admin.action(description="Redrive: try dead and parked events again", permissions=["redrive"])
    def redrive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        changed = operations.redrive(self.module, _ids(queryset), request.user.get_username())
        self.report(request, changed, "will be tried again at once")

    @admin.action(description="Skip: give dead and parked events up", permissions=["skip"])
    def skip(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        """Asks for the reason first, on a page of its own."""
        form = SkipForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask_for_reason(request, queryset, form)
        reason = form.cleaned_data["reason"]
        changed = operations.skip(self.module, _ids(queryset), request.user.get_username(), reason)
        self.report(request, changed, "skipped")
        return None

    def _ask_for_reason(
        self, request: HttpRequest, queryset: QuerySet[Any], form: SkipForm
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Skip events",
            "opts": self.opts,
            "events": queryset[:20],
            "count": queryset.count(),
            "form": form,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/messaging/skip.html", context)


class OperatorActionAdmin(EventAdmin):
    list_display = ("at", "actor", "action", "event_id", "consumer", "reason")
    list_filter = ("action",)
    search_fields = ("event_id", "actor")
    search_help_text = "The whole id of an event, or the name of a user"


def _ids(queryset: QuerySet[Any]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def since(moment: datetime) -> str:
    """An age that is not broken over two lines."""
    return short(timezone.now() - moment).replace(" ", "\xa0")


for module in modules.names():
    admin.site.register(outbox_of(module).model, OutboxAdmin)
    admin.site.register(inbox_of(module).model, InboxAdmin)
    admin.site.register(actions_of(module).model, OperatorActionAdmin)
