"""Outbox and inbox of every module, to look at."""

from typing import ClassVar

from django.contrib import admin

from shop.building_blocks import modules
from shop.building_blocks.admin import ReadOnlyAdmin
from shop.building_blocks.messaging.models import inbox_of, outbox_of


class OutboxAdmin(ReadOnlyAdmin):
    list_display = ("event_id", "type", "subject", "created_at", "published_at", "attempts")
    list_filter: ClassVar = [("published_at", admin.EmptyFieldListFilter), "type"]
    search_fields = ("event_id", "subject")
    ordering = ("-id",)
    show_full_result_count = False


class InboxAdmin(ReadOnlyAdmin):
    list_display = ("event_id", "type", "consumer", "subject", "state", "attempts", "received_at")
    list_filter = ("state", "consumer")
    search_fields = ("event_id", "subject")
    ordering = ("-id",)
    show_full_result_count = False


for module in modules.names():
    admin.site.register(outbox_of(module).model, OutboxAdmin)
    admin.site.register(inbox_of(module).model, InboxAdmin)
