"""What a platform tells of an account: read as it was told, or refused field by field without a word of it repeated."""

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.filing.reports import NOW
from laws import examples
from tutela.core.filing.account_facts import AccountFacts, are_wanted, facts_period
from tutela.core.filing.contacts import Email
from tutela.core.filing.facts_file import facts_json, parse_facts, parts_told, stored_facts
from tutela.core.filing.facts_table import FACT_SHAPES, MOST_ITEMS, MOST_MESSAGES
from tutela.core.filing.reading import LONGEST, MOST_PROBLEMS
from tutela.core.filing.wire_words import TraceEvent
from tutela.core.ids import AccountId
from tutela.errors import BadInput, WrongFields

TOLD: dict[str, Any] = {
    "person": {
        "first_name": "Sam",
        "emails": [{"address": "sam@meadow.alt", "is_verified": True, "verified_at": "2026-01-02T00:00:00Z"}],
        "phones": [{"number": "5550100", "calling_code": "+44", "kind": "mobile"}],
        "born_on": "1990-02-03",
    },
    "service": "Meadow",
    "screen_name": "sam",
    "display_names": ["Sam", "Sammy"],
    "profile_urls": ["https://meadow.alt/u/sam"],
    "profile_bio": "I like lakes.",
    "ip_events": [
        {"ip": "192.0.2.10", "event": "login", "at": "2026-11-20T17:59:00+01:00", "port": 51000},
        {"ip": "2001:db8::1", "event": "Registration"},
    ],
    "devices": [{"id_kind": "IMEI", "id_value": "490154203237518"}],
    "location": {"country": "US", "region": "IL", "city": "Springfield"},
    "permanently_disabled": {"disabled_at": "2026-11-21T00:00:00Z", "is_user_notified": False},
    "associated": [{"kind": "linked", "identifier": "user-9", "approximate_age": 30}],
    "items": [
        {
            "id": "post-1",
            "posted_at": "2026-11-20T18:00:00Z",
            "url": "https://meadow.alt/p/1",
            "is_public": True,
            "ip_event": {"ip": "192.0.2.10", "event": "upload", "port": 443},
            "files": [{"original_name": "lake.jpg"}],
            "around": [{"by": "user-7", "at": "2026-11-20T17:00:00Z", "text": "hello"}],
        }
    ],
}  # fmt: skip

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"persn": {}}, "persn", "no such field"),
    ({"Sam@Meadow": 1}, "(a name that is not repeated here)", "no such field"),
    ({"person": {"emails": [{"address": "nothing"}]}}, "person.emails.0.address", "name@host"),
    ({"person": {"emails": [{}]}}, "person.emails.0.address", "missing"),
    ({"person": {"born_on": "2010-02-30"}}, "person.born_on", "2010-02-03"),
    ({"person": {"age": "14"}}, "person.age", "without quotation marks"),
    ({"person": {"age": True}}, "person.age", "whole number"),
    ({"person": {"age": 200}}, "person.age", "0 to 150"),
    ({"person": []}, "person", "object"),
    ({"display_names": "Sam"}, "display_names", "list"),
    ({"ip_events": [{"ip": "192.0.2.999"}]}, "ip_events.0.ip", "IPv4"),
    ({"ip_events": [{"ip": "192.0.2.1", "port": 70000}]}, "ip_events.0.port", "1 to 65535"),
    ({"ip_events": [{"ip": "192.0.2.1", "at": "2026-11-20T17:59:00"}]}, "ip_events.0.at", "with its zone"),
    ({"ip_events": [{"ip": "192.0.2.1", "at": "2027-11-20T17:59:00Z"}]}, "ip_events.0.at", "future"),
    ({"ip_events": [{"ip": "192.0.2.1", "at": 1}]}, "ip_events.0.at", "with its zone"),
    ({"ip_events": [{"ip": "192.0.2.1", "event": "flight"}]}, "ip_events.0.event", "registration"),
    ({"profile_urls": ["meadow"]}, "profile_urls.0", "https://"),
    ({"location": {"city": "Springfield", "country": "US"}}, "location.region", "two letters"),
    ({"location": {"country": "ZZ"}}, "location.country", "ISO 3166-1"),
    ({"is_compromised": "yes"}, "is_compromised", "true or false"),
    ({"associated": [{"kind": "cousin"}]}, "associated.0.kind", "linked"),
    ({"associated": [{"identifier": "x"}]}, "associated.0.kind", "missing"),
    ({"items": [{"id": "a"}, {"id": "a"}]}, "items.1.id", "twice"),
    ({"items": [{"id": "a", "around": [{"by": "b"}]}]}, "items.0.around.0.text", "missing"),
    ({"items": [{"id": str(n)} for n in range(MOST_ITEMS + 1)]}, "items", f"{MOST_ITEMS}"),
    ({"profile_bio": "x" * (LONGEST + 1)}, "profile_bio", "beginning"),
    ({"prior_reports": [1]}, "prior_reports", "no such field"),
]  # fmt: skip


def parsed(told: Any) -> AccountFacts:
    """Return what is read of *told*."""
    return parse_facts(json.dumps(told), NOW)


