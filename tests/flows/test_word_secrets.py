"""What is stored of banks of words opens again under the keys it was made by, and tells nothing without them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.adapters.keys.seal import KeySeal
from tutela.adapters.keys.sealing import expand
from tutela.core.ids import WordBankId, WordEntryId
from tutela.core.links import EntryKind, LinkBank, read
from tutela.core.names import NameIndex
from tutela.core.similar import KnownTexts, shingled
from tutela.core.word_banks import WordBankKind, WordEntry
from tutela.core.words import Context, Keyword, KeywordKind, words_of
from tutela.errors import BadInput, WrongKey
from tutela.flows.word_secrets import WordSecrets

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ENDS = datetime(2027, 5, 1, tzinfo=UTC)
TEXT = "who has seen the blue boat that lay by the old garden wall near the lake last night"


class Keys:
    """Derive from one secret; nothing else of a key ring is asked for."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def derive(self, purpose: str) -> bytes:
        """Return what the files' ring would."""
        return expand(self._secret, purpose)

    def wrap(self, period: str, key: bytes, *, context: bytes) -> bytes:
        """Nothing is wrapped here."""
        raise NotImplementedError

    def unwrap(self, period: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Nothing is wrapped here."""
        raise NotImplementedError

    def destroy_period(self, period: str) -> None:
        """Nothing is wrapped here."""

    def is_destroyed(self, period: str) -> bool:
        """Nothing is wrapped here."""
        raise NotImplementedError

    def periods(self) -> tuple[str, ...]:
        """There are none."""
        return ()


SECRETS = WordSecrets(Keys(b"s" * 32), KeySeal)
OTHER = WordSecrets(Keys(b"t" * 32), KeySeal)


def entry(held: bytes, *, entry_id: str = "wen_1", ends_at: datetime | None = None, category: str = "") -> WordEntry:
    """Return an entry as it would be stored."""
    return WordEntry(WordEntryId(entry_id), WordBankId("wbk_1"), b"m" * 16, held, NOW, ends_at, category)


terms = st.lists(st.sampled_from(["blorvex", "quimzat ruvo", "Überboot", "zorn"]), min_size=2, max_size=3, unique=True)
keywords = st.builds(
    Keyword,
    id=st.just("wen_1"),
    terms=terms.map(tuple),
    kind=st.sampled_from([KeywordKind.PHRASE, KeywordKind.NEAR, KeywordKind.ALL_OF]),
    within_words=st.integers(1, 100),
    language=st.sampled_from([None, "de", "pt-BR"]),
    is_whole_word=st.booleans(),
    is_common=st.booleans(),
    contexts=st.lists(st.builds(Context, terms.map(tuple), st.integers(1, 100), st.booleans()), max_size=2).map(tuple),
    category=st.sampled_from(["", "boats"]),
    weight=st.floats(0.1, 1000),
)


@given(keywords)
def test_a_keyword_comes_back_as_it_was(keyword: Keyword) -> None:
    """All of it, its id and category from the entry beside which it lies."""
    held = SECRETS.hold_keyword(WordEntryId("wen_1"), keyword)
    assert SECRETS.keyword(entry(held, category=keyword.category)) == keyword
    assert not any(term.encode() in held for term in keyword.terms)


@given(st.binary(max_size=200))
def test_what_was_not_sealed_does_not_open(held: bytes) -> None:
    """Any bytes are refused, with one error."""
    for opened in (SECRETS.keyword, SECRETS.name, SECRETS.text, SECRETS.link):
        with pytest.raises(WrongKey):
            opened(entry(held, ends_at=ENDS))


def test_a_keyword_opens_only_at_its_place_and_under_its_key() -> None:
    """Moved to another entry, or to another installation, it is bytes."""
    held = SECRETS.hold_keyword(WordEntryId("wen_1"), Keyword("wen_1", ("blorvex",)))
    for secrets, entry_id in ((SECRETS, "wen_2"), (OTHER, "wen_1")):
        with pytest.raises(WrongKey):
            secrets.keyword(entry(held, entry_id=entry_id))


def test_all_that_is_sealed_has_one_of_a_few_lengths() -> None:
    """A word of four letters and one of twelve are as long."""
    sizes = {len(SECRETS.hold_keyword(WordEntryId("wen_1"), Keyword("1", ("b" * size,)))) for size in range(4, 20)}
    assert len(sizes) <= 2


def test_a_link_is_found_by_the_hasher_it_was_stored_with() -> None:
    """And by no other."""
    held = SECRETS.hash_link(read("lake.example"), EntryKind.DOMAIN)
    bank = LinkBank.of([SECRETS.link(entry(held))])
    asked = read("https://boats.lake.example/a")
    assert [hit.entry_id for hit in bank.hits(SECRETS.links.asked(asked), NOW)] == ["wen_1"]
    assert not bank.hits(OTHER.links.asked(asked), NOW)


def test_a_name_is_found_however_it_is_written() -> None:
    """The entry has its basis and end again."""
    variants = SECRETS.hash_name("Ilvara Tumbrel", is_distinctive=False)
    stored = SECRETS.name(entry(SECRETS.hold_name(WordEntryId("wen_1"), variants, "asked by kin"), ends_at=ENDS))
    assert (stored.basis, stored.ends_at, stored.entry_id) == ("asked by kin", ENDS, "wen_1")
    found = NameIndex.build([stored], SECRETS.names).find(words_of("have you met TUMBREL, Ilvara at the lake?"), NOW)
    assert [hit.entry_id for hit in found.hits] == ["wen_1"]


def test_a_known_text_is_found_when_it_is_edited() -> None:
    """Under the secret for texts."""
    stored = SECRETS.text(entry(SECRETS.hash_text(TEXT)))
    words = words_of(f"hello! {TEXT.replace('blue', 'red')} please")
    found = KnownTexts.build([stored], SECRETS.texts.check).find(shingled(words, SECRETS.texts), words)
    assert [match.entry_id for match in found.matches] == ["wen_1"]


@pytest.mark.parametrize("text", ["", "lake", "two boats", "word " * 20_001])
def test_a_known_text_is_neither_what_everybody_says_nor_endless(text: str) -> None:
    """Told without the text."""
    with pytest.raises(BadInput) as caught:
        SECRETS.hash_text(text)
    assert not text.strip() or text not in str(caught.value)


SAME: Mapping[str, tuple[Keyword, Keyword]] = {
    "case and id": (Keyword(1, ("Blorvex",)), Keyword(2, ("blorvex",))),
    "order": (Keyword(1, ("zorn", "blorvex")), Keyword(1, ("blorvex", "zorn"))),
    "category and weight": (Keyword(1, ("zorn",), category="a"), Keyword(1, ("zorn",), weight=2.0)),
}


@pytest.mark.parametrize("name", SAME)
def test_entries_that_find_the_same_have_one_mark(name: str) -> None:
    """By it a bank has each once."""
    one, other = SAME[name]
    assert SECRETS.mark_of_keyword(one) == SECRETS.mark_of_keyword(other)


def test_marks_tell_kinds_and_installations_apart() -> None:
    """Whoever has two databases learns nothing from both."""
    marks = {secrets.mark(kind, b"same") for secrets in (SECRETS, OTHER) for kind in WordBankKind}
    assert len(marks) == 8
    assert SECRETS.mark_of_keyword(Keyword(1, ("zorn",))) != SECRETS.mark_of_keyword(
        Keyword(1, ("zorn",), language="de")
    )
