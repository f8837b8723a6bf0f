"""Working on cases, in a whole house: who gets which, who keeps it, what is told when it moved."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from make import Home, md5, photo
from tutela.core.case_moves import HoldReason, SkipReason
from tutela.core.case_states import CaseState, Move
from tutela.core.cases import LEASE, CaseDraft, CaseReason
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, ClauseId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.core.roles import Role
from tutela.errors import BadInput, CaseMoved, Forbidden, NotForYou, TutelaError, UnknownCase, UnknownColleague
from tutela.flows.enact import Ledger
from tutela.flows.list_cases import AskedList
from tutela.flows.name_finding import Asked, AskedMeasure, On, OnCase
from tutela.ports.cases import CaseFilter

EVERYWHERE = CaseFilter()
SCOPES = frozenset({"cases", "detections", "decide", "second"})
ANNA, BEN = Principal("per_anna", SCOPES), Principal("per_ben", SCOPES)
SPAM = ClauseId("house.spam")


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house on the databases of the test."""
    return home_anywhere


def opened(home: Home, *names: str, author: str = "alice", hours: float = 24, **fields: str) -> list[CaseId]:
    """Lay items before a person, one case for each account."""
    found = []
    for name in names:
        submitted = home.submit(name, author=author or name, **fields)
        with home.house.store.read() as reader:
            account_id = reader.items_by_id([submitted.item_id])[submitted.item_id].item.account_id
            cases = reader.open_cases([account_id])
            now = home.clock.now()
            ledger = Ledger(home.house.entropy, now, cases)
        due_at = now + timedelta(hours=hours)
        ledger.open(CaseDraft(account_id, SPAM, CaseReason.NEAR_MATCH, submitted.item_id, due_at))
        home.house.committer.commit(ledger.changeset())
        found.append(ledger.open_cases[account_id, SPAM].id)
    return found


def taken(home: Home, who: Principal = ANNA, wanted: CaseFilter = EVERYWHERE) -> str | None:
    """Return the case that somebody is given next."""
    found = home.house.cases.next(who, wanted)
    return None if found is None else found.shown.case.id


def decision(case_id: CaseId, who: Principal, *items: str, version: int | None = None, account: str = "a") -> Asked:
    """Return a decision that limits items of an account."""
    measures = tuple(AskedMeasure(MeasureKind.LIMIT_REACH, On(SubjectKind.ITEM, name)) for name in items)
    on_case = OnCase(who, case_id, version)
    return Asked("house.spam", Facts("found"), Decider(who.id), measures, ((account, Role.ACTOR),), on_case=on_case)


def test_danger_comes_first_then_what_is_due_first(home: Home) -> None:
    """Nobody gets what somebody else has."""
    [late] = opened(home, "a", author="a", hours=30)
    [soon] = opened(home, "b", author="b", hours=3)
    [mid] = opened(home, "c", author="c", hours=9)
    home.house.cases.danger(BEN, late, is_in_danger=True)
    assert [taken(home, who) for who in (ANNA, BEN, ANNA, BEN)] == [late, soon, mid, None]


@pytest.mark.both_databases
def test_a_queue_is_a_clause_a_language_and_a_kind(home: Home) -> None:
    """Who reads German is given German, also where it is said more closely."""
    [german] = opened(home, "a", author="a", language="de-at", kind="message")
    [unknown] = opened(home, "b", author="b")
    queues = {(each.language, each.kind, each.depth) for each in home.house.cases.queues(ANNA)}
    assert queues == {("de", "message", 1), ("und", "post", 1)}
    assert taken(home, ANNA, CaseFilter(language="fr")) is None
    assert taken(home, ANNA, CaseFilter(SPAM, "de", "message")) == german
    assert taken(home, ANNA, CaseFilter(kind="message")) is None
    assert taken(home, ANNA, CaseFilter(kind="post")) == unknown


