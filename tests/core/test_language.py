"""A language is told where it can be, and nothing is said where it cannot."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.words.language import LEAST_PROBABILITY, MAX_CHARACTERS, language_of

TEXTS = {
    "en": "We left the boat by the lake and walked home through the garden.",
    "de": "Wir haben das Boot am See gelassen und sind durch den Garten nach Hause gegangen.",
    "fr": "Nous avons laiss\xe9 le bateau au bord du lac et nous sommes rentr\xe9s par le jardin.",
    "es": "Dejamos el barco junto al lago y volvimos a casa por el jard\xedn.",
    "ru": "\u041c\u044b \u043e\u0441\u0442\u0430\u0432\u0438\u043b\u0438 \u043b\u043e\u0434\u043a\u0443 \u0443 \u043e\u0437\u0435\u0440\u0430 \u0438 \u043f\u043e\u0448\u043b\u0438 \u0434\u043e\u043c\u043e\u0439 \u0447\u0435\u0440\u0435\u0437 \u0441\u0430\u0434.",  # noqa: E501  # one sentence
    "ja": "\u6e56\u306e\u305d\u3070\u306b\u8239\u3092\u7f6e\u3044\u3066\u5bb6\u306b\u5e30\u3063\u305f\u3002",
}


@pytest.mark.parametrize("tag", TEXTS)
def test_a_sentence_has_its_language(tag: str) -> None:
    """With how sure the model is."""
    found = language_of(TEXTS[tag])

    assert found is not None
    assert found.tag == tag
    assert LEAST_PROBABILITY <= found.probability <= 1


@pytest.mark.parametrize(
    "text", ["", "ok", "hello", "12345 67890 !!!", "\U0001f6f6" * 50, "blorvex quimzat vlorix", "\ud800" * 30]
)
def test_nothing_is_said_where_it_is_not_known(text: str) -> None:
    """Too short, no letters, no language."""
    assert language_of(text) is None


def test_only_the_beginning_is_read() -> None:
    """However long a text is."""
    assert language_of(TEXTS["en"] * (MAX_CHARACTERS // 40) + TEXTS["ru"] * 10_000) == language_of(
        (TEXTS["en"] * (MAX_CHARACTERS // 40))[:MAX_CHARACTERS]
    )


def test_many_threads_are_answered_alike() -> None:
    """The model is only read."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(language_of, list(TEXTS.values()) * 10))
    assert found == [language_of(text) for text in TEXTS.values()] * 10


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_an_answer(text: str) -> None:
    """Half characters included."""
    found = language_of(text)
    assert found is None or 2 <= len(found.tag) <= 3
