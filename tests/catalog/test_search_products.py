import psycopg
import pytest
from django.db import connections
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.search_products import SearchProducts, SearchTookTooLong
from shop.modules.catalog.models import Listing, SearchDocument, Word
from tests.catalog.factories import ProductFactory
from tests.support import a_product

pytestmark = pytest.mark.django_db


def search(q: str, limit: int = 20) -> list[str]:
    return [item.name for item in send(SearchProducts(q=q, limit=limit)).items]


@pytest.fixture
def _a_few_products() -> None:
    for sku, name, description in (
        ("BEANS-500", "Espresso beans", "Dark roast, for every coffee machine."),
        ("MUG-12", "Coffee mug", "White porcelain."),
        ("MUG-13", "Tall mug", "Holds more coffee."),
        ("TEA-1", "Crème brûlée tea", ""),
    ):
        a_product(sku=sku, name=name, description=description)


@pytest.mark.usefixtures("_a_few_products")
class TestWords:
    def test_are_found_in_name_sku_and_description(self) -> None:
        assert search("espresso") == ["Espresso beans"]
        assert search("tea-1") == ["Crème brûlée tea"]
        assert search("porcelain") == ["Coffee mug"]

    def test_must_all_be_there_in_any_order_and_place(self) -> None:
        assert search("mug coffee white") == ["Coffee mug"]
        assert search("coffee roast") == ["Espresso beans"]
        assert search("white tea") == []

    def test_of_name_and_sku_come_before_those_of_the_description(self) -> None:
        assert search("coffee") == ["Coffee mug", "Tall mug", "Espresso beans"]

    @pytest.mark.parametrize(
        "q", ["CRÈME BRÛLÉE", "creme brulee", "Crème\u0301", "«crème»", "creme, brulee!"]
    )
    def test_are_the_same_whatever_their_case_and_accents(self, q: str) -> None:
        assert search(q) == ["Crème brûlée tea"]


@pytest.mark.usefixtures("_a_few_products")
class TestBeginnings:
    def test_of_the_last_word_will_do(self) -> None:
        assert search("porc") == ["Coffee mug"]
        assert search("espresso bea") == ["Espresso beans"]
        assert search("esp beans") == []

    def test_have_three_letters_or_more(self) -> None:
        assert search("por") == ["Coffee mug"]
        assert search("po") == []

    def test_come_after_whole_words(self) -> None:
        a_product(sku="SHOP-1", name="Muggle's hat")

        assert search("mug") == ["Tall mug", "Coffee mug", "Muggle's hat"]


@pytest.mark.usefixtures("_a_few_products")
class TestSlips:
    @pytest.mark.parametrize(
        "q", ["porcelan", "porcelaiin", "porcelein", "porcelian", "orcelain", "poreclain"]
    )
    def test_of_one_letter_are_forgiven(self, q: str) -> None:
        assert search(q) == ["Coffee mug"]

    def test_are_forgiven_in_each_word(self) -> None:
        assert search("expresso baens") == ["Espresso beans"]

    def test_of_two_letters_are_not(self) -> None:
        assert search("porzelein") == []

    def test_are_not_looked_for_in_short_words_and_numbers(self) -> None:
        assert search("mag") == []
        assert search("beans 50") == []

    def test_are_not_looked_for_when_enough_is_found_as_it_was_typed(self) -> None:
        for number in range(3):
            a_product(sku=f"TOFFEE-{number}", name=f"Toffee {number}")

        assert search("toffee") == ["Toffee 2", "Toffee 1", "Toffee 0"]
        assert search("toffea", limit=2) == ["Toffee 2", "Toffee 1"]

    def test_come_after_what_was_found_as_it_was_typed(self) -> None:
        a_product(sku="TOFFEE-1", name="Toffee")

        assert search("toffee") == ["Toffee", "Coffee mug", "Tall mug", "Espresso beans"]


words = st.text("abcdefgh", min_size=4, max_size=9)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), word=words)
def test_whatever_the_slip_the_product_is_found(data: st.DataObject, word: str) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcdefgh"))
    typed = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                word[:place] + word[place + 1 :] if len(word) > 4 else word,
            ]
        )
    )
    for model in (Listing, SearchDocument, Word):
        model._default_manager.all().delete()
    product = ProductFactory.create(name=word)

    found = [item.id for item in send(SearchProducts(q=typed, limit=100)).items]

    assert product.id in found


def test_shows_what_a_list_shows() -> None:
    product_id = a_product(sku="MUG-1", name="Mug")
    Listing.objects.update(available=7)

    (found,) = send(SearchProducts(q="mug")).items

    assert (found.id, found.sku, str(found.price), found.currency, found.available) == (
        product_id,
        "MUG-1",
        "9.50",
        "USD",
        7,
    )


def test_shows_the_best_ones_and_as_many_as_asked_for() -> None:
    ProductFactory.create_batch(5, description="mug")
    best = ProductFactory.create(name="Mug")

    found = [item.id for item in send(SearchProducts(q="mug", limit=3)).items]

    assert len(found) == 3
    assert found[0] == best.id


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("x" * 255, "x" * 100),
        ("Ünï" * 60, "üni" * 60),
        ("Mug's \"best\" & \\ | ! ( ) : * <-> 'cup'", "mug's best & \\ | ! ( ) : * <-> 'cup'"),
        ("100% cotton_shirt", "100% cotton_shirt"),
        ("ﷺ" * 255, "ﷺ"),
        ("咖啡豆", "咖啡豆"),
        ("İstanbul", "istanbul"),
    ],
)
def test_takes_every_character_for_what_it_is(name: str, q: str) -> None:
    product_id = a_product(name=name)

    assert [item.id for item in send(SearchProducts(q=q)).items] == [product_id]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=255))
@example(name="a" * 255)
@example(name="ﷺ" * 255)
def test_a_product_with_any_name_can_be_stored_and_listed(name: str) -> None:
    product = ProductFactory.create(name=name, description=name)

    assert Listing.objects.get(product=product).name == name


def test_what_is_common_is_found_by_a_few_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Savepoint, time limit, rollback and release; the newest that match; what is shown of them."""
    ProductFactory.create_batch(5, name="Mug")

    with django_assert_max_num_queries(6, using="catalog"):
        assert len(search("mug", limit=5)) == 5


def test_what_is_not_found_takes_a_few_more(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """Each of five readings is looked for among the newest, and in the index; words are looked up once."""
    ProductFactory.create_batch(5, name="Porcelain")

    with django_assert_max_num_queries(16, using="catalog"):
        assert search("black porzelain") == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_given_up_with_a_name() -> None:
    """As when somebody rebuilds the index: the search waits for a lock."""
    session = psycopg.connect(**connections["catalog"].get_connection_params())
    with session, session.transaction():
        session.execute("LOCK TABLE catalog_searchdocument")

        with pytest.raises(SearchTookTooLong) as refused:
            search("mug")

    assert (refused.value.status, refused.value.retry_after) == (503, 1)
    assert search("mug") == []
