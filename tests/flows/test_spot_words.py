"""What the banks of words hold is found in what people write, on a real house; and what cannot be asked is unknown."""

from dataclasses import replace
from datetime import timedelta

import pytest

import worded
from make import Home, md5, photo
from ruled import ADULT, YOUNG, event, fires, message, observe, rule, use, who
from tutela.core.content import Channel, ChannelKind
from tutela.core.coverage import DetectorKind, DetectorState
from tutela.core.event_facts import Written
from tutela.core.ids import ClauseId, EventId
from tutela.core.operator import Basis, OperatorProfile, Technique
from tutela.core.rules.types import FactValues
from tutela.core.spotting import NOTHING_SPOTTED, KeptSpots, Spotted
from tutela.core.word_banks import WordBankKind
from tutela.core.words import KeywordKind
from tutela.core.words.keyword_patterns import MAX_PATTERNS
from tutela.errors import WrongKey
from tutela.flows import word_engine
from tutela.ports.events import RecordedEvent

SPOTTED = 'detected("cse.seeking", text.clauses)'
ANN, KID = who("ann", ADULT), who("kid", YOUNG)
EVERYTHING = ("keywords", "links", "names", "texts")


def spotted(home: Home, text: str | None, **more: object) -> Spotted:
    """Return what is spotted in a text."""
    found: Spotted = home.house.spot_words(text, **more)  # type: ignore[arg-type]  # of the tests
    return found


def recorded(home: Home, event_id: EventId | None) -> RecordedEvent:
    """Return what is recorded of an event."""
    assert event_id is not None
    with home.house.store.read() as reader:
        found = reader.event(event_id)
    assert found is not None
    return found


def told(home: Home, text: str, name: str = "m1") -> FactValues:
    """Send a message in public, and return what is recorded of it."""
    [each] = observe(home, message(name, ANN, None, text=text))
    return recorded(home, each.event_id).facts


# ------------------------------------------------------------------------------------------------------ what is spotted


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("have you got blorvex for me", set()),
        ("have you got BLORVEX for me", {"case"}),
        ("have you got b l o r v e x for me", {"spacing"}),
        ("have you got bl0rv3x for me", {"sign"}),
        ("have you got bloooorvex for me", {"repeat"}),
    ],
)
def test_an_entry_is_spotted_however_it_is_disguised(home: Home, text: str, steps: set[str]) -> None:
    """Bank, entry, place and steps are told, and no words."""
    bank = worded.keywords(home.house, "blorvex")
    [spot] = spotted(home, text).spots

    [[start, end]] = spot.spans
    assert (spot.bank, spot.kind, spot.clause_id) == (bank.name, WordBankKind.KEYWORDS, worded.SEEKING)
    assert text[start:end].lower()[0] == "b"
    assert set(spot.steps) == steps
    assert spotted(home, text).is_disguised is (not steps <= {"case"})


def test_what_is_near_and_is_not_it_is_not_spotted(home: Home) -> None:
    """Words that hold it, and words that are like it."""
    worded.keywords(home.house, "blorvex")
    for text in ("blorvexing boats", "a blorve x-ray", "the florvex", ""):
        assert spotted(home, text) == NOTHING_SPOTTED


def test_links_are_spotted_in_a_text_beside_it_and_disguised(home: Home) -> None:
    """As text and as a link that the platform names; an ordinary host is none."""
    worded.links(home.house, "harbour.example")
    [inside] = spotted(home, "look at hxxps://boats.harbour[.]example/a").spots
    [beside] = spotted(home, None, links=("https://harbour.example/b", "no link at all")).spots

    assert (inside.spans, set(inside.steps)) == (((8, 41),), {"scheme", "bracketed_dot"})
    assert (beside.spans, beside.steps) == ((), ())
    assert spotted(home, "look at https://garden.example/a").spots == ()
    assert spotted(home, "look at hxxps://garden[.]example/a").is_disguised
    assert spotted(home, "look at https://bit.ly/a1").has_shortener


