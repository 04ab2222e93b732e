"""Full text: documents of words, and queries for them, which both databases understand.

A document is the text form of PostgreSQL's ``tsvector``, such as ``'mug':1A 'white':2``: each word with
its positions, and a weight from A to D, which is left out. Who makes documents decides what a word is, so
that no parser of the database has another opinion. A query is a ``tsquery``: ``('mug') & ('tea' | 'whi':*)``.
https://www.postgresql.org/docs/current/datatype-textsearch.html

PostgreSQL finds documents by an index and ranks them. SQLite reads them all and does not rank: it is for
a shop on one machine.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import FloatField, Func, Lookup, TextField

_TERM = re.compile(r"'([^']*)'(:\*)?")


class Term(NamedTuple):
    word: str
    is_prefix: bool = False


def every(groups: Iterable[Sequence[Term]]) -> str:
    """The query for documents with one of each group's terms. Words are letters and digits, or marks.

    >>> every([[Term("mug")], [Term("white"), Term("whi", is_prefix=True)]])
    "('mug') & ('white' | 'whi':*)"
    """
    return " & ".join(f"({' | '.join(map(_term, group))})" for group in groups)


def _term(term: Term) -> str:
    return f"'{term.word}':*" if term.is_prefix else f"'{term.word}'"


def pattern(query: str) -> str:
    """The regular expression that is found in the documents which match.

    >>> bool(re.search(pattern("('mug') & ('tea' | 'whi':*)"), "'white':2 'mug':1"))
    True
    """
    groups = [_TERM.findall(group) for group in query.split(" & ")]
    return "".join(f"(?=.*(?:{'|'.join(_entry(*term) for term in group)}))" for group in groups)


def _entry(word: str, star: str) -> str:
    rest = "[^']*" if star else ""
    return f"'{re.escape(word)}{rest}':"


class DocumentField(TextField[str, str]):
    """Holds a document. Written, searched with ``__matches``, and never read."""

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


@DocumentField.register_lookup
class Matches(Lookup[Any]):
    lookup_name = "matches"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        document, before = self.process_lhs(compiler, connection)
        query, after = self.process_rhs(compiler, connection)
        return f"{document} @@ {query}::tsquery", (*before, *after)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        document, before = self.process_lhs(compiler, connection)
        return f"{document} REGEXP %s", (*before, pattern(str(self.rhs)))


class Rank(Func):
    """How well a document matches: more is better. https://www.postgresql.org/docs/current/textsearch-controls.html"""

    function = "ts_rank"
    template = "%(function)s(%(expressions)s::tsquery)"
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        return "0.0", []
