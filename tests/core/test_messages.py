"""What is said to the people who asked, when it is tried again, and to which addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.bootstrap.loading import load_message_texts
from tutela.core.clocks import Signal
from tutela.core.mail import MailFailure, mail_address
from tutela.core.message_texts import MessageTexts, parse_message_texts, text_of, texts_for
from tutela.core.messages import (
    GIVEN_UP_AFTER,
    PAUSES,
    MessageKind,
    MessageState,
    next_day,
    settle,
    signal_of,
    start_of_day,
)
from tutela.errors import BadInput, Misconfigured

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEXTS = load_message_texts()
LINK = "https://desk.example/desk/status"
SHOWN_ON_A_LOCK_SCREEN = 200
TELLING = (
    "tutela", "child", "minor", "abuse", "sexual", "image", "picture", "photo", "video", "report", "notice", "appeal",
    "complaint", "content", "police", "safety", "remov", "delet", "suspend", "account", "platform", "decision",
    "kind ", "missbrauch", "bild", "foto", "meld", "beschwerde", "einspruch", "inhalt", "polizei", "gelöscht", "konto",
    "entscheid", "sperr",
)  # fmt: skip
"""Words that would say what it is about, in the languages that ship."""


@pytest.mark.parametrize("language", TEXTS)
def test_nothing_of_a_message_says_what_it_is_about(language: str) -> None:
    """Neither subject nor text; and whatever it tells, subject and first words are the same."""
    texts = TEXTS[language]
    whole = {kind: text_of(texts, kind, None) for kind in MessageKind}

    assert len({each[:SHOWN_ON_A_LOCK_SCREEN] for each in whole.values()}) == 1
    assert len(set(whole.values())) == len(MessageKind)
    for said in (texts.subject, *whole.values()):
        assert [word for word in TELLING if word in said.lower()] == []
        assert "http" not in said
        assert "@" not in said


@pytest.mark.parametrize("language", TEXTS)
def test_a_link_is_there_only_for_who_asked_for_one(language: str) -> None:
    """And nothing else in it changes."""
    texts = TEXTS[language]
    without = text_of(texts, MessageKind.OUTCOME, None)
    with_link = text_of(texts, MessageKind.OUTCOME, LINK)

    assert LINK in with_link
    assert with_link.replace("\n\n" + texts.link.replace("{link}", LINK), "") == without


def test_english_and_one_more_language_ship() -> None:
    """A language is a file."""
    assert {"en", "de"} <= set(TEXTS)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de_CH", "de"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
        ("-", "en"),
    ],
)
def test_a_language_is_found_by_its_first_part(said: str, language: str) -> None:
    """Whatever region is behind it; English where there is none."""
    assert texts_for(TEXTS, said).language == language


def parsed(**changed: object) -> dict[str, object]:
    """Return a file of texts as a TOML reader returns it."""
    told = {kind.value: "a" for kind in MessageKind}
    whole = {"language": "xx", "subject": "a", "opening": "a", "where": "a", "link": "see {link}", "closing": "a"}
    return {**whole, "told": told, **changed}


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "a\nBcc: b"},
        {"subject": "a\u2028b"},
        {"subject": " "},
        {"link": "no part"},
        {"link": "{link} {link}"},
        {"opening": "{name}"},
        {"closing": "a } b"},
        {"language": "English"},
        {"told": {"receipt": "a"}},
        {"more": "a"},
    ],
)
def test_a_file_of_texts_that_is_not_whole_is_refused(changed: dict[str, object]) -> None:
    """A missing sentence would be a mail without a word."""
    assert isinstance(parse_message_texts(parsed(), place="xx.toml"), MessageTexts)
    with pytest.raises(Misconfigured) as refused:
        parse_message_texts(parsed(**changed), place="xx.toml")
    assert "xx.toml" in str(refused.value)


failures = st.sampled_from(MailFailure)


@given(failures, st.integers(1, 500), st.timedeltas(timedelta(0), timedelta(days=6)), st.floats(0, 1))
def test_no_failure_but_an_unknown_address_ends_a_message_within_six_days(
    failure: MailFailure, tries: int, later: timedelta, dice: float
) -> None:
    """However often it was tried; and the next try is never more than an hour and a fifth away."""
    settled = settle(failure, tries, AT, AT + later, dice)

    if failure is MailFailure.BOUNCED:
        assert settled.state is MessageState.BOUNCED
    else:
        assert settled.state is MessageState.WAITING
        assert timedelta(0) < settled.next_at - AT - later <= PAUSES[-1].delta * 1.2


@given(failures, st.integers(1, 500), st.floats(0, 1))
def test_a_message_is_given_up_after_a_week(failure: MailFailure, tries: int, dice: float) -> None:
    """What stands on the page has stood there all the time."""
    settled = settle(failure, tries, AT, AT + GIVEN_UP_AFTER.delta, dice)

    assert settled.state in {MessageState.BOUNCED, MessageState.EXPIRED}
    assert settle(None, tries, AT, AT + GIVEN_UP_AFTER.delta, dice).state is MessageState.SENT


@pytest.mark.parametrize(
    ("kind", "state", "signal"),
    [
        (MessageKind.RECEIPT, MessageState.SENT, Signal.RECEIPT_SENT),
        (MessageKind.RECEIPT, MessageState.BOUNCED, Signal.RECEIPT_SHOWN),
        (MessageKind.RECEIPT, MessageState.WAITING, None),
        (MessageKind.APPEAL_RECEIVED, MessageState.SHOWN, Signal.RECEIPT_SHOWN),
        (MessageKind.UPDATE, MessageState.SENT, Signal.UPDATE_SENT),
        (MessageKind.UPDATE, MessageState.EXPIRED, Signal.UPDATE_SHOWN),
        (MessageKind.OUTCOME, MessageState.SENT, None),
        (MessageKind.MORE_WANTED, MessageState.SHOWN, None),
    ],
)
def test_a_clock_hears_of_receipts_and_updates_when_they_are_out(
    kind: MessageKind, state: MessageState, signal: Signal | None
) -> None:
    """A decision is not made by telling it."""
    assert signal_of(kind, state) is signal


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("anna@example.org", "anna@example.org"),
        (" Anna.B+tag@Example.ORG ", "Anna.B+tag@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("jörg@example.org", "jörg@example.org"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
        ("jo\u0308rg@example.org", "jörg@example.org"),
        ("anna@localhost", "anna@localhost"),
        ("anna@example.org\r\n", "anna@example.org"),  # space at the ends is how people paste
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_of_any_script_is_taken(written: str, address: str) -> None:
    """Its host as mail servers write it, and letters that look the same made the same."""
    assert mail_address(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "", "@", "anna", "anna@", "@example.org", "a@b@c", "anna@exa mple.org", "anna @example.org", "a..b@example.org",
        ".a@example.org", "a.@example.org", "anna@example..org", "anna@-example.org", "anna@192.0.2.1",
        "anna@[192.0.2.1]", "anna@example.org\nBcc: x@example.org", "anna\n@example.org",
        "anna\x00@example.org", "anna@example.org,b@example.org", "<anna@example.org>", "Anna <anna@example.org>",
        '"anna"@example.org', "anna%b@example.org", "b!anna@example.org", "=?utf-8?q?a=0ab?=@example.org",
        "a" * 65 + "@example.org", "anna@" + "a" * 64 + ".org", "a@" + "b." * 130 + "org", "\ud800@example.org",
        "anna@\ud800.org", "anna\u200b@example.org", "anna\u202e@example.org", "anna@example.org?subject=x",
        "x" * 100_000,
        "a@" + "ü" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(written: str) -> None:
    """Whatever might be a second recipient, a header, or a route; and however long it is."""
    with pytest.raises(BadInput) as refused:
        mail_address(written)
    assert len(written) < len("anna@") or written not in str(refused.value)


@given(st.text(max_size=300))
def test_whatever_is_written_gives_an_address_of_one_line_or_none(written: str) -> None:
    """No control character, no space and no second @ gets through, and once is enough."""
    try:
        address = mail_address(written)
    except BadInput:
        return
    assert address.count("@") == 1
    assert address.isprintable()
    assert not set(address) & set(' ,;:<>()[]"\\%!=?/\r\n\t\x00')
    assert mail_address(address) == address


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # in UTC by the argument
def test_a_day_of_mails_is_a_day_in_utc(now: datetime) -> None:
    """Whatever zone and season."""
    assert start_of_day(now) <= now < next_day(now)
    assert next_day(now) - start_of_day(now) == timedelta(hours=24)