def test_a_known_text_is_spotted_with_edits_and_its_share_is_told(home: Home) -> None:
    """An advert that somebody copied; another one about boats is none."""
    worded.texts(home.house, worded.ADVERT)
    edited = worded.ADVERT.replace("green and blue", "red and white").replace("after seven", "after nine")
    [spot] = spotted(home, f"hello all! {edited}").spots

    assert spot.kind is WordBankKind.TEXTS
    assert spot.share is not None
    assert 0.5 <= spot.share < 1
    assert spotted(home, "lake boats are lovely at the old pier when the sun goes down in the evening").spots == ()


def test_nearly_identical_texts_share_a_likeness_without_any_bank(home: Home) -> None:
    """And other texts share none; a short one has none."""
    one, other = (spotted(home, worded.ADVERT + more).likeness for more in ("", " please"))

    assert set(one) & set(other)
    assert all(len(key) == 16 for key in one)
    garden = "in the garden behind the house somebody planted tall yellow flowers and a row of small trees last autumn"
    assert not set(one) & set(spotted(home, garden).likeness)
    assert spotted(home, "good morning").likeness == ()


def test_a_protected_name_counts_beside_something_else_and_never_alone(home: Home) -> None:
    """Beside a keyword, a link or known media; and not where the author says their own name."""
    worded.people(home.house, "Anselma Quorrin")
    worded.keywords(home.house, "blorvex")
    alone, beside = "who knows anselma quorrin", "who knows anselma quorrin and blorvex"

    assert spotted(home, alone) == NOTHING_SPOTTED
    assert (spotted(home, beside).names, len(spotted(home, beside).spots)) == (1, 2)
    assert [spot.spans for spot in spotted(home, beside).spots if spot.kind is WordBankKind.NAMES] == [()]
    assert spotted(home, alone, has_known_media=True).names == 1
    assert spotted(home, beside, author_name="Anselma Quorrin").names == 0
    assert spotted(home, "my name is anselma quorrin and blorvex").names == 0
    assert spotted(home, "missing person: anselma quorrin, blorvex").names == 0


def test_an_entry_that_has_ended_finds_nothing_from_that_moment_on(home: Home) -> None:
    """Whether or not anybody compiles anew."""
    worded.people(home.house, "Anselma Quorrin")
    home.clock.advance(days=364)
    assert spotted(home, "who knows anselma quorrin", has_known_media=True).names == 1
    home.clock.advance(days=2)
    assert spotted(home, "who knows anselma quorrin", has_known_media=True).names == 0


def test_a_language_is_recognised_where_a_bank_asks_and_the_platform_says_none(home: Home) -> None:
    """Entries of another language are not asked then."""
    text = "wir fahren morgen mit dem neuen Boot über den See und bringen blorvex mit"
    worded.keywords(home.house, "blorvex", language="sv")

    assert (spotted(home, text).language, spotted(home, text).spots) == ("de", ())
    assert len(spotted(home, text, language="sv").spots) == 1
    assert spotted(home, text, language="sv").language is None


# ------------------------------------------------------------------------------------------------ rules, and the record


@pytest.mark.both_databases
def test_rules_see_it_and_a_reviewer_sees_where(home_anywhere: Home) -> None:
    """The record holds which entry hit where, by which disguise; nobody's words."""
    home = home_anywhere
    worded.keywords(home.house, "blorvex")
    use(home, rule(SPOTTED), rule('in_bank("stand-ins", text.banks)', name="by-bank"))
    [each] = observe(home, message("m1", ANN, KID, text="any BL0RVEX here"))

    kept = recorded(home, each.event_id)
    assert (len(fires(home)), len(fires(home, "by-bank"))) == (1, 1)
    assert (kept.facts["text.banks"], kept.facts["text.clauses"]) == (("stand-ins",), ("cse.seeking",))
    assert kept.facts["text.is_disguised"] is True
    assert kept.spots is not None
    [spot] = kept.spots.spots
    assert (spot.spans, set(spot.steps)) == (((4, 11),), {"case", "sign"})
    with home.house.store.read() as reader:
        assert reader.spots_of([kept.event.id]) == {kept.event.id: kept.spots}


