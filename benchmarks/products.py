"""Products by the million, made up: their words are as unevenly common as those of a language."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from shop.modules.catalog.language import document, name_key

YEAR = 365 * 24 * 3600 * 1000
_LONG = 5
_SYLLABLES = "b c d f g h k l m n p r s t v w z br cr dr fl gr pl st tr sh ch", "a e i o u ea ou ai"
_HEADS, _VOWELS = (letters.split() for letters in _SYLLABLES)
_TAILS = ("", "n", "r", "s", "t", "l", "nd", "ck")
_COMMONEST = (
    "mug coffee tea white black red blue green small large steel wooden ceramic glass bottle kettle spoon "
    "fork knife plate bowl organic espresso beans bread apple soap olive mint lamp chair table desk shirt "
    "jacket shoes cotton linen leather wool toy book pen paper phone cable charger speaker"
)


class Row(NamedTuple):
    id: UUID
    sku: str
    name: str
    description: str
    price: Decimal
    currency: str
    available: int


class Vocabulary:
    """Some fifty thousand words, the n-th of which is about 1/n as common as the first (Zipf's law)."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.words = list(dict.fromkeys([*_COMMONEST.split(), *(self._word() for _ in range(60_000))]))
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def _word(self) -> str:
        choice = self._dice.choice
        body = "".join(choice(_HEADS) + choice(_VOWELS) for _ in range(choice((1, 2, 2, 2, 3, 3))))
        return body + choice(_TAILS)

    def pick(self, count: int) -> str:
        return " ".join(self._dice.choices(self.words, cum_weights=self._weights, k=count))

    def spread(self, count: int) -> list[str]:
        """Words of some length, from the commonest to rare ones, in equal steps of rarity."""
        known = [word for word in self.words if len(word) >= _LONG]
        return [known[int(len(known) ** (step / count)) - 1] for step in range(count)]


def rows(count: int, dice: random.Random, vocabulary: Vocabulary) -> Iterator[Row]:
    """Over two years. The first twentieth costs francs, which is no longer used; krónur are rare, and of
    what costs pounds nearly nothing is left.
    """
    for number in range(count):
        name = vocabulary.pick(dice.choice((2, 3, 3, 4))).capitalize()
        currency = dice.choices(("USD", "EUR", "GBP"), (70, 25, 5))[0]
        if number < count // 20:
            currency = "CHF"
        elif number % (count // 20) == 1:
            currency = "ISK"
        gone = dice.random() < (0.999 if currency == "GBP" else 0.15)
        yield Row(
            id=_uuid7(1_700_000_000_000 + 2 * YEAR * number // count, dice),
            sku=f"{name[:3].upper()}-{number:07}",
            name=name,
            description=vocabulary.pick(dice.randint(5, 30)),
            price=Decimal(f"{min(dice.lognormvariate(3, 1.2), 99_999):.2f}"),
            currency=currency,
            available=0 if gone else dice.randint(1, 500),
        )


def _uuid7(milliseconds: int, dice: random.Random) -> UUID:
    """RFC 9562, section 5.7."""
    return UUID(
        int=milliseconds << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | dice.getrandbits(62)
    )


TABLES: dict[str, Callable[[Row], tuple[Any, ...]]] = {
    "catalog_product (id, sku, name, description, price, currency, version, created_at, updated_at)": (
        lambda row: (*row[:6], 1, _WHEN, _WHEN)
    ),
    "catalog_listing (product_id, sku, name, name_key, price, currency, available, stock_version)": (
        lambda row: (row.id, row.sku, row.name, name_key(row.name), row.price, row.currency, row.available, 1)
    ),
    "catalog_searchdocument (product_id, document)": (
        lambda row: (row.id, document(row.name, row.sku, row.description))
    ),
}
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename IN ('catalog_listing', 'catalog_searchdocument')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""
_FOREIGN_KEYS = """
    SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid IN ('catalog_listing'::regclass, 'catalog_searchdocument'::regclass)
"""
_WHEN = "2025-01-01 00:00Z"


def seed(count: int) -> Vocabulary:
    """Fill catalog's database with ``count`` products, by COPY and without indexes until they are there."""
    dice = random.Random(7)
    vocabulary = Vocabulary(dice)
    with connections["catalog"].cursor() as cursor:
        with _without_indexes(cursor):
            for batch in _batches(rows(count, dice, vocabulary), 20_000):
                for table, values in TABLES.items():
                    _copy(cursor, table, map(values, batch))
        _copy(cursor, "catalog_word (word, reversed)", ((word, word[::-1]) for word in vocabulary.words))
        for table in ("product", "listing", "searchdocument", "word"):
            cursor.execute(f"VACUUM ANALYZE catalog_{table}")
    return vocabulary


def _copy(cursor: Any, table: str, values: Any) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _batches(values: Iterator[Row], size: int) -> Iterator[list[Row]]:
    from itertools import islice

    while batch := list(islice(values, size)):
        yield batch


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Nor foreign keys: what they would check row by row is checked at once, when they come back."""
    cursor.execute(_INDEXES)
    indexes = cursor.fetchall()
    cursor.execute(_FOREIGN_KEYS)
    keys = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
