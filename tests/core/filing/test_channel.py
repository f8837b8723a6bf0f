"""The channel's record: what switches it off, what keeps it off, what stops it, and where it may lead."""

import hashlib
import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.filing import reports
from tutela.core.filing.answers import Fault
from tutela.core.filing.channel import (
    Channel,
    ChannelChange,
    OffBecause,
    SchemaFacts,
    StatusCheck,
    changed,
    channel_facts,
    checked,
    disabled,
    enabled,
    is_check_due,
    is_troubled,
    noted_test,
    remote_address,
    stopped_by,
    unready,
    wire_settings,
)
from tutela.core.filing.outgoing import sent_name, verified
from tutela.core.filing.package import ChannelFacts
from tutela.core.filing.reporter_file import EXAMPLE, read_reporter
from tutela.core.filing.service_address import checked_address
from tutela.core.filing.states import Environment
from tutela.core.filing.value_file import read_value, value_json
from tutela.core.filing.wire_words import Feature
from tutela.core.ids import ReportId
from tutela.errors import BadInput, ContentDamaged, Misconfigured

NOW = reports.NOW
TEST, PRODUCTION = Environment.TEST, Environment.PRODUCTION
OK = StatusCheck(NOW, is_ok=True, http_status=200, code=0, remote_address="192.0.2.7")
READY = checked(
    changed(
        Channel(authority="ncmec"),
        ChannelChange(
            base_url="https://test.authority.alt/ispws", has_credentials=True, reporter=reports.REPORTER,
            schema_url=reports.SCHEMA_URL,
        ),
    ),
    OK,
)  # fmt: skip
ON = enabled(READY)
TESTED = noted_test(ON, ReportId("rep_1"), NOW)
IN_PRODUCTION = checked(
    changed(
        TESTED, ChannelChange(environment=PRODUCTION, base_url="https://authority.alt/ispws", has_credentials=True)
    ),
    OK,
)


def places(channel: Channel) -> list[str]:
    """Return what keeps a channel off."""
    return [each.place for each in unready(channel, NOW)]


def test_a_new_channel_is_off_and_says_all_that_is_missing() -> None:
    """Nothing of it is guessed."""
    new = Channel(authority="ncmec")

    assert not new.sends
    assert places(new) == ["base_url", "schema_url", "credentials", "reporter", "status"]
    assert places(READY) == []
    assert ON.sends


@pytest.mark.parametrize(
    "change",
    [
        ChannelChange(environment=PRODUCTION),
        ChannelChange(base_url="https://other.authority.alt/ispws"),
        ChannelChange(has_credentials=True),
    ],
)
def test_another_environment_address_or_credentials_switch_it_off_and_ask_anew(change: ChannelChange) -> None:
    """Whatever the authority said before was said to somebody else."""
    after = changed(replace(ON, stopped=stopped_by(ON, Fault.AUTH, NOW).stopped), change)

    assert (after.is_enabled, after.off_because) == (False, OffBecause.CHANGED)
    assert (after.status, after.status_ok_at, after.stopped) == (None, None, None)
    assert "status" in places(after)


@pytest.mark.parametrize(
    "change",
    [
        ChannelChange(),
        ChannelChange(base_url=ON.base_url, environment=TEST),
        ChannelChange(may_classify=True),
        ChannelChange(schema_url="https://authority.alt/other"),
    ],
)
def test_anything_else_leaves_it_on(change: ChannelChange) -> None:
    """Also the same once more."""
    assert changed(ON, change).sends


def test_environment_address_and_credentials_must_be_of_one() -> None:
    """Switching the environment alone leaves address and credentials of the other."""
    after = checked(changed(TESTED, ChannelChange(environment=PRODUCTION)), OK)

    assert places(after) == ["base_url", "credentials"]
    assert channel_facts(after) == ChannelFacts(PRODUCTION, TEST, TEST, is_enabled=False, status_ok_at=NOW)
    assert places(IN_PRODUCTION) == []
    assert "base_url" in places(replace(IN_PRODUCTION, base_url="http://authority.alt"))


