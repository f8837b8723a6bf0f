"""Setting the channel up: against the stand-in, with what operators get wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text

from core.filing import reports as drawn
from filed import AUTHORITY, PRODUCTION, TEST
from filing_office import ADA, SANDBOX, SCHEMA_URL, SETTINGS, FilingOffice
from make import Home
from tutela.core.filing.channel import ApprovalRule, Channel, ChannelChange
from tutela.core.filing.contacts import Email
from tutela.core.filing.states import Environment
from tutela.core.filing.wire_words import Feature
from tutela.core.operator import CHANNELS
from tutela.core.permissions import Principal
from tutela.errors import BadInput, Conflict, Forbidden, KeyMissing, Refused, TooLarge, Unavailable, UnknownChannel
from tutela.flows.channel_door import Credentials
from tutela.ports.reports import ReportAudit
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.ncmec.server import Sandbox
from tutela.sandbox.ncmec.xsd import schema


@pytest.fixture
def office(home_anywhere: Home, sandbox: Sandbox) -> FilingOffice:
    """An office whose channel is not set up."""
    home_anywhere.clock.set(drawn.NOW)
    return FilingOffice(home_anywhere, sandbox)


@pytest.mark.both_databases
def test_a_channel_is_set_up_checked_tested_and_switched_on(office: FilingOffice) -> None:
    """In the test environment first; in production only after a report was filed to its end there."""
    with pytest.raises(UnknownChannel):
        office.verbs.keep.enable(ADA, AUTHORITY)
    office.set_up(is_on=False)
    with pytest.raises(Refused):
        office.verbs.keep.set(ADA, AUTHORITY, replace(SETTINGS, reporter=replace(drawn.REPORTER, legal_url="no")))
    channel = office.verbs.keep.enable(ADA, AUTHORITY)
    assert channel.status is not None
    assert channel.status.remote_address == "127.0.0.1"

    real = ChannelChange(environment=PRODUCTION, base_url="https://authority.alt/ispws")
    office.verbs.keep.set(ADA, AUTHORITY, real, Credentials("real", "secret"))
    with pytest.raises(Refused) as error:
        office.verbs.keep.enable(ADA, AUTHORITY)
    assert {each["place"] for each in error.value.places} == {"status", "tested"}
    office.set_up()
    office.run(office.queue(b"hill"))
    office.verbs.keep.set(ADA, AUTHORITY, real, Credentials("real", "secret"))
    with pytest.raises(Refused) as error:
        office.verbs.keep.enable(ADA, AUTHORITY)
    assert {each["place"] for each in error.value.places} == {"status"}


@pytest.mark.parametrize(
    ("change", "credentials"),
    [
        (ChannelChange(base_url="http://authority.alt/ispws"), None),
        (ChannelChange(environment=PRODUCTION, base_url="http://127.0.0.1:8430/ispws"), None),
        (ChannelChange(schema_url="http://authority.alt/xsd"), None),
        (ChannelChange(approval=ApprovalRule(people=3)), None),
        (ChannelChange(approval=ApprovalRule(least_complete_percent=101)), None),
        (ChannelChange(), Credentials("a:b", "c")),
        (ChannelChange(), Credentials("a", "")),
        (ChannelChange(), Credentials("a", "b\nc")),
        (ChannelChange(), Credentials("a", "b" * 257)),
        (ChannelChange(reporter=replace(drawn.REPORTER, person=replace(drawn.REPORTER.person, emails=()))), None),
        (
            ChannelChange(
                reporter=replace(drawn.REPORTER, person=replace(drawn.REPORTER.person, emails=(Email(address="x"),)))
            ),
            None,
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    office: FilingOffice, change: ChannelChange, credentials: Credentials | None
) -> None:
    """With its place."""
    with pytest.raises(BadInput) as error:
        office.verbs.keep.set(ADA, AUTHORITY, change, credentials)

    assert error.value.place
    assert office.verbs.channels.all() == []


def test_only_authorities_whose_interface_is_spoken_have_a_channel(office: FilingOffice) -> None:
    """To others reports are filed by hand."""
    with pytest.raises(BadInput, match="ncmec"):
        office.verbs.keep.set(ADA, "nca", SETTINGS)


def test_credentials_lie_sealed_and_are_shown_nowhere(office: FilingOffice) -> None:
    """Neither in the record, nor in the audit, nor in an error; without their key they must be entered anew."""
    change = ChannelChange(base_url="https://authority.alt/ispws")
    office.verbs.keep.set(ADA, AUTHORITY, change, Credentials("planted-name", "planted-secret"))
    held = office.verbs.channels.credentials(AUTHORITY) or b""
    channel = office.channel()
    with office.home.house.engine.connect() as connection:
        told = [str(bytes(each)) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]

    for planted in ("planted-name", "planted-secret"):
        assert planted.encode() not in held
        assert planted not in repr(channel) + repr(Credentials(planted, planted)) + "".join(told)
    office.home.house.keys.destroy_period("channels")
    with pytest.raises(KeyMissing, match="Enter them anew"):
        office.verbs.check.check(ADA, AUTHORITY)


@pytest.mark.parametrize(
    ("fault", "is_stopped"),
    [
        (Fault(Does.STATUS, "/status", status=401), True),
        (Fault(Does.CODE, "/status", code=3000), True),
        (Fault(Does.STATUS, "/status", status=404), True),
        (Fault(Does.STATUS, "/status", status=502), False),
        (Fault(Does.CODE, "/status", code=1000), False),
        (Fault(Does.DROP_REQUEST, "/status"), False),
        (Fault(Does.GARBAGE, "/status"), False),
    ],
)
def test_a_check_that_fails_stops_the_channel_only_where_we_are_refused(
    office: FilingOffice,
    fault: Fault,
    is_stopped: bool,  # noqa: FBT001  # a table
) -> None:
    """An outage passes; it is on the checklist where it lasts a day."""
    office.set_up()
    office.break_next(fault)
    channel = office.verbs.check.check(ADA, AUTHORITY)

    assert (channel.stopped is not None) is is_stopped
    assert channel.status is not None
    assert not channel.status.is_ok
    assert office.verbs.watch.alarms() == (frozenset({CHANNELS}) if is_stopped else frozenset())
    assert office.verbs.check.check(ADA, AUTHORITY).stopped is None


def test_the_authority_is_asked_daily_by_itself(office: FilingOffice) -> None:
    """And at start; a channel that cannot be opened keeps no other from being asked."""
    office.set_up()
    assert office.verbs.check.check_due() == 0
    office.home.clock.advance(hours=21)
    with structlog.testing.capture_logs() as logs:
        assert office.verbs.check.check_due() == 1
        office.verbs.check.check_all()
        office.home.house.keys.destroy_period("channels")
        office.verbs.check.check_all()

    told = [each["event"] for each in logs if each["event"].startswith("channel_")]
    assert told == ["channel_checked", "channel_checked", "channel_unchecked"]
    assert office.channel().status_ok_at == office.home.clock.now()
    office.home.clock.advance(hours=25)
    assert office.verbs.watch.alarms() == {CHANNELS}


def test_a_downloaded_schema_is_stored_compared_and_asked(office: FilingOffice) -> None:
    """What it knows more of may be sent; what it says differently is told until somebody takes note."""
    office.set_up()
    fetched = office.verbs.schema.fetch(ADA, AUTHORITY)
    assert fetched.schema is not None
    assert (fetched.schema.source, fetched.features, fetched.is_schema_seen) == ("authority", frozenset(), True)
    newer = office.verbs.schema.put(ADA, AUTHORITY, schema(is_2026=True))
    assert newer.features == frozenset(Feature) & newer.features != frozenset()
    validate = office.verbs.schema.validator(AUTHORITY)
    assert validate is not None
    assert list(validate(b"<report/>"))

    drifted = schema().replace(b'name="platform"', b'name="service"')
    channel = office.verbs.schema.put(ADA, AUTHORITY, drifted)
    assert channel.schema is not None
    assert (channel.schema.unknown_to_us, channel.schema.unknown_to_them) == (("service",), ("platform",))
    assert office.verbs.watch.alarms() == {CHANNELS}
    assert office.verbs.channels.schema(AUTHORITY) == drifted
    for _ in range(2):
        office.verbs.schema.see(ADA, AUTHORITY)
    assert office.verbs.schema.put(ADA, AUTHORITY, drifted).is_schema_seen, "the same once more is nothing new"
    assert office.verbs.watch.alarms() == frozenset()


def test_what_is_no_schema_is_refused(office: FilingOffice) -> None:
    """Whoever gives it."""
    office.set_up()
    for wrong in (b"", b"<html/>", b"\x00" * 100):
        with pytest.raises(BadInput):
            office.verbs.schema.put(ADA, AUTHORITY, wrong)
    with pytest.raises(TooLarge):
        office.verbs.schema.put(ADA, AUTHORITY, b" " * (8 * 1024 * 1024 + 1))
    office.break_next(Fault(Does.STATUS, "/xsd", status=401), Fault(Does.GARBAGE, "/xsd"))
    with pytest.raises(Unavailable):
        office.verbs.schema.fetch(ADA, AUTHORITY)
    with pytest.raises(BadInput):
        office.verbs.schema.fetch(ADA, AUTHORITY)
    assert office.channel().schema is None


@pytest.mark.both_databases
def test_two_changes_at_once_are_not_both_made(office: FilingOffice) -> None:
    """Whoever comes second reads it again."""
    office.set_up()
    seen = office.channel()
    office.verbs.keep.disable(ADA, AUTHORITY)

    with pytest.raises(Conflict):
        office.verbs.channels.put(seen, replace(seen, schema_url=SCHEMA_URL + "2"), _audit())
    with pytest.raises(Conflict):
        office.verbs.channels.put(None, Channel(authority=AUTHORITY), _audit())


def _audit() -> ReportAudit:
    return ReportAudit("set", ADA.id)


def test_only_who_may_file_sets_it_up(office: FilingOffice) -> None:
    """Who draws reports up reads it: they must know whether it works."""
    office.set_up(TEST)
    drawing, other = (Principal("per_2", frozenset({scope})) for scope in ("reports", "read"))
    keep, check, held = office.verbs.keep, office.verbs.check, office.verbs.schema

    for verb in (
        lambda: keep.set(drawing, AUTHORITY, SETTINGS, SANDBOX),
        lambda: keep.enable(drawing, AUTHORITY),
        lambda: keep.disable(drawing, AUTHORITY),
        lambda: check.check(drawing, AUTHORITY),
        lambda: held.put(drawing, AUTHORITY, schema()),
        lambda: held.fetch(drawing, AUTHORITY),
        lambda: held.see(drawing, AUTHORITY),
        lambda: keep.all(other),
    ):
        with pytest.raises(Forbidden):
            verb()
    assert keep.all(drawing) == [keep.one(drawing, AUTHORITY)]
    assert keep.one(drawing, AUTHORITY).environment is Environment.TEST
    assert keep.enable(ADA, AUTHORITY) == office.channel(), "it is on already"
    assert keep.disable(ADA, AUTHORITY) == keep.disable(ADA, AUTHORITY)


def test_old_answers_do_not_switch_it_on(office: FilingOffice) -> None:
    """The authority must have said within a day that it knows us."""
    office.set_up(is_on=False)
    office.home.clock.set(drawn.NOW + timedelta(days=2))

    with pytest.raises(Refused, match="within a day"):
        office.verbs.keep.enable(ADA, AUTHORITY)
