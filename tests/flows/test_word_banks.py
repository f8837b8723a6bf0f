"""Banks of words are kept and filled: each entry once, what is wrong is named by its line, nothing is told again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from make import Home
from tutela.adapters.twins.clock import START
from tutela.core.links import EntryKind, LinkBank, read
from tutela.core.names import NameIndex
from tutela.core.similar import KnownTexts, shingled
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.core.word_rows import NewName, NewText
from tutela.core.words import Keyword, KeywordBank, words_of
from tutela.core.words.keyword_patterns import MAX_PATTERNS
from tutela.errors import BadInput, Conflict, TutelaError, UnknownBank, UnknownWordEntry
from tutela.flows import fill_word_bank
from tutela.flows.fill_word_bank import NewKeyword, NewLink, NewWord, WordList, WordsReport
from tutela.flows.keep_word_banks import NewWordBank, WordBankChange
from tutela.flows.prepare_words import WordFormat

TEXT, CSV, JSONL = WordFormat
KEYWORDS, LINKS, NAMES, TEXTS = WordBankKind
CLAUSE = "cse.conversation"
SCRIPT = "who has seen the blue boat that lay by the old garden wall near the lake last night"


def create(home: Home, kind: WordBankKind = KEYWORDS, name: str = "lakes", **more: Any) -> WordBank:
    """Create a bank."""
    return home.house.keep_word_banks.create(NewWordBank(name, kind, CLAUSE, "a test", **more), "per_1")


def fill(
    home: Home, content: str, form: WordFormat = TEXT, *, is_preview: bool = False, ends_at: datetime | None = None
) -> WordsReport:
    """Take a list in."""
    words = WordList(content.encode(), form, ends_at)
    return home.house.fill_word_bank.take_list("lakes", words, "per_1", is_preview=is_preview)


def numbers(report: WordsReport) -> tuple[int, int, int, int, int]:
    """Return rows, added, known, repeated, rejected."""
    return report.rows, report.added, report.known, report.repeated, report.rejected


def entries(home: Home, name: str = "lakes") -> list[WordEntry]:
    """Return what is stored."""
    return list(home.house.word_banks.entries(home.house.keep_word_banks.find(name).id))


def day(home: Home, days: int) -> str:
    """Return a day from now on, as a list tells it."""
    return f"{home.clock.now() + timedelta(days):%Y-%m-%d}"


def test_a_list_is_previewed_and_then_taken_in(home_anywhere: Home) -> None:
    """A preview writes nothing; the list again adds nothing."""
    create(home_anywhere)
    content = "Blorvex\nquimzat ruvo\n\n# a remark\nBLORVEX\nx\n"
    shown = fill(home_anywhere, content, is_preview=True)
    assert numbers(shown) == (4, 2, 0, 1, 1)
    assert [(error.line, error.column) for error in shown.errors] == [(6, "term")]
    assert entries(home_anywhere) == []
    assert numbers(fill(home_anywhere, content)) == (4, 2, 0, 1, 1)
    assert numbers(fill(home_anywhere, content)) == (4, 0, 2, 1, 1)
    assert home_anywhere.house.keep_word_banks.size("lakes").entries == 2


def test_keywords_come_back_as_a_bank_that_finds_them(home_anywhere: Home) -> None:
    """All that a list says of them."""
    create(home_anywhere)
    fill(home_anywhere, "term,language,category\nblorvex;quimzat,de,boats\nzorn,,\n", CSV)
    fill(home_anywhere, '{"term": ["ruvo"], "type": "phrase", "weight": 2}', JSONL)
    secrets = home_anywhere.house.word_secrets
    opened = [secrets.keyword(entry) for entry in entries(home_anywhere)]
    assert {(each.terms, each.language, each.category, each.weight) for each in opened} == {
        (("blorvex", "quimzat"), "de", "boats", 1.0),
        (("zorn",), None, "", 1.0),
        (("ruvo",), None, "", 2.0),
    }
    [hit] = KeywordBank(opened).find("by the lake a Q u i m z a t").hits
    assert hit.entry_id in {entry.id for entry in entries(home_anywhere)}


def test_what_is_known_is_renewed_under_its_id(home_anywhere: Home) -> None:
    """What a list says now counts, also of what is sealed."""
    create(home_anywhere)
    fill(home_anywhere, "term,weight\nblorvex,2\n", CSV)
    [before] = entries(home_anywhere)
    ends_at = home_anywhere.clock.now() + timedelta(days=9)
    fill(home_anywhere, "term,weight,category\nblorvex,5,boats\n", CSV, ends_at=ends_at)
    [after] = entries(home_anywhere)
    assert (after.id, after.added_at, after.category) == (before.id, before.added_at, "boats")
    assert after.ends_at == ends_at
    assert home_anywhere.house.word_secrets.keyword(after).weight == 5


def test_links_are_met_by_what_was_stored(home: Home) -> None:
    """As a list of lines, or as a table with ends; written in disguise too."""
    create(home, LINKS)
    assert numbers(fill(home, "hxxps://boats[.]example/a\nlake.example\nnot a link\n")) == (3, 2, 0, 0, 1)
    ends = day(home, 3)
    table = f"domain,ends,category\npond.example,{ends},ponds\npond2.example,2001-01-01,\n"
    report = fill(home, table, CSV)
    assert [(error.line, error.column) for error in report.errors] == [(3, "ends")]
    secrets = home.house.word_secrets
    bank = LinkBank.of(map(secrets.link, entries(home)))
    now = home.clock.now()
    for link, is_met in (("https://boats.example/a", True), ("https://a.lake.example", True), ("boats.example", False)):
        assert bool(bank.hits(secrets.links.asked(read(link)), now)) is is_met
    asked = secrets.links.asked(read("pond.example"))
    assert bank.hits(asked, now)
    assert not bank.hits(asked, now + timedelta(days=4))


def test_names_are_held_on_a_basis_until_a_day(home: Home) -> None:
    """Whoever says neither is told so, by line."""
    create(home, NAMES)
    good, soon, late = f"Ilvara Tumbrel,asked by kin,{day(home, 30)}", day(home, 30), day(home, 900)
    wrong = (f"Odrin Vask,,{soon}", "Odrin Vask,b,", f"Odrin Vask,b,{late}", f"Odrin,b,{soon}")
    content = "\n".join(("name,basis,ends", good, *wrong))
    report = fill(home, content, CSV)
    assert numbers(report) == (5, 1, 0, 0, 4)
    assert [(error.line, error.column) for error in report.errors] == [
        (3, "basis"), (4, "ends"), (5, "ends"), (6, "name"),
    ]  # fmt: skip
    assert numbers(fill(home, "name,basis\nOdrin Vask,b\n", CSV, ends_at=home.clock.now() + timedelta(9)))[1] == 1
    secrets = home.house.word_secrets
    index = NameIndex.build(map(secrets.name, entries(home)), secrets.names)
    found = index.find(words_of("a letter to Tumbrel, Ilvara, and to odrin vask"), home.clock.now())
    assert len(found.hits) == 2


def test_known_texts_are_found_though_edited(home: Home) -> None:
    """A paragraph is a text; what everybody says is none."""
    create(home, TEXTS)
    assert numbers(fill(home, f"{SCRIPT}\n\nhello there\n\n{SCRIPT}")) == (3, 1, 0, 1, 1)
    secrets = home.house.word_secrets
    known = KnownTexts.build(map(secrets.text, entries(home)), secrets.texts.check)
    words = words_of(SCRIPT.replace("blue", "red"))
    assert [match.entry_id for match in known.find(shingled(words, secrets.texts), words).matches] == [
        entry.id for entry in entries(home)
    ]


WORDS: dict[WordBankKind, Callable[[datetime], NewWord]] = {
    KEYWORDS: lambda end: NewKeyword(Keyword("", ("blorvex",), category="c"), end),
    LINKS: lambda end: NewLink("boats.example", EntryKind.HOST, end, "c"),
    NAMES: lambda end: NewName("Ilvara Tumbrel", "asked by kin", end, category="c"),
    TEXTS: lambda end: NewText(SCRIPT, end, "c"),
}


@pytest.mark.parametrize("kind", WordBankKind)
def test_one_entry_is_added_renewed_and_removed(home_anywhere: Home, kind: WordBankKind) -> None:
    """Of each kind, in its bank and in no other."""
    create(home_anywhere, kind)
    end = home_anywhere.clock.now() + timedelta(days=9)
    house = home_anywhere.house
    entry_id, is_new = house.fill_word_bank.add("lakes", WORDS[kind](end), "per_1")
    assert house.fill_word_bank.add("lakes", WORDS[kind](end + timedelta(1)), "per_1") == (entry_id, False)
    assert is_new
    [stored] = house.keep_word_banks.page("lakes", None, 10)
    assert (stored.id, stored.category, stored.ends_at) == (entry_id, "c", end + timedelta(1))
    for other, word in WORDS.items():
        if other is not kind:
            with pytest.raises(BadInput):
                house.fill_word_bank.add("lakes", word(end), "per_1")
    house.keep_word_banks.remove("lakes", entry_id, "per_1")
    with pytest.raises(UnknownWordEntry):
        house.keep_word_banks.remove("lakes", entry_id, "per_1")
    assert entries(home_anywhere) == []


SOON = START + timedelta(days=9)
REFUSED: dict[str, tuple[WordBankKind, NewWord]] = {
    "a term of one letter": (KEYWORDS, NewKeyword(Keyword("", ("b",)))),
    "a category that says the term": (KEYWORDS, NewKeyword(Keyword("", ("blorvex",), category="BLORVEX"))),
    "a category with the term in it": (KEYWORDS, NewKeyword(Keyword("", ("blorvex",), category="of blorvex"))),
    "a category with a part of the name": (
        NAMES,
        NewName("Ilvara Tumbrel", "b", SOON, category="the Tumbrels: tumbrel"),
    ),
    "a category that says the host": (LINKS, NewLink("boats.example", None, None, "see boats.example")),
    "a public suffix": (LINKS, NewLink("co.uk", EntryKind.DOMAIN)),
    "two links": (LINKS, NewLink("boats.example lake.example")),
    "a table in a link": (LINKS, NewLink('boats.example","url\nlake.example')),
    "no link": (LINKS, NewLink("")),
    "a name without an end": (NAMES, NewName("Ilvara Tumbrel", "b", None)),
    "two words": (TEXTS, NewText("blue boats")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_entry_that_must_not_be_held_is_refused(home: Home, what: str) -> None:
    """Nothing of it is repeated or kept."""
    kind, word = REFUSED[what]
    create(home, kind)
    with pytest.raises(BadInput) as caught:
        home.house.fill_word_bank.add("lakes", word, "per_1")
    told = str(caught.value).casefold()
    assert not any(each in told for each in ("blorvex", "boats", "ilvara"))
    assert entries(home) == []


def test_lists_of_another_kind_are_refused_whole(home: Home) -> None:
    """Nothing of them is in."""
    create(home, LINKS)
    create(home, NAMES, "names")
    with pytest.raises(BadInput):
        fill(home, "{}", JSONL)
    with pytest.raises(BadInput):
        home.house.fill_word_bank.take_list("names", WordList(b"x", TEXT), "me", is_preview=False)


def test_a_list_is_not_endless(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in bytes, nor in what a bank holds."""
    create(home)
    monkeypatch.setattr(fill_word_bank, "MAX_ENTRIES", {KEYWORDS: 3})
    monkeypatch.setattr(fill_word_bank, "CHUNK_ROWS", 2)
    with pytest.raises(BadInput, match="holds 3"):
        fill(home, "\n".join(f"blorvex{'abcd'[n]}" for n in range(4)))
    assert len(entries(home)) == 2
    monkeypatch.setattr(fill_word_bank, "MAX_LIST_BYTES", 3)
    with pytest.raises(BadInput, match="3 bytes"):
        fill(home, "zorn")


