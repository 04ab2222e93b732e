"""Documents match as PostgreSQL says they do, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.building_blocks.database.fulltext import Term, every
from shop.modules.catalog.language import document
from shop.modules.catalog.models import SearchDocument
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db(databases=["catalog"])

words = st.text("ab", min_size=1, max_size=3)
queries = st.lists(
    st.lists(st.builds(Term, words, st.booleans()), min_size=1, max_size=3), min_size=1, max_size=3
)


def is_in(text: list[str], term: Term) -> bool:
    return any(word.startswith(term.word) if term.is_prefix else word == term.word for word in text)


@pytest.fixture
def _a_document() -> None:
    ProductFactory.create()


@pytest.mark.usefixtures("_a_document")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(words, max_size=5), query=queries)
def test_a_document_matches_when_it_has_a_term_of_each_group(
    text: list[str], query: list[list[Term]]
) -> None:
    SearchDocument.objects.update(document=document("", "", " ".join(text)))

    found = SearchDocument.objects.filter(document__matches=every(query)).exists()

    assert found == all(any(is_in(text, term) for term in group) for group in query)