def test_a_lease_ends_by_itself_and_is_kept_by_a_heartbeat(home: Home) -> None:
    """Whoever is not heard of blocks nobody, and is told so when they come back."""
    [case_id] = opened(home, "a", author="a")
    home.house.cases.claim(ANNA, case_id)
    home.clock.advance(minutes=10)
    assert home.house.cases.renew(ANNA, case_id).shown.case.until == home.clock.now() + LEASE.delta
    home.clock.advance(minutes=10)
    with pytest.raises(CaseMoved) as refused:
        home.house.cases.claim(BEN, case_id)
    assert (refused.value.why, refused.value.changed["state"]) == ("not_the_holder", "claimed")
    home.clock.advance(minutes=5)
    assert home.house.cases.claim(BEN, case_id).is_own
    with pytest.raises(CaseMoved):
        home.house.cases.renew(ANNA, case_id)


def test_a_claim_that_comes_twice_is_answered_as_the_first_was(home: Home) -> None:
    """A double click is no conflict."""
    [case_id] = opened(home, "a", author="a")
    first, second = home.house.cases.claim(ANNA, case_id), home.house.cases.claim(ANNA, case_id)
    assert first.shown == second.shown


def test_what_was_released_is_there_for_everybody_and_what_was_skipped_for_the_others(home: Home) -> None:
    """A skip is no way to lose a case."""
    [case_id] = opened(home, "a", author="a")
    home.house.cases.claim(ANNA, case_id)
    home.house.cases.release(ANNA, case_id)
    assert taken(home) == case_id
    home.house.cases.skip(ANNA, case_id, SkipReason.LANGUAGE)
    assert (taken(home, ANNA), taken(home, BEN)) == (None, case_id)


def test_a_hold_ends_at_its_moment_or_when_something_comes_in(home: Home) -> None:
    """Meanwhile it is in nobody's way; whoever put it there may take it up before."""
    [case_id] = opened(home, "a", author="a")
    verbs, later = home.house.cases, home.clock.now() + timedelta(hours=2)
    verbs.claim(ANNA, case_id)
    assert verbs.hold(ANNA, case_id, later, HoldReason.PLATFORM).moves == (Move.RESUME, Move.RAISE_DANGER)
    assert taken(home, BEN) is None
    assert verbs.resume(ANNA, case_id).is_own
    verbs.hold(ANNA, case_id, later, HoldReason.PLATFORM)
    home.clock.advance(hours=2)
    assert verbs.read(BEN, case_id).shown.case.reminds_at(home.clock.now()) == ANNA.id
    assert taken(home, BEN) == case_id
    verbs.hold(BEN, case_id, home.clock.now() + timedelta(hours=2), HoldReason.OTHER)
    opened(home, "a-again", author="a")
    assert taken(home, ANNA) == case_id


@pytest.mark.parametrize("days", [0, -1, 15])
def test_a_hold_that_is_over_or_for_ever_is_refused(home: Home, days: int) -> None:
    """The place is named."""
    [case_id] = opened(home, "a", author="a")
    home.house.cases.claim(ANNA, case_id)
    with pytest.raises(BadInput) as refused:
        home.house.cases.hold(ANNA, case_id, home.clock.now() + timedelta(days=days), HoldReason.OTHER)
    assert refused.value.place == "until"


def test_a_case_is_handed_to_who_may_take_it(home: Home) -> None:
    """They are known, have the scope, and it is not about an account of theirs."""
    [case_id] = opened(home, "a", author="a")
    keys = home.house.keep_keys
    ben, reader = keys.create("ben", ["cases"])[0], keys.create("reader", ["read"])[0]
    verbs = home.house.cases
    verbs.claim(ANNA, case_id)
    with pytest.raises(UnknownColleague):
        verbs.hand_over(ANNA, case_id, "key_nobody")
    with pytest.raises(BadInput):
        verbs.hand_over(ANNA, case_id, reader.id)
    assert verbs.hand_over(ANNA, case_id, ben.id).shown.case.holder == ben.id
    with pytest.raises(CaseMoved):
        verbs.release(ANNA, case_id)