def test_a_list_has_only_so_many_patterns(home: Home) -> None:
    """More would keep the bank from being compiled; the line says where it is too long."""
    create(home)
    rows = ["term,type", *(f"blorvex{n}x,pattern" for n in range(MAX_PATTERNS + 1))]
    with pytest.raises(BadInput, match="1000 patterns") as caught:
        fill(home, "\n".join(rows), CSV, is_preview=True)
    assert caught.value.place == f"line {MAX_PATTERNS + 2}"


BAD_BANKS: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"name": "Lakes!"}, "name"),
    "clause": ({"clause_id": "none"}, "clause"),
    "source": ({"source": " "}, "source"),
    "lines": ({"source": "a\nb"}, "source"),
    "zone": ({"licence_ends_at": datetime(2027, 1, 1)}, "licence_ends_at"),  # noqa: DTZ001  # that is what is wrong
}


@pytest.mark.parametrize("what", BAD_BANKS)
def test_a_bank_that_cannot_be_is_refused(home: Home, what: str) -> None:
    """The place names what is wrong."""
    wrong, place = BAD_BANKS[what]
    new = NewWordBank(**{"name": "lakes", "kind": KEYWORDS, "clause_id": CLAUSE, "source": "a test", **wrong})
    with pytest.raises(BadInput) as caught:
        home.house.keep_word_banks.create(new, "me")
    assert caught.value.place == place