@pytest.mark.parametrize(
    ("change", "is_good"),
    [
        ({}, True),
        ({"tested": None}, False),
        ({"schema_url": "https://authority.alt/other"}, False),
        ({"may_classify": True}, False),
        ({"reporter": replace(reports.REPORTER, template="Other words.")}, False),
        ({"schema": SchemaFacts("0" * 64, NOW, "file", frozenset({Feature.INFORMATIONAL}))}, False),
        ({"schema": SchemaFacts("0" * 64, NOW, "file")}, True),
        ({"approval": replace(READY.approval, people=2)}, True),
    ],
)
def test_production_needs_a_test_with_the_same_settings(change: dict[str, Any], is_good: bool) -> None:  # noqa: FBT001  # a table
    """All that stands in every report."""
    assert (places(replace(IN_PRODUCTION, **change)) == []) is is_good


def test_the_first_test_with_these_settings_is_the_one_that_is_named() -> None:
    """Another one with the same changes nothing; with others it takes its place."""
    other = changed(TESTED, ChannelChange(may_classify=True))
    again = noted_test(other, ReportId("rep_2"), NOW).tested

    assert noted_test(TESTED, ReportId("rep_2"), NOW) == TESTED
    assert again is not None
    assert again.report_id == "rep_2"


def test_settings_are_told_by_a_digest_that_holds_nothing_else() -> None:
    """Not even where they are sent."""
    assert wire_settings(TESTED) == wire_settings(IN_PRODUCTION)


@pytest.mark.parametrize("fault", [Fault.AUTH, Fault.CONFIG])
def test_a_refusal_of_us_stops_it_until_a_check_is_good(fault: Fault) -> None:
    """Since when is kept; an outage stops nothing."""
    refused = StatusCheck(NOW, is_ok=False, fault=fault)
    later = StatusCheck(NOW + timedelta(hours=1), is_ok=False, fault=fault)
    stopped = checked(checked(ON, refused), later)

    assert not stopped.sends
    assert stopped.stopped is not None
    assert (stopped.stopped.at, stopped.stopped.fault) == (NOW, fault)
    assert places(stopped) == ["status"]
    assert checked(stopped, OK).sends
    assert checked(ON, StatusCheck(NOW, is_ok=False, fault=Fault.SERVER)).sends


def test_it_is_asked_daily_and_sooner_where_nobody_answered() -> None:
    """Never where there is nobody to ask."""
    failed = checked(ON, StatusCheck(NOW, is_ok=False, fault=Fault.SERVER))

    assert not is_check_due(ON, NOW + timedelta(hours=19))
    assert is_check_due(ON, NOW + timedelta(hours=20))
    assert not is_check_due(failed, NOW + timedelta(minutes=14))
    assert is_check_due(failed, NOW + timedelta(minutes=15))
    assert is_check_due(changed(ON, ChannelChange(environment=PRODUCTION)), NOW)
    assert not is_check_due(Channel(authority="ncmec"), NOW)


@pytest.mark.parametrize(
    ("channel", "waiting", "is_wrong"),
    [
        (ON, (), False),
        (ON, (TEST,), False),
        (ON, (PRODUCTION,), True),
        (disabled(ON), (), False),
        (disabled(ON), (TEST,), True),
        (stopped_by(ON, Fault.AUTH, NOW), (), True),
        (replace(ON, status_ok_at=NOW - timedelta(hours=25)), (), True),
        (replace(ON, status_ok_at=None), (), True),
        (replace(disabled(ON), status_ok_at=None), (), False),
        (replace(ON, is_schema_seen=False), (), True),
    ],
)
def test_what_somebody_has_to_look_at(channel: Channel, waiting: tuple[Environment, ...], is_wrong: bool) -> None:  # noqa: FBT001  # a table
    """A channel that is off and nobody waits for is no trouble."""
    assert is_troubled(channel, NOW, waiting) is is_wrong


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("Remote User : sandbox, Remote Ip : 127.0.0.1", "127.0.0.1"),
        ("Remote User : x, Remote IP: 2001:db8::7", "2001:db8::7"),
        ("all is well", None),
        ("", None),
    ],
)
def test_the_address_that_the_authority_sees_is_told(told: str, address: str | None) -> None:
    """And nothing else of what it says."""
    assert remote_address(told) == address