def test_nobody_works_on_a_case_about_an_account_of_their_own(home: Home) -> None:
    """Neither offered, nor claimed, nor read about in notes, nor decided about beside any case."""
    [case_id] = opened(home, "a", author="a")
    verbs = home.house.cases
    verbs.own.add(ANNA, ["a"])
    assert verbs.own.read(ANNA) == ["a"]
    assert taken(home) is None
    for refused in (
        lambda: verbs.claim(ANNA, case_id),
        lambda: verbs.notes(ANNA, case_id, "", 10),
        lambda: verbs.note(ANNA, case_id, "It was not me"),
        lambda: home.house.decide(Asked("house.spam", Facts("x"), Decider(ANNA.id), (_limit("a"),))),
    ):
        with pytest.raises(NotForYou):
            refused()
    assert taken(home, BEN) == case_id


def _limit(name: str) -> AskedMeasure:
    return AskedMeasure(MeasureKind.LIMIT_REACH, On(SubjectKind.ITEM, name))


def test_who_learns_that_a_case_is_their_own_can_let_go_of_it(home: Home) -> None:
    """And do nothing else with it."""
    [case_id] = opened(home, "a", author="a")
    home.house.cases.claim(ANNA, case_id)
    home.house.cases.own.add(ANNA, ["a"])
    with pytest.raises(NotForYou):
        home.house.cases.renew(ANNA, case_id)
    assert home.house.cases.release(ANNA, case_id).shown.case.state is CaseState.OPEN


def test_a_decision_about_a_case_ends_it_with_all_that_lies_in_it(home: Home) -> None:
    """A second submit is told which decision ended it."""
    [case_id] = opened(home, "a", author="a")
    shown = home.house.cases.claim(ANNA, case_id).shown.case
    made = home.house.decide(decision(case_id, ANNA, "a", version=shown.version))
    ended = home.house.cases.read(BEN, case_id).shown.case
    assert (ended.state, ended.closed_by, ended.holder) == (CaseState.DECIDED, made.decision.id, None)
    assert ended.answered_by == (ANNA.id,)
    with pytest.raises(CaseMoved) as refused:
        home.house.decide(decision(case_id, ANNA, "a", version=shown.version))
    assert refused.value.changed["decision"] == made.decision.id


def test_a_decision_about_a_part_keeps_the_case(home: Home) -> None:
    """What nobody has looked at is still there, and still theirs."""
    [case_id] = opened(home, "a", author="a")
    opened(home, "a-2", author="a")
    home.house.cases.claim(ANNA, case_id)
    home.house.decide(decision(case_id, ANNA, "a"))
    case = home.house.cases.read(ANNA, case_id)
    assert (case.shown.case.state, case.is_own) == (CaseState.CLAIMED, True)


@pytest.mark.both_databases
def test_a_decision_on_a_case_that_changed_says_what_changed(home: Home) -> None:
    """Nothing of it was written: with the version of now it is made."""
    [case_id] = opened(home, "a", author="a")
    shown = home.house.cases.claim(ANNA, case_id).shown.case
    opened(home, "a-2", author="a")
    for attempt in (home.house.decide.foresee, home.house.decide):
        with pytest.raises(CaseMoved) as refused:
            attempt(decision(case_id, ANNA, "a", version=shown.version))
        assert (refused.value.why, refused.value.changed["items_added"]) == ("changed", ["a-2"])
    now = refused.value.changed["version"]
    assert home.house.decide(decision(case_id, ANNA, "a", "a-2", version=int(str(now)))).decision.decided_by == ANNA.id


def test_an_item_that_lies_in_a_case_already_changes_nothing(home: Home) -> None:
    """Whoever looks at it has seen it."""
    media = home.upload(photo("china"))
    home.list(md5(media))
    home.submit("a", media, author="a")
    [before] = home.house.cases.list(ANNA, AskedList(), None, 10)
    home.house.reconsider([media.id])
    [after] = home.house.cases.list(ANNA, AskedList(), None, 10)
    assert before.shown.case.version == after.shown.case.version