def test_a_bank_is_switched_and_said_otherwise(home_anywhere: Home) -> None:
    """What is not named stays."""
    keep, now = home_anywhere.house.keep_word_banks, home_anywhere.clock.now()
    create(home_anywhere)
    with pytest.raises(Conflict):
        create(home_anywhere)
    assert keep.change("lakes", WordBankChange(is_active=False), "me").is_asked(now) is False
    changed = keep.change("lakes", WordBankChange(source="another", licence_ends_at=now + timedelta(9)), "me")
    assert (changed.is_active, changed.source, changed.licence_ends_at) == (False, "another", now + timedelta(9))
    assert keep.change("lakes", WordBankChange(is_licence_open=True), "me").licence_ends_at is None
    refused: tuple[Callable[[], object], ...] = (
        lambda: keep.change("none", WordBankChange(is_active=True), "me"),
        lambda: keep.page("none", None, 10),
        lambda: keep.size("none"),
        lambda: home_anywhere.house.fill_word_bank.take_list("none", WordList(b"", TEXT), "me", is_preview=True),
    )
    for each in refused:
        with pytest.raises(UnknownBank):
            each()


def test_what_must_not_be_held_any_more_is_forgotten(home_anywhere: Home) -> None:
    """What has ended, and what may not be kept beyond its licence; nothing else."""
    house, now = home_anywhere.house, home_anywhere.clock.now()
    create(home_anywhere)
    fill(home_anywhere, "blorvex\n", ends_at=now + timedelta(days=5))
    fill(home_anywhere, "quimzat\n")
    create(home_anywhere, name="lent", may_keep=False, licence_ends_at=now + timedelta(days=60))
    create(home_anywhere, name="kept", may_keep=True, licence_ends_at=now + timedelta(days=60))
    for name in ("lent", "kept"):
        house.fill_word_bank.take_list(name, WordList(b"zorn\nruvo", TEXT), "me", is_preview=False)
    assert (house.forget_words(), house.keep_word_banks.has_alarm()) == (0, False)
    home_anywhere.clock.advance(days=5)
    assert house.keep_word_banks.size("lakes").ended == 1
    assert (house.forget_words(), len(entries(home_anywhere))) == (1, 1)
    home_anywhere.clock.advance(days=40)
    assert house.keep_word_banks.has_alarm(), "the licence ends within thirty days"
    home_anywhere.clock.advance(days=15)
    assert (house.forget_words(), len(entries(home_anywhere, "lent")), len(entries(home_anywhere, "kept"))) == (2, 0, 2)
    assert house.forget_words() == 0


def test_the_job_is_among_those_that_run(home: Home) -> None:
    """Nobody has to start it."""
    create(home)
    [job] = [job for job in home.house.jobs if job.name == "forget_words"]
    fill(home, "blorvex\n", ends_at=home.clock.now() + timedelta(days=5))
    home.clock.advance(days=6)
    job.work()
    assert entries(home) == []


def test_the_audit_and_the_store_agree(home_anywhere: Home) -> None:
    """Everything that was done is in the audit, and no promise broke."""
    create(home_anywhere)
    fill(home_anywhere, "blorvex\nquimzat")
    home_anywhere.house.keep_word_banks.remove_all("lakes", [each.id for each in entries(home_anywhere)], "me")
    assert home_anywhere.house.verify().breaches == ()
    assert issubclass(UnknownWordEntry, TutelaError)
