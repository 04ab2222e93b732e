"""Search the products."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.deadline import DeadlineExceeded, deadline
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.http.bodies import QueryParameters
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.catalog.features.search_products.readings import best, readings, with_slips
from shop.modules.catalog.language import LONGEST, words
from shop.modules.catalog.models import Listing

MILLISECONDS, MOST_WORDS, NEXT_TO_NOTHING = 250, 10, 3


class FoundProduct(msgspec.Struct, frozen=True):
    id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str
    available: int


class FoundProducts(msgspec.Struct, frozen=True):
    """The best ones. There are no further pages: a search is made narrower instead."""

    items: list[FoundProduct]


@dataclass(frozen=True, kw_only=True)
class SearchProducts(Query[FoundProducts]):
    """``q`` has at least one word."""

    q: str
    limit: int = 20


class SearchTookTooLong(Unavailable):
    """The search took too long: use rarer words, or try again."""


@handles(SearchProducts)
def search_products(query: SearchProducts) -> FoundProducts:
    """An index is forced on PostgreSQL, which believes that to read the table is cheaper when a word is
    common, and is wrong where only the newest products have it.
    """
    try:
        with deadline("catalog", MILLISECONDS, enable_seqscan="off"):
            return _shown(_find(words(query.q), query.limit))
    except DeadlineExceeded:
        raise SearchTookTooLong from None


def _find(typed: list[str], limit: int) -> list[UUID]:
    found = _fill([], readings(typed), limit)
    return found if len(found) >= min(limit, NEXT_TO_NOTHING) else _fill(found, with_slips(typed), limit)


def _fill(found: list[UUID], more: Iterable[str], limit: int) -> list[UUID]:
    for reading in more:
        if len(found) < limit:
            found = list(dict.fromkeys([*found, *best(reading, limit)]))[:limit]
    return found


_COLUMNS = ("product_id", *FoundProduct.__struct_fields__[1:])


def _shown(ids: Sequence[UUID]) -> FoundProducts:
    rows = Listing.objects.filter(product__id__any=ids).values_list(*_COLUMNS)
    products = {row[0]: FoundProduct(*row) for row in rows}
    return FoundProducts([products[one] for one in ids if one in products])


class SearchProductsParameters(QueryParameters):
    q = serializers.CharField(max_length=200, help_text="one to ten words")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)

    def validate_q(self, value: str) -> str:
        if not 0 < len(words(value)) <= MOST_WORDS:
            raise serializers.ValidationError(
                f"Give one to {MOST_WORDS} words: they are of letters and digits."
            )
        return value


class SearchProductsEndpoint(Endpoint):
    __doc__ = f"""Products that have all the words in their name, SKU or description, best first.

    Case and accents make no difference, and the first {LONGEST} letters of a word count. The last word may
    be a beginning of three letters or more. When that finds next to nothing, each word of four letters or
    more may have one letter wrong, missing, too many, or swapped with its neighbour.
    """

    required_scopes = ["catalog:read"]
    refuses = (SearchTookTooLong,)

    @extend_schema(parameters=[SearchProductsParameters], responses={200: FoundProducts})
    def get(self, request: Request) -> Response:
        return Response(send(SearchProducts(**SearchProductsParameters.read(request))))