@pytest.mark.parametrize("moved", ["lapsed", "taken", "handed"])
@pytest.mark.both_databases
def test_who_lost_the_lease_while_deciding_is_told_at_once(home: Home, moved: str) -> None:
    """Nothing is written, and a dry run says it as well."""
    [case_id] = opened(home, "a", author="a")
    home.house.cases.claim(ANNA, case_id)
    if moved == "handed":
        ben = home.house.keep_keys.create("ben", ["cases"])[0]
        home.house.cases.hand_over(ANNA, case_id, ben.id)
    else:
        home.clock.advance(minutes=15)
    if moved == "taken":
        home.house.cases.claim(BEN, case_id)
    why = "lease_lost" if moved == "lapsed" else "not_the_holder"
    for attempt in (home.house.decide.foresee, home.house.decide):
        with pytest.raises(CaseMoved) as refused:
            attempt(decision(case_id, ANNA, "a"))
        assert refused.value.why == why
    with home.house.store.read() as reader:
        assert not reader.answers_about([reader.items_by_platform_id(["a"])["a"].item.id])


def test_a_decision_about_others_does_not_move_a_case(home: Home) -> None:
    """It is refused with its place."""
    [case_id] = opened(home, "a", author="a")
    home.submit("b", author="b")
    home.house.cases.claim(ANNA, case_id)
    with pytest.raises(BadInput) as refused:
        home.house.decide(decision(case_id, ANNA, "b", account="b"))
    assert refused.value.place == "case"


def test_who_lacks_the_scope_does_nothing(home: Home) -> None:
    """Denied by default, verb by verb."""
    [case_id] = opened(home, "a", author="a")
    nobody, verbs = Principal("key_x", frozenset({"read"})), home.house.cases
    until = home.clock.now() + timedelta(hours=1)
    for verb in _every_verb(home, nobody, case_id):
        with pytest.raises(Forbidden):
            verb()
    with pytest.raises(Forbidden):
        verbs.hold(nobody, case_id, until, HoldReason.OTHER)


@pytest.mark.parametrize("role", list(StaffRole))
def test_every_verb_takes_its_scope_of_every_role(home: Home, role: StaffRole) -> None:
    """Who may read cases but not work on them is shown the list, and nothing more."""
    [case_id] = opened(home, "a", author="a")
    scopes = ROLE_SCOPES[role]
    for number, verb in enumerate(_every_verb(home, Principal(f"per_{role}", scopes), case_id)):
        may = ("cases" if number else "detections") in scopes
        try:
            verb()
        except NotForYou:
            assert may, number
        except Forbidden:
            assert not may, number
        except TutelaError:
            assert may, number
        else:
            assert may, number


def _every_verb(home: Home, who: Principal, case_id: CaseId) -> list[Callable[[], object]]:
    verbs = home.house.cases
    return [
        lambda: verbs.list(who, AskedList(), None, 1),
        lambda: verbs.queues(who),
        lambda: verbs.read(who, case_id),
        lambda: verbs.next(who, EVERYWHERE),
        lambda: verbs.claim(who, case_id),
        lambda: verbs.renew(who, case_id),
        lambda: verbs.release(who, case_id),
        lambda: verbs.resume(who, case_id),
        lambda: verbs.skip(who, case_id, SkipReason.OTHER),
        lambda: verbs.hand_over(who, case_id, "key_1"),
        lambda: verbs.danger(who, case_id, is_in_danger=True),
        lambda: verbs.note(who, case_id, "x"),
        lambda: verbs.notes(who, case_id, "", 1),
        lambda: verbs.own.add(who, ["a"]),
        lambda: verbs.own.read(who),
    ]


def test_a_case_that_is_not_there_is_unknown_to_every_verb(home: Home) -> None:
    """Nothing is told apart from nothing."""
    for verb in _every_verb(home, ANNA, CaseId("cas_none"))[2:3] + _every_verb(home, ANNA, CaseId("cas_none"))[4:9]:
        with pytest.raises(UnknownCase):
            verb()


