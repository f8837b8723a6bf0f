"""Sending to the EU Transparency Database with the stand-in over HTTP: each kind of answer, and each that is lost."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from flows.test_statements import _is_let_in
from make import Home
from telling import EVERY_KEY, OFFICER, PROFILE, TellingOffice
from tutela.core.dsa.batches import RecordState, StopFault
from tutela.core.dsa.channel import ChannelChange
from tutela.core.dsa.sheets import Sheet, read
from tutela.core.dsa.validator import breaches
from tutela.core.filing.states import Environment
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.measures import MeasureKind
from tutela.core.operator import TRANSPARENCY, OperatorProfile
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.core.reversals import Reversal
from tutela.core.statements import DelayBasis
from tutela.core.units import EPOCH, Duration
from tutela.errors import BadInput, UnknownChannel, UnknownRecord
from tutela.ports.webhooks import Lease
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.transparency.server import Sandbox, listening

WAITING, STORED, REFUSED = (each.value for each in (RecordState.WAITING, RecordState.STORED, RecordState.REFUSED))


@pytest.fixture
def database() -> Iterator[Sandbox]:
    """Yield a stand-in that listens."""
    with listening(Sandbox()) as sandbox:
        yield sandbox


@pytest.fixture
def office(home_anywhere: Home, database: Sandbox) -> TellingOffice:
    """Return an office on the databases of the test, its channel on."""
    made = TellingOffice(home_anywhere, database)
    made.set_up()
    return made


def states(office: TellingOffice) -> list[str]:
    """Return how every record stands."""
    return sorted(row[0] for row in office.rows("state"))


def steps(office: TellingOffice) -> list[str]:
    """Return what the stand-in answers from now on, as it comes."""
    assert office.sandbox is not None
    seen: list[str] = []
    office.sandbox.told = seen.append
    return seen


@pytest.mark.both_databases
def test_what_people_were_told_is_sent_in_one_batch_and_kept_with_its_uuid(office: TellingOffice) -> None:
    """Removals go; a warning does not; nobody is in any of it."""
    office.remove_all(3)
    seen = steps(office)
    assert office.submit() == 3
    assert seen == ["statements 201"]
    stored = {each["puid"]: each for each in office.stored()}
    assert dict(office.rows("puid, uuid")) == {p: each["uuid"] for p, each in stored.items()}
    for each in stored.values():
        assert each["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert (each["content_language"], each["content_type"]) == ("DE", ["CONTENT_TYPE_TEXT"])
        assert each["decision_ground_reference_url"] == "https://board.example/t"
        said = json.dumps({name: value for name, value in each.items() if name != "puid"})
        assert not any(word in said for word in ("author-", "post-", "buy now", "itm_", "acc_", "dec_", "sta_"))
    assert (office.submit(), states(office)) == (0, [STORED] * 3)
    assert office.verbs.watch().lines == frozenset()
    assert office.home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_what_was_reversed_before_it_was_told_is_neither_told_nor_recorded(office: TellingOffice) -> None:
    """Nobody hears of it as if it were in force, and nobody is asked to deliver it; what was told before goes."""
    clock, house = office.home.clock, office.home.house
    cleared = office.remove("cleared", delay=Delay(clock.now() + timedelta(days=1), DelayBasis.REVIEW_PENDING))
    told = office.remove("told")
    clock.advance(hours=1)
    for decision in (cleared, told):
        house.reverse(Reversal(decision, Facts("looked at again"), Decider("name:bea")))
    clock.advance(days=2)
    book, now = house.statements.keep.book, clock.now()
    listed = office.verbs.keep.of_account(EVERY_KEY, "alice", None, 100)[0]
    of_page = [each.tracked for each in listed]
    for found in (book.untold(now, 100), book.waiting(now, 100), book.unrecorded(now, 100), of_page):
        decisions = {each.statement.decision_id for each in found}
        assert (cleared in decisions, told in decisions) == (False, True)
    assert book.undelivered(now) == len(book.waiting(now, 100))
    assert office.submit() == 1


def test_a_single_record_goes_alone_and_more_than_a_hundred_in_several(home: Home, database: Sandbox) -> None:
    """As many as are taken at once."""
    office = TellingOffice(home, database)
    office.set_up()
    seen = steps(office)
    office.remove_all(1)
    assert office.submit() == 1
    office.remove_all(102, first=1)
    assert office.submit() == 102
    assert seen == ["statement 201", "statements 201", "statements 201"]


@pytest.mark.both_databases
def test_one_that_is_refused_is_found_by_halving_and_the_others_are_stored(office: TellingOffice) -> None:
    """It waits for a person with what was said of it, and goes again when somebody has it go."""
    office.remove_all(9)
    office.verbs.draw_up()
    bad = office.rows("puid")[4][0]
    good = _change(office, bad, lambda body: {**body, "category": "STATEMENT_CATEGORY_NOTHING"})
    assert office.verbs.submit(lambda: False) == 8
    assert states(office) == [REFUSED] + [STORED] * 8
    [refused] = office.verbs.transparency.see(OFFICER).refused
    assert refused.puid == bad
    assert "category" in (refused.errors or "")
    assert office.verbs.watch().lines == {TRANSPARENCY}
    _change(office, bad, lambda _: good)
    with pytest.raises(UnknownRecord):
        office.verbs.transparency.again(OFFICER, "x")
    office.verbs.transparency.again(OFFICER, bad)
    assert (office.submit(), states(office)) == (1, [STORED] * 9)


def _change(office: TellingOffice, puid: str, change: Any) -> dict[str, Any]:
    engine = office.home.house.engine
    with engine.begin() as connection:
        asked = text("SELECT body FROM transparency_records WHERE puid = :puid")
        before: dict[str, Any] = json.loads(connection.execute(asked, {"puid": puid}).scalar_one())
        written = text("UPDATE transparency_records SET body = :body WHERE puid = :puid")
        connection.execute(written, {"puid": puid, "body": json.dumps(change(before))})
    return before


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("does", [Does.DROP_ANSWER, Does.GARBAGE])
def test_an_answer_that_is_lost_is_asked_for_by_key(office: TellingOffice, does: Does, count: int) -> None:
    """They are stored once; the uuid is read from where the database leads, which nobody follows."""
    assert office.sandbox is not None
    office.remove_all(count)
    office.sandbox.faults.add(Fault(does, "statement" if count == 1 else "statements"))
    assert office.submit() == 0
    assert states(office) == [WAITING] * count
    office.home.clock.advance(seconds=120)
    seen = steps(office)
    assert office.submit() == count
    assert seen == ["statement 302"] * count
    assert {row[0] for row in office.rows("uuid")} == {each["uuid"] for each in office.stored()}


def test_a_request_that_is_lost_is_asked_for_and_sent(office: TellingOffice) -> None:
    """The database has nothing, and says so."""
    assert office.sandbox is not None
    office.remove_all(2)
    office.sandbox.faults.add(Fault(Does.DROP_REQUEST, "statements"))
    assert office.submit() == 0
    office.home.clock.advance(seconds=120)
    seen = steps(office)
    assert office.submit() == 2
    assert seen == ["statement 404", "statement 404", "statements 201"]


@pytest.mark.both_databases
def test_a_key_that_is_there_already_is_stored(office: TellingOffice) -> None:
    """422 with `existing`: as after a backup was restored that does not know what was sent."""
    office.remove_all(3)
    assert office.submit() == 3
    with office.home.house.engine.begin() as connection:
        connection.execute(text("UPDATE transparency_records SET state = 'waiting', uuid = NULL, environment = NULL"))
    assert (office.submit(), states(office)) == (3, [STORED] * 3)
    assert {row[0] for row in office.rows("uuid")} == {each["uuid"] for each in office.stored()}
    assert len(office.stored()) == 3


@pytest.mark.parametrize(("status", "seconds"), [(500, 45), (503, 45), (429, 45)])
def test_what_passes_is_tried_again_later_and_later(office: TellingOffice, status: int, seconds: int) -> None:
    """Nothing at once: a minute, two, five, to hours; and then it is stored once."""
    assert office.sandbox is not None
    office.remove_all(2)
    office.sandbox.faults.add(Fault(Does.STATUS, status=status, times=3))
    assert office.submit() == 0
    pauses = []
    for _ in range(3):
        [next_us] = {row[0] for row in office.rows("MAX(next_us)")}
        pause = timedelta(microseconds=next_us) - (office.home.clock.now() - EPOCH)
        pauses.append(pause)
        assert office.submit() == 0, "not before its time"
        office.home.clock.advance(seconds=pause.total_seconds() + 1)
        office.submit()
    assert pauses[0] >= timedelta(seconds=seconds)
    office.home.clock.advance(days=1)
    office.submit()
    assert states(office) == [STORED] * 2
    assert len(office.stored()) == 2


@pytest.mark.both_databases
def test_a_token_that_was_replaced_stops_everything_until_somebody_sets_the_new_one(office: TellingOffice) -> None:
    """401: nothing is lost, nothing is tried, and the checklist says so."""
    assert office.sandbox is not None
    office.remove_all(2)
    token = office.sandbox.renew()
    assert office.submit() == 0
    seen = office.verbs.transparency.see(OFFICER)
    assert seen.channel.stopped is not None
    assert seen.channel.stopped.fault is StopFault.AUTH
    assert office.home.house.checklist()[TRANSPARENCY] is False
    answered = steps(office)
    assert (office.submit(), answered) == (0, [])
    still = office.verbs.transparency.check(OFFICER)
    assert still.channel.stopped is not None
    office.verbs.transparency.set(OFFICER, ChannelChange(), token)
    office.verbs.transparency.enable(OFFICER)
    assert (office.submit(), states(office)) == (2, [STORED] * 2)


def test_an_address_that_leads_elsewhere_stops_and_is_not_followed(office: TellingOffice) -> None:
    """A redirect of a record that is sent is no answer of the database."""
    assert office.sandbox is not None
    office.remove_all(2)
    office.sandbox.faults.add(Fault(Does.STATUS, status=302))
    assert office.submit() == 0
    stopped = office.verbs.transparency.see(OFFICER).channel.stopped
    assert stopped is not None
    assert stopped.fault is StopFault.CONFIG
    checked = office.verbs.transparency.check(OFFICER)
    assert checked.channel.stopped is None
    assert office.submit() == 2


def test_production_comes_after_the_sandbox_and_gets_everything(home: Home, database: Sandbox) -> None:
    """Nothing goes out before somebody says so; what the sandbox stored is sent again in earnest."""
    office = TellingOffice(home, database)
    home.house.profile.write(PROFILE)
    flow = office.verbs.transparency
    office.remove_all(2)
    assert (office.submit(), states(office)) == (0, [WAITING] * 2)
    with pytest.raises(UnknownChannel):
        flow.check(OFFICER)
    with pytest.raises(BadInput) as error:
        flow.enable(OFFICER)
    assert error.value.place == "url"
    flow.set(OFFICER, ChannelChange(base_url=database.url), "wrong token".replace(" ", "-"))
    assert flow.check(OFFICER).channel.stopped is not None
    flow.set(OFFICER, ChannelChange(), database.token)
    flow.enable(OFFICER)
    assert office.submit() == 2
    with pytest.raises(BadInput) as insecure:
        flow.set(OFFICER, ChannelChange(environment=Environment.PRODUCTION, base_url=database.url))
    assert insecure.value.place == "url"
    change = ChannelChange(environment=Environment.PRODUCTION, base_url="https://database.example")
    changed = flow.set(OFFICER, change)
    assert (changed.channel.is_enabled, [each.place for each in changed.lacks]) == (False, ["token"])
    flow.set(OFFICER, ChannelChange(), "production-token")
    assert flow.enable(OFFICER).channel.sends
    assert states(office) == [WAITING] * 2
    assert home.house.verify().breaches == ()


def test_what_came_back_from_a_backup_sends_nothing(office: TellingOffice) -> None:
    """A drill beside what runs must not; whoever restores in earnest switches it on, and nothing is stored twice."""
    office.remove_all(1)
    assert office.verbs.transparency.disable_restored()
    assert not office.verbs.transparency.disable_restored()
    assert (office.submit(), office.verbs.transparency.see(OFFICER).channel.off_because) == (0, "restored")
    office.verbs.transparency.enable(OFFICER)
    assert office.submit() == 1


def test_a_small_enterprise_sends_nothing_and_an_unknown_one_waits(home: Home, database: Sandbox) -> None:
    """Article 19; and before anybody has said where the operator is, nothing is decided."""
    office = TellingOffice(home, database)
    office.remove("early")
    assert office.verbs.draw_up() == 0
    home.house.profile.write(OperatorProfile(**{**_values(PROFILE), "is_small_enterprise": True}))
    assert office.verbs.draw_up() == 2
    home.house.profile.write(PROFILE)
    office.remove("late", author="bob")
    assert office.verbs.draw_up() == 2
    assert len(office.rows()) == 1


def _values(profile: OperatorProfile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in profile.__slots__}


@pytest.mark.both_databases
def test_what_is_exported_is_what_is_sent_by_day(office: TellingOffice) -> None:
    """Both forms, both days included, sent or not."""
    office.remove_all(2)
    office.verbs.draw_up()
    day = office.home.clock.now().date()
    flow = office.verbs.transparency
    for sheet in Sheet:
        records = read(b"".join(flow.export(OFFICER, day, day, sheet)), sheet)
        assert sorted(each["puid"] for each in records) == [row[0] for row in office.rows("puid")]
        assert all(breaches(each) == () for each in records)
        assert read(b"".join(flow.export(OFFICER, date(2020, 1, 1), date(2020, 2, 1), sheet)), sheet) == []
    with pytest.raises(BadInput):
        flow.export(OFFICER, day, day - timedelta(days=1), Sheet.CSV)


def test_every_kind_that_a_person_may_use_passes_the_database(office: TellingOffice) -> None:
    """What the house allows, on items."""
    kinds = (
        MeasureKind.LIMIT_REACH,
        MeasureKind.REMOVE,
        MeasureKind.NO_ADS,
        MeasureKind.NO_PAYOUT,
        MeasureKind.EXCLUDE,
    )
    for number, kind in enumerate(kinds):
        office.remove(f"post-{number}", kind, author=f"author-{number}")
    assert office.submit() == len(kinds)
    assert states(office) == [STORED] * len(kinds)


@pytest.mark.both_databases
def test_two_processes_send_each_record_once(office: TellingOffice) -> None:
    """What one has in hand the other leaves alone."""
    office.remove_all(3)
    office.verbs.draw_up()
    now = office.home.clock.now()
    claimed = office.verbs.submit.records.claim(Lease("other", now, now + Duration(minutes=5).delta))
    assert claimed is not None
    assert len(claimed.records) == 3
    assert office.submit() == 0
    office.home.clock.advance(minutes=6)
    seen = steps(office)
    assert office.submit() == 3
    assert seen == ["statement 404"] * 3 + ["statements 201"]


def test_who_may_rule_the_channel(home: Home, database: Sandbox) -> None:
    """Officers set it up and switch it on; auditors and administrators read; no key does either."""
    flow, day = TellingOffice(home, database).verbs.transparency, date(2026, 1, 1)
    table = {
        "see": ({"file", "audit"}, flow.see),
        "export": ({"file", "audit"}, lambda p: flow.export(p, day, day, Sheet.CSV)),
        "set": ({"file"}, lambda p: flow.set(p, ChannelChange(base_url="no address"))),
        "check": ({"file"}, flow.check),
        "enable": ({"file"}, flow.enable),
        "disable": ({"file"}, flow.disable),
        "again": ({"file"}, lambda p: flow.again(p, "x")),
    }
    for verb, (takes, call) in table.items():
        for role in StaffRole:
            person = Principal("per_1", ROLE_SCOPES[role], OFFICER.person_id)
            assert _is_let_in(call, person) == bool(takes & ROLE_SCOPES[role]), (verb, role)
        assert _is_let_in(call, EVERY_KEY) == ("audit" in takes), verb
        assert not _is_let_in(call, Principal("", frozenset())), verb