def test_what_is_posted_is_read_as_well_with_what_its_media_is(home: Home) -> None:
    """A name beside media of a bank."""
    worded.people(home.house, "Anselma Quorrin")
    use(home, rule("text.names > 0"))
    media = home.upload(photo())
    home.list(md5(media))
    home.submit("one", home.upload(photo("flower")), text="who knows anselma quorrin")
    assert fires(home) == []
    home.submit("two", media, text="who knows anselma quorrin")
    assert len(fires(home)) == 1


def test_what_is_planned_again_is_not_read_again(home: Home) -> None:
    """The banks are asked once for each text of a request."""
    asked = []
    spot = home.house.spot_words

    def counted(*arguments: object, **more: object) -> Spotted:
        asked.append(arguments)
        found: Spotted = spot(*arguments, **more)  # type: ignore[arg-type]  # as they were given
        return found

    use(home, rule(SPOTTED))
    home.house.__dict__["rule_work"] = replace(home.house.rule_work, spot=counted)
    with home.house.store.read():
        observe(home, *(message(f"m{n}", ANN, None, text="the same text") for n in range(3)))
    assert len(asked) == 1


def test_where_nobody_may_read_nothing_is_spotted(home: Home) -> None:
    """P12: without a basis for text there is no fact and no spot, and with one there is."""
    worded.keywords(home.house, "blorvex")
    use(home, rule(SPOTTED), rule(f"not {SPOTTED}", name="not-spotted"))
    private, now = Channel(ChannelKind.PRIVATE, conversation="c"), home.clock.now()
    behaviour, text = (
        Basis("DE", ChannelKind.PRIVATE, each, "the law that allows it", "assessment 1", now, now + timedelta(days=7))
        for each in (Technique.BEHAVIOUR, Technique.TEXT)
    )
    ann, kid = who("ann", ADULT, "DE"), who("kid", YOUNG, "DE")
    for bases, is_read in (((behaviour,), False), ((behaviour, text), True)):
        home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=bases))
        [each] = observe(home, message(f"m{is_read}", ann, kid, channel=private, text="blorvex"))
        kept = recorded(home, each.event_id)
        assert any(name.startswith("text.") for name in kept.facts) is is_read
        assert (kept.spots is not None) is is_read
    assert (len(fires(home)), len(fires(home, "not-spotted"))) == (1, 0)


# ------------------------------------------------------------------------------------------------- what cannot be asked


def test_a_bank_that_does_not_open_makes_unknown_and_not_nothing(home: Home) -> None:
    """What the others find is still told; a rule that asks for nothing found does not fire."""
    worded.keywords(home.house, "blorvex")
    broken = worded.bank(home.house, WordBankKind.LINKS, "hosts")
    worded.put(home.house, broken, worded.entry(home.house, broken, b"no entry at all"))
    use(home, rule(SPOTTED), rule(f"not {SPOTTED}", name="not-spotted"))

    assert home.house.word_engine.not_opened == ("hosts",)
    assert home.house.word_engine.compiled.unasked == (WordBankKind.LINKS,)
    facts = told(home, "a boat on the lake", "m1")
    assert not {"text.banks", "text.clauses", "text.is_disguised"} & facts.keys()
    assert facts["text.likeness"] == ()
    assert told(home, "blorvex", "m2")["text.clauses"] == ("cse.seeking",)
    assert (len(fires(home)), len(fires(home, "not-spotted"))) == (1, 0)
    with home.house.store.read() as reader:
        [one] = reader.events_by_platform_id(["m1"]).values()
    assert recorded(home, one.event_id).spots == KeptSpots((), unasked=(WordBankKind.LINKS,))


def test_a_bank_that_cannot_be_compiled_is_alone_not_opened(home: Home) -> None:
    """Too many patterns, from before that was refused: the others find what they hold, and the checklist says so."""
    worded.keywords(home.house, "blorvex")
    over = [f"quimzat{n}x" for n in range(MAX_PATTERNS + 1)]
    worded.keywords(home.house, *over, name="patterns", clause=ClauseId("cse.conversation"), kind=KeywordKind.PATTERN)

    assert home.house.word_engine.not_opened == ("patterns",)
    assert len(spotted(home, "blorvex").spots) == 1
    [conversation] = [each for each in home.house.read_coverage() if each.clause.id == "cse.conversation"]
    states = {each.name: each.state for each in conversation.detectors if each.kind is DetectorKind.WORD_BANK}
    assert states == {"patterns": DetectorState.BROKEN}


