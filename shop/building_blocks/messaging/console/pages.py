"""The admin's page over the messages of every module."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from shop.building_blocks import modules
from shop.building_blocks.messaging.console.diagnosis import why_stuck
from shop.building_blocks.messaging.console.durations import short
from shop.building_blocks.messaging.console.status import status

_COLUMNS = range(8)


def overview(request: HttpRequest) -> TemplateResponse:
    """For staff, wrapped in the admin site's own check of who is logged in."""
    visible = visible_modules(request.user)
    if not visible:
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Messaging",
        "modules": [{"name": module, **_stand(module)} for module in visible],
    }
    return TemplateResponse(request, "admin/messaging/overview.html", context)


def visible_modules(user: Any) -> list[str]:
    """Those whose outbox and inbox the user may see."""
    return [
        module
        for module in modules.names()
        if user.has_perms([f"{module}.view_outboxmessage", f"{module}.view_inboxmessage"])
    ]


def _stand(module: str) -> dict[str, Any]:
    """One database that is away does not hide how the others stand."""
    try:
        return _known(module)
    except DatabaseError as error:
        return {"unknown": _COLUMNS, "why_stuck": f"The database does not answer: {type(error).__name__}."}


def _known(module: str) -> dict[str, Any]:
    known = status(module)
    return {
        "cells": [
            (known.unsent, _list(module, "outbox", "delivery=ready")),
            (known.held_back, _list(module, "outbox", "delivery=held")),
            (known.scheduled, _list(module, "outbox", "delivery=scheduled")),
            (short(known.oldest_unsent), ""),
            (known.parked, _list(module, "inbox", "state__exact=parked")),
            (known.waiting, _list(module, "inbox", "state__exact=waiting")),
            (known.dead, _list(module, "inbox", "state__exact=dead")),
            (short(known.oldest_unhandled), ""),
        ],
        "why_stuck": why_stuck(module),
    }


def _list(module: str, kind: str, query: str) -> str:
    return f"{reverse(f'admin:{module}_{kind}message_changelist')}?{query}"