@pytest.mark.both_databases
def test_every_move_is_in_the_audit_and_no_note_is(home: Home) -> None:
    """Who and from where to where; of a note its id and a commitment."""
    [case_id] = opened(home, "a", author="a")
    verbs = home.house.cases
    verbs.claim(ANNA, case_id)
    note = verbs.note(ANNA, case_id, "The lake again")
    verbs.release(ANNA, case_id)
    entries = _entries(home, case_id)
    assert set(entries) == {"system:case:opened", "person:case:claimed", "person:case:noted", "person:case:released"}
    assert (entries["person:case:claimed"]["by"], entries["person:case:claimed"]["to"]) == (ANNA.id, "claimed")
    assert set(entries["person:case:noted"]) == {"by", "note", "commitment"}
    assert "lake" not in str(entries)
    assert [each.text for each in verbs.notes(BEN, case_id, "", 10).notes] == [note.text]
    assert home.house.verify().breaches == ()


def _entries(home: Home, subject: str) -> dict[str, dict[str, object]]:
    with home.house.engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT kind, body FROM audit_entries JOIN audit_payloads USING (chain, seq) "
                "WHERE subject = :subject ORDER BY seq"
            ),
            {"subject": subject},
        )
        return {row.kind: json.loads(bytes(row.body)) for row in found}


def test_the_clocks_tell_what_is_late_and_what_nobody_works_on(home: Home) -> None:
    """In the status and on the checklist, until somebody takes them."""
    [soon] = opened(home, "a", author="a", hours=1)
    opened(home, "b", author="b", hours=9)
    alarms = home.house.watch_clocks()
    assert (alarms.overdue, alarms.unclaimed, alarms.in_danger) == (0, 1, 0)
    home.house.cases.claim(ANNA, soon)
    assert home.house.watch_clocks().is_quiet
    home.clock.advance(hours=1)
    late = home.house.watch_clocks()
    assert (late.overdue, late.unclaimed, late.is_quiet) == (1, 1, False)
    [other] = opened(home, "c", author="c", hours=20)
    home.house.cases.danger(ANNA, other, is_in_danger=True)
    assert home.house.watch_clocks().in_danger == 1


def test_pages_of_cases_come_in_order_and_narrow(home: Home) -> None:
    """By state as it stands now, by whose they are, by account and by queue."""
    ids = [opened(home, name, author=name, hours=hours)[0] for name, hours in (("a", 5), ("b", 3), ("c", 9))]
    verbs = home.house.cases
    verbs.danger(ANNA, ids[2], is_in_danger=True)
    verbs.claim(ANNA, ids[1])

    def listed(**asked: object) -> list[str]:
        return [each.shown.case.id for each in verbs.list(ANNA, AskedList(**asked), None, 10)]  # type: ignore[arg-type]  # as the names say

    assert listed() == [ids[2], ids[1], ids[0]]
    assert listed(state=CaseState.CLAIMED) == listed(is_mine=True) == [ids[1]]
    assert listed(state=CaseState.OPEN) == [ids[2], ids[0]]
    assert listed(account="a") == [ids[0]]
    assert listed(queue=CaseFilter(language="fr")) == []
    home.clock.advance(minutes=15)
    assert listed(state=CaseState.CLAIMED) == listed(is_mine=True) == []


@pytest.mark.both_databases
def test_many_who_ask_at_once_never_get_the_same_case(home: Home) -> None:
    """Each case goes to one of them, and everybody gets as many as there are."""
    opened(home, *(f"item-{number}" for number in range(24)), author="")
    got: list[str] = []

    def work(number: int) -> None:
        who = Principal(f"per_{number}", SCOPES)
        while (case_id := taken(home, who)) is not None:
            got.append(case_id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 24


@pytest.mark.both_databases
def test_the_next_case_takes_as_many_statements_however_long_the_queue_is(home: Home) -> None:
    """What is declined, the heads, the first, its items, and whose accounts are mine; the rest is the commit."""
    opened(home, "a", "b", author="")
    statements: list[str] = []
    engine = home.house.engine
    taken(home)  # warm

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement.split(maxsplit=1)[0])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert taken(home) is not None
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert statements[:5] == ["SELECT"] * 5
    commit = statements[5:]
    assert (commit.count("UPDATE"), commit.count("INSERT")) == (
        2,
        2,
    )  # the case and its chain; the entry and its payload
    assert len(statements) == 13 + (engine.dialect.name == "postgresql")  # which asks for the lock of those who write