def test_what_may_be_quoted_is_not_held_against_whoever_quotes_it(home: Home) -> None:
    """P11: who reports, or refuses somebody, shows what came; no bank says anything of it."""
    worded.keywords(home.house, "blorvex")
    worded.links(home.house, "lakes.example")
    use(home, rule(SPOTTED), rule("text.length > 0", name="reads"))
    text = Written("they wrote: blorvex at https://lakes.example/")
    observe(
        home,
        event("r1", "report", KID, ANN, channel=Channel(), written=text),
        event("b1", "block", KID, ANN, channel=Channel(), written=text),
    )
    assert (fires(home), len(fires(home, "reads"))) == ([], 2)
    observe(home, message("m1", ANN, None, text=text.body))
    assert len(fires(home)) == 1


def test_a_bank_is_tried_again_though_nothing_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key may be back."""
    opened = home.house.word_secrets.keyword

    def closed(_entry: object) -> object:
        raise WrongKey("another key")

    monkeypatch.setattr(home.house.word_secrets, "keyword", closed)
    worded.keywords(home.house, "blorvex")
    assert home.house.word_engine.not_opened == ("stand-ins",)
    monkeypatch.setattr(home.house.word_secrets, "keyword", opened)
    assert not home.house.word_engine.refresh()
    home.clock.advance(seconds=word_engine.RETRIED_AFTER.seconds)
    assert home.house.word_engine.refresh()
    assert home.house.word_engine.not_opened == tuple[str, ...]()
    assert len(spotted(home, "blorvex").spots) == 1


def test_where_nobody_can_tell_what_changed_only_what_is_found_is_known(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compiled still finds what it knows, until a refresh succeeds."""
    worded.keywords(home.house, "blorvex")

    def lost() -> int:
        raise WrongKey("the database does not answer")

    with monkeypatch.context() as away:
        away.setattr(home.house.word_banks, "stamp", lost, raising=True)
        with pytest.raises(WrongKey):
            home.house.word_engine.refresh()
    assert [kind.value for kind in spotted(home, "a boat").unasked] == list(EVERYTHING)
    assert len(spotted(home, "blorvex").spots) == 1
    home.house.word_engine.refresh()
    assert spotted(home, "a boat") == NOTHING_SPOTTED


def test_an_engine_that_breaks_breaks_no_event(home: Home) -> None:
    """The event is recorded, and what was not asked is said."""
    broken = replace(home.house.spot_words, opener=None)  # type: ignore[arg-type]  # broken, as was said
    home.house.__dict__["rule_work"] = replace(home.house.rule_work, spot=broken)
    [each] = observe(home, message("m1", ANN, None, text=worded.ADVERT))

    kept = recorded(home, each.event_id)
    assert not {"text.banks", "text.clauses", "text.names"} & kept.facts.keys()
    assert kept.facts["text.length"] == len(worded.ADVERT)
    assert kept.spots == KeptSpots((), is_complete=False, unasked=tuple(WordBankKind))


def test_a_bank_that_is_switched_off_finds_nothing_at_once(home: Home) -> None:
    """And one whose licence has ended without a right to keep it, from that moment on."""
    made = worded.keywords(home.house, "blorvex")
    off = home.house.word_banks.change(made, replace(made, is_active=False), "changed", "person:ada")
    home.house.word_engine.refresh()
    assert spotted(home, "blorvex").spots == ()
    ends_at = home.clock.now() + timedelta(hours=1)
    licensed = replace(off, is_active=True, may_keep=False, licence_ends_at=ends_at)
    home.house.word_banks.change(off, licensed, "changed", "person:ada")
    home.house.word_engine.refresh()
    assert len(spotted(home, "blorvex").spots) == 1
    home.clock.advance(hours=1)
    assert spotted(home, "blorvex").spots == ()  # before anybody compiles anew
    home.house.word_engine.refresh()
    assert spotted(home, "blorvex").spots == ()