def test_what_is_told_is_read_in_the_words_of_the_report() -> None:
    """Times become UTC; an event may be named as we do or as the authority does."""
    facts = parsed(TOLD)

    assert facts.person is not None
    assert facts.person.emails == (
        Email(address="sam@meadow.alt", is_verified=True, verified_at=datetime.fromisoformat("2026-01-02T00:00:00Z")),
    )
    assert facts.person.born_on == date(1990, 2, 3)
    assert [each.event for each in facts.ip_events] == [TraceEvent.LOGIN, TraceEvent.REGISTRATION]
    assert facts.ip_events[0].at == datetime.fromisoformat("2026-11-20T16:59:00Z")
    told = facts.item("post-1")
    assert told is not None
    assert told.around[0].text == "hello"
    assert facts.item("post-2") is None


@pytest.mark.parametrize(("told", "place", "remedy"), WRONG, ids=[place for _, place, _ in WRONG])
def test_each_wrong_field_is_named_with_what_to_do(told: dict[str, Any], place: str, remedy: str) -> None:
    """The place is a name of ours and numbers; the sentence ends in a remedy."""
    with pytest.raises(WrongFields) as raised:
        parsed(told)

    [problem] = [each for each in raised.value.places if each["place"] == place]
    assert remedy in problem["message"]


def test_all_that_is_wrong_is_told_at_once_and_not_without_end() -> None:
    """Nobody mends fields one request at a time."""
    with pytest.raises(WrongFields) as two:
        parsed({"screen_name": 1, "ip_events": [{"ip": "x"}]})
    with pytest.raises(WrongFields) as many:
        parsed({"display_names": [1] * 400})

    assert [each["place"] for each in two.value.places] == ["screen_name", "ip_events.0.ip"]
    assert len(many.value.places) == MOST_PROBLEMS


@pytest.mark.parametrize(
    "sent", ["", "nothing", b"\xff", '{"a":1,"a":2}', '{"age":NaN}', "[" * 100_000, "1" * 10_000, "[]", "null", '"x"']
)
def test_what_is_no_object_of_json_is_refused(sent: Any) -> None:
    """Also a name that stands twice: whoever reads it otherwise would read something else."""
    with pytest.raises(BadInput) as raised:
        parse_facts(sent, NOW)

    assert raised.value.place == "body"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8).map("secret-".__add__),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from([*TOLD, *TOLD["person"], "ip", "at", "kind"]), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*TOLD, "other"]), _JSON, max_size=4))
@settings(max_examples=examples(100))
def test_hostile_facts_end_in_a_value_or_in_places_and_are_never_repeated(told: dict[str, Any]) -> None:
    """Whatever stands where: no other error, and no word of what was sent in ours."""
    try:
        facts = parsed(told)
    except BadInput as error:
        said = json.dumps(getattr(error, "places", [])) + str(error)
        assert "secret-" not in said
    else:
        assert stored_facts(facts_json(facts)) == facts


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return {name: each for name, each in named.items() if each not in (None, [])}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def test_what_was_read_can_be_told_again() -> None:
    """What is stored has the words in which it was told, so that a platform can compare."""
    facts = parsed(TOLD)

    assert parsed(_plain(facts)) == facts
    assert stored_facts(facts_json(facts)) == facts


def test_half_surrogates_and_long_texts_are_kept_as_they_came() -> None:
    """A platform tells what its users wrote; what the form cannot carry goes into a file when the report is packed."""
    bio = "\ud800" + "long " * 10_000

    assert stored_facts(facts_json(parsed({"profile_bio": bio}))).profile_bio == bio


def test_only_names_of_parts_are_said_without_the_facts() -> None:
    """So that an officer sees what is missing, and a platform what it has told."""
    assert parts_told(parsed(TOLD)) == tuple(name for name in asdict(AccountFacts()) if name in TOLD)
    assert parts_told(AccountFacts()) == ()
    assert MOST_MESSAGES >= 1000
    assert set(TOLD) <= {each.field for each in FACT_SHAPES["accountFacts"].elements}


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("told_ago", "asked_ago", "is_wanted"),
    [
        (None, None, True),
        (None, HOUR, False),
        (None, 25 * HOUR, True),
        (2 * HOUR, None, False),
        (24 * HOUR, None, False),
        (26 * HOUR, None, True),
        (26 * HOUR, HOUR, False),
    ],
)
def test_facts_are_asked_for_once_a_day_until_they_are_there(
    told_ago: timedelta | None, asked_ago: timedelta | None, *, is_wanted: bool
) -> None:
    """A finding an hour ago takes facts of the day before it."""
    told, asked = (None if ago is None else NOW - ago for ago in (told_ago, asked_ago))

    assert are_wanted(told, asked, NOW - HOUR, NOW) is is_wanted


def test_after_a_destruction_facts_lie_under_another_key() -> None:
    """A period that was destroyed is never made again, and its name is one that the key ring takes."""
    assert facts_period(AccountId("acc_01"), 1) == "facts-acc-01"
    assert facts_period(AccountId("acc_01"), 2) == "facts-acc-01-2"
