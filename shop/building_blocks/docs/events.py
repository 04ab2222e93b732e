"""The events of the shop: as a page, as an AsyncAPI document, and the schema of each."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shop.building_blocks import modules
from shop.building_blocks.docs.sheets import Sheet, envelope_fields
from shop.building_blocks.http.methods import reads
from shop.building_blocks.http.problems import not_found
from shop.building_blocks.messaging.asyncapi.document import document
from shop.building_blocks.messaging.asyncapi.published import published
from shop.building_blocks.messaging.asyncapi.schemas import MEDIA_TYPE, data_schema
from shop.building_blocks.messaging.events import CONTENT_TYPE

_ASYNCAPI = "application/vnd.aai.asyncapi+json;version=3.0.0"


@reads
def page(request: HttpRequest) -> HttpResponse:
    sheets = [Sheet.of(one) for one in published()]
    by_module = {
        module.label: [sheet for sheet in sheets if sheet.module == module.label]
        for module in modules.known()
    }
    context = {
        "by_module": {module: found for module, found in by_module.items() if found},
        "envelope": envelope_fields(),
        "content_type": CONTENT_TYPE,
        "info": settings.ASYNCAPI_INFO,
    }
    return render(request, "docs/events.html", context)


@reads
def asyncapi(_request: HttpRequest) -> HttpResponse:
    return _json(document(), _ASYNCAPI)


@reads
def schema(request: HttpRequest, event_type: str) -> HttpResponse:
    """Of ``data``, by the name that the envelope has in ``type``."""
    for one in published():
        if one.event.type == event_type:
            return _json(data_schema(one.event, _address(request, event_type)), MEDIA_TYPE)
    return not_found(request)


def _address(request: HttpRequest, event_type: str) -> str:
    """The same for whoever asks, however they got here."""
    path = reverse("event", args=[event_type])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _json(content: Any, content_type: str) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type=content_type)