def test_the_record_comes_back_as_it_was_stored() -> None:
    """With all that it has, and from an earlier version without what came since."""
    full = replace(
        stopped_by(IN_PRODUCTION, Fault.AUTH, NOW),
        schema=SchemaFacts("0" * 64, NOW, "file", frozenset(Feature), ("a",), ("b",)),
    )

    assert read_value(value_json(full), Channel, "channel") == full
    assert read_value(b'{"authority":"ncmec"}', Channel, "channel") == Channel(authority="ncmec")
    with pytest.raises(BadInput, match="channel"):
        read_value(b'{"authority":"ncmec","secret":1}', Channel, "channel")


@pytest.mark.parametrize(
    ("url", "environment", "kept"),
    [
        ("https://authority.alt/ispws/", PRODUCTION, "https://authority.alt/ispws"),
        ("http://127.0.0.1:8430/ispws", TEST, "http://127.0.0.1:8430/ispws"),
        ("http://localhost:8430", TEST, "http://localhost:8430"),
        ("https://localhost:8430", TEST, "https://localhost:8430"),
        ("http://127.0.0.1:8430/ispws", PRODUCTION, None),
        ("http://authority.alt/ispws", TEST, None),
        ("https://10.0.0.7/ispws", TEST, None),
        ("https://authority.alt/ispws?a=b", TEST, None),
        ("https://name:secret@authority.alt", PRODUCTION, None),
        ("authority.alt", PRODUCTION, None),
    ],
)
def test_reports_lead_out_by_https_or_to_a_stand_in_here(url: str, environment: Environment, kept: str | None) -> None:
    """The address is never repeated in an error: it may hold a password."""
    if kept is not None:
        assert checked_address(url, environment) == kept
        return
    with pytest.raises(BadInput) as error:
        checked_address(url, environment)
    assert "secret" not in str(error.value)


def test_who_reports_is_read_from_a_file_and_the_example_is_one() -> None:
    """Its domain is to be put in."""
    read = read_reporter(tomllib.loads(EXAMPLE))
    assert [each.address for each in read.person.emails] == ["safety@YOUR-DOMAIN"]
    assert read.contact is not None
    assert read.legal_url == "https://YOUR-DOMAIN/law-enforcement"
    with pytest.raises(Misconfigured, match="nickname"):
        read_reporter({"person": {"emails": ["a@meadow.alt"], "nickname": "x"}})
    with pytest.raises(Misconfigured, match="person"):
        read_reporter({})


@pytest.mark.parametrize("sizes", [(), (1,), (3, 4), (5, 0, 2)])
def test_bytes_leave_only_whole(sizes: tuple[int, ...]) -> None:
    """The last piece is kept back until all of them are what was sealed."""
    pieces = [bytes([at]) * size for at, size in enumerate(sizes)]
    whole = b"".join(pieces)
    digest = hashlib.md5(whole, usedforsecurity=False).hexdigest()

    assert b"".join(verified(pieces, digest.upper(), len(whole))) == whole
    for md5, size in (("0" * 32, len(whole)), (digest, len(whole) + 1), (digest, len(whole) - 1)):
        left: list[bytes] = []
        with pytest.raises(ContentDamaged):
            left.extend(verified(pieces, md5, size))
        assert len(b"".join(left)) < max(len(whole), 1)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("photo.JPG", "file-1.jpg"),
        (None, "file-1"),
        ('a"\r\nb.png', "file-1.png"),
        ("a.b c", "file-1"),
        ("a.superlong", "file-1"),
        ("\ud800.gif", "file-1.gif"),
    ],
)
def test_a_file_travels_under_a_number(name: str | None, sent: str) -> None:
    """What a user called it cannot reach a header."""
    assert sent_name(0, name) == sent
