"""Filters of the admin's lists, by what an index knows: Django's own would read every message."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from shop.building_blocks.messaging.console.operations import HELD_BACK
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.building_blocks.messaging.registry import consumer_names

_DELIVERY = {
    "ready": Q(published_at=None, not_before=None),
    "held": HELD_BACK,
    "scheduled": Q(published_at=None, not_before__isnull=False, attempts=0),
    "sent": Q(published_at__isnull=False),
}


class DeliveryFilter(admin.SimpleListFilter):
    title = "delivery"
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [
            ("ready", "Ready to be sent"),
            ("held", "Held back"),
            ("scheduled", "Scheduled"),
            ("sent", "Sent"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(_DELIVERY.get(self.value() or "", Q()))


class ConsumerFilter(admin.SimpleListFilter):
    title = "consumer"
    parameter_name = "consumer"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(name, name) for name in consumer_names(model_admin.opts.app_label)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(consumer=self.value()) if self.value() else queryset


class TypeFilter(admin.SimpleListFilter):
    """The event types in the contract of the module."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        module = model_admin.opts.app_label
        types = {event.type for event in IntegrationEvent.__subclasses__()}
        return [(name, name) for name in sorted(types) if name.startswith(f"{module}.")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(type=self.value()) if self.value() else queryset
