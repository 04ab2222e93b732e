"""Answers that several slices give."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from rest_framework import status
from rest_framework.response import Response

from shop.building_blocks.http.shapes import Created


def created(new_id: UUID, location: str | None = None) -> Response:
    headers = {"Location": location.format(new_id)} if location else None
    return Response(Created(new_id), status.HTTP_201_CREATED, headers=headers)


def created_at(location: str) -> Callable[[UUID], Response]:
    """``created_at("/api/v1/products/{}")`` answers with the id, and where what was made can be fetched."""
    return partial(created, location=location)
