"""What a word is, to lists and to search. Case and accents make no difference."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile

LONGEST = 40
"""Letters of a word that count."""
_WORD = re.compile(r"[^\W_]+")
_TITLE = "="
"""Marks a word of a name or a SKU: no word of its own begins with it."""


def folded(text: str) -> str:
    """Text as it is compared.

    >>> folded("Crème BRÛLÉE, Straße")
    'creme brulee, strasse'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold()


def name_key(name: str) -> str:
    """What a name is sorted and found by. Folding may make it longer, and an index takes only so much."""
    return folded(name)[:255]


def words(text: str) -> list[str]:
    """The letters and digits between everything else.

    >>> words("COFFEE-500: Café «Olé»")
    ['coffee', '500', 'cafe', 'ole']
    """
    return [word[:LONGEST] for word in _WORD.findall(folded(text))]


def in_title(word: str) -> str:
    """The word as one that counts only in a name or a SKU."""
    return _TITLE + word


def document(name: str, sku: str, description: str) -> str:
    """A product for the full text search: its words, and once more those of name and SKU, marked.

    >>> document("Mug", "MUG-1", "White.")
    "'mug':1A,2B '=mug':1A,2B '1':3B '=1':3B 'white':4"
    """
    places: dict[str, list[str]] = {}
    for place, (word, weight) in enumerate(_weighted(name, sku, description), start=1):
        for lexeme in (word, in_title(word)) if weight else (word,):
            places.setdefault(lexeme, []).append(f"{place}{weight}")
    return " ".join(f"'{lexeme}':{','.join(found)}" for lexeme, found in places.items())


def _weighted(name: str, sku: str, description: str) -> Iterator[tuple[str, str]]:
    for text, weight in ((name, "A"), (sku, "B"), (description, "")):
        for word in words(text):
            yield word, weight


def can_be_mistyped(word: str) -> bool:
    """Words of four letters or more. Another digit is another number, and no slip."""
    return len(word) >= 4 and word.isalpha()  # noqa: PLR2004


def is_one_slip_apart(typed: str, word: str) -> bool:
    """Whether one letter is missing, too many, another, or has changed places with its neighbour.

    >>> [is_one_slip_apart(typed, "coffee") for typed in ("cofee", "cooffee", "coffea", "cofefe")]
    [True, True, True, True]
    >>> [is_one_slip_apart(typed, "coffee") for typed in ("coffee", "coff", "toffea")]
    [False, False, False]
    """
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(typed, word, strict=False)))
    typed, word = typed[same:], word[same:]
    while typed and word and typed[-1] == word[-1]:
        typed, word = typed[:-1], word[:-1]
    if max(len(typed), len(word)) == 1:
        return True
    return len(typed) == 2 and typed == word[::-1]  # noqa: PLR2004
