"""Read models of the search: each product as a document of words, and all the words there are."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from shop.building_blocks.database.fields import BytewiseCharField
from shop.building_blocks.database.fulltext import DocumentField
from shop.building_blocks.database.writes import insert
from shop.modules.catalog.language import LONGEST, can_be_mistyped, document, is_one_slip_apart, words

if TYPE_CHECKING:
    from shop.modules.catalog.models.product import Product

_LOOKED_AT, _KEPT = 1000, 8


class SearchDocument(models.Model):
    """A product that is for sale, as the full text search reads it."""

    product = models.OneToOneField("catalog.Product", models.DO_NOTHING, primary_key=True)
    document = DocumentField()

    product_id: UUID

    def __str__(self) -> str:
        return str(self.product_id)

    @staticmethod
    def of(product: "Product") -> dict[str, str]:
        return {"document": document(product.name, product.sku, product.description)}


class Word(models.Model):
    """A word that some product has or had, for finding what was meant by another one.

    Only added to: a word that no product has any more finds nothing, and does no harm.
    """

    word = BytewiseCharField(max_length=LONGEST, primary_key=True)
    reversed = BytewiseCharField(max_length=LONGEST)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["reversed"], name="word_reversed")]

    def __str__(self) -> str:
        return self.word

    @classmethod
    def learn(cls, product: "Product") -> None:
        """In alphabetical order: who waits for another's new word holds no word that comes before it."""
        texts = (product.name, product.sku, product.description)
        found = {word for text in texts for word in words(text) if can_be_mistyped(word)}
        insert([cls(word=word, reversed=word[::-1]) for word in sorted(found)], unless_known=("word",))

    @classmethod
    def near(cls, typed: Sequence[str]) -> dict[str, list[str]]:
        """What may have been meant by each word: those one slip apart that are known, eight at most.

        A word with one slip in it has its first or its second half intact, unless its two middle letters
        have changed places. So the candidates are few, and an index has each half.
        """
        if not typed:
            return {}
        rows = cls.objects.annotate(length=Length("word")).filter(reduce(or_, map(_may_be_meant_by, typed)))
        candidates = list(rows.values_list("word", flat=True)[:_LOOKED_AT])
        return {word: _nearest(word, candidates) for word in typed}


def _may_be_meant_by(typed: str) -> Q:
    middle = len(typed) // 2
    head, tail = typed[:middle], typed[middle:]
    swapped = head[:-1] + tail[0] + head[-1] + tail[1:]
    half_intact = Q(word__startswith=head) | Q(reversed__startswith=tail[::-1])
    return Q(word=swapped) | half_intact & Q(length__range=(len(typed) - 1, len(typed) + 1))


def _nearest(typed: str, candidates: Iterable[str]) -> list[str]:
    """People seldom mistype the first letter."""
    near = [word for word in candidates if is_one_slip_apart(typed, word)]
    return sorted(near, key=lambda word: (word[0] != typed[0], word))[:_KEPT]
