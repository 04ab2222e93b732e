from hypothesis import given
from hypothesis import strategies as st

from shop.modules.catalog.language import LONGEST, document, folded, is_one_slip_apart, name_key, words


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_words_are_letters_and_digits_of_a_limited_length(text: str) -> None:
    for word in words(text):
        assert word.isalnum()
        assert 0 < len(word) <= LONGEST


@given(st.text(), st.text())
def test_a_text_has_the_words_of_its_parts(one: str, other: str) -> None:
    assert words(f"{one} {other}") == words(one) + words(other)


@given(st.text(max_size=255))
def test_a_key_fits_its_column(text: str) -> None:
    assert len(name_key(text)) <= 255


@given(st.text("abc"), st.text("abc"))
def test_slips_go_both_ways_and_no_word_is_a_slip_of_itself(one: str, other: str) -> None:
    assert is_one_slip_apart(one, other) == is_one_slip_apart(other, one)
    assert not is_one_slip_apart(one, one)


@given(st.text("abc"), st.text("abc"))
def test_a_slip_is_an_edit_distance_of_one(one: str, other: str) -> None:
    """Damerau's: a swap of neighbours counts as one, too."""
    assert is_one_slip_apart(one, other) == (one != other and other in _edits(one))


def _edits(word: str) -> set[str]:
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        edited
        for head, tail in splits
        for edited in (
            head + tail[1:],
            head + tail[1::-1] + tail[2:],
            *(head + letter + tail for letter in "abc"),
            *(head + letter + tail[1:] for letter in "abc"),
        )
    }


def test_a_document_of_nothing_is_empty() -> None:
    assert document("?", "-", "") == ""
