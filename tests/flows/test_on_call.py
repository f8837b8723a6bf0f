"""The rota and paging: woken in order, again and again, by whatever dies or fails between."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from evidence import open_case
from login import MACHINE, Member, join, quick_passwords
from make import AT, Home, decision
from migrations.test_migrations import down_and_up
from tutela.adapters.twins.pages import PageTwin
from tutela.bootstrap.paging import open_on_call
from tutela.core.case_moves import DangerOver
from tutela.core.ids import CaseId, NoticeId, PageId, PersonId
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.notice import NoticeOutcome
from tutela.core.operator import ON_CALL, PAGES, REACHED
from tutela.core.paging import LEASE, RETRY, Channel, Page, PageFailure, text_of_page
from tutela.core.permissions import ROLE_SCOPES, SCOPES, Principal, StaffRole, at_machine, scopes_of
from tutela.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotForYou,
    TutelaError,
    UnknownPage,
    UnknownPerson,
    UnknownShift,
)
from tutela.flows.keep_rota import NewShift
from tutela.flows.look_at_notice import Look
from tutela.flows.on_call import OnCall
from tutela.flows.take_notice import Teller
from tutela.ports.committer import CaseClosure, Changeset
from tutela.ports.pages import Message, PageSender

WAIT = timedelta(minutes=5)
OPENING = Principal("key_1", frozenset({"cases"}))
REVIEWER, OFFICER = StaffRole.REVIEWER, StaffRole.CHILD_SAFETY_OFFICER


class KilledError(BaseException):
    """The process died here."""


@dataclass
class Night:
    """A house at night, with a channel that keeps what was sent."""

    home: Home
    twin: PageTwin
    verbs: OnCall

    def process(self, *senders: PageSender) -> OnCall:
        """Return the verbs of another process on the same database."""
        return open_on_call(self.home.house, senders or [self.twin])

    def join(self, login: str, *roles: StaffRole, reached: bool = True) -> Member:
        """Return somebody who works here."""
        member = join(self.home.house, login, *roles)
        if reached:
            self.verbs.keep.reach(MACHINE, member.id, f"{login}@tutela.example")
        return member

    def shift(self, member: Member, start: int = -1, hours: int = 12) -> str:
        """Put somebody on call, from some hours after now."""
        begun = (self.home.clock.now() + timedelta(hours=start)).replace(tzinfo=None)
        return self.verbs.keep.add(MACHINE, NewShift(member.id, begun, begun + timedelta(hours=hours))).id

    def add_left(self, at: datetime) -> object:
        """Put somebody on call who has left."""
        return self.verbs.keep.add(MACHINE, NewShift(self._left().id, at, at + WAIT))

    def reach_left(self) -> object:
        """Say where somebody is reached who has left."""
        return self.verbs.keep.reach(MACHINE, self._left().id, "left@tutela.example")

    def _left(self) -> Member:
        member = self.join("lena", REVIEWER, reached=False)
        self.home.house.staff.keep_people.end(MACHINE, member.id)
        return member

    def case(self, name: str = "item", *, in_danger: bool = True) -> CaseId:
        """Return a new case, in danger unless said otherwise."""
        self.home.submit(name, author=f"author-{name}")
        case = open_case(self.home.house, name, f"author-{name}")
        if in_danger:
            self.home.house.cases.danger(OPENING, case, is_in_danger=True)
        return case

    def notice(self, words: str = "a lake") -> NoticeId:
        """Have somebody outside say that somebody is in danger; return the notice."""
        told = NoticeDraft(Branch.IT_SHOWS_ME, words=words, is_danger=True)
        return self.home.house.notices.take(told, Teller(f"192.0.2.{len(words)}")).notice_id

    def run(self, *, minutes: float = 0) -> list[str | None]:
        """Let time pass, run the job, and return who was woken by it."""
        self.home.clock.advance(minutes=minutes)
        before = len(self.twin.sent)
        self.verbs.page()
        return [each.person_id for each in self.twin.sent[before:]]

    def only(self) -> Page:
        """Return the one open page."""
        [page] = self.verbs.read.open(MACHINE)
        return page


def as_is(member: Member) -> Principal:
    """Return who a reviewer is, hours after they signed in."""
    return Principal(member.id, scopes_of([REVIEWER]), PersonId(member.id))


@pytest.fixture
def night(home_anywhere: Home) -> Night:
    """Return a house on the databases of the test."""
    home_anywhere.house.passwords = quick_passwords()
    twin = PageTwin()
    return Night(home_anywhere, twin, open_on_call(home_anywhere.house, [twin]))


def test_people_are_woken_one_after_the_other_until_somebody_has_it(night: Night) -> None:
    """On call, the next on the rota, then everybody, again and again; then nobody."""
    anna, ben, olga = night.join("anna", REVIEWER), night.join("ben", REVIEWER), night.join("olga", OFFICER)
    night.shift(anna)
    night.shift(ben, start=11)
    case = night.case()

    assert night.run() == [anna.id]
    assert night.run(minutes=4.9) == []
    assert night.run(minutes=0.1) == [ben.id]
    assert night.run(minutes=5) == [anna.id, ben.id, olga.id]
    assert night.run(minutes=5) == [anna.id, ben.id, olga.id]
    page = night.verbs.acknowledge(as_is(ben), night.only().id)
    assert (page.case_id, page.acknowledged_by, page.is_loud) == (case, ben.id, False)
    assert night.run(minutes=500) == []
    assert night.verbs.acknowledge(as_is(anna), page.id).acknowledged_by == ben.id


@pytest.mark.both_databases
def test_danger_that_is_raised_again_wakes_again(night: Night) -> None:
    """That the danger before was acknowledged says nothing of it, also when no job ran between."""
    anna = night.join("anna", OFFICER)
    night.shift(anna)
    case = night.case()
    night.run()
    first = night.verbs.acknowledge(anna.principal, night.only().id)
    night.home.house.cases.danger(anna.principal, case, is_in_danger=False, over=DangerOver.SAFE)
    night.home.house.cases.danger(anna.principal, case, is_in_danger=True)

    assert night.run() == [anna.id]
    assert night.only().id != first.id
    assert night.verbs.read.one(MACHINE, first.id).ended_at is not None


@pytest.mark.both_databases
def test_a_case_that_ended_wakes_nobody(night: Night) -> None:
    """However it ended."""
    night.shift(night.join("anna", OFFICER))
    case = night.case()
    assert len(night.run()) == 1
    made = decision()
    night.home.house.committer.commit(Changeset(decisions=(made,), case_closures=(CaseClosure(case, made.id, 1),)))
    assert night.run(minutes=5) == []
    assert night.verbs.read.open(MACHINE) == []


@pytest.mark.both_databases
def test_nobody_on_call_is_told_at_once_and_officers_are_woken(night: Night) -> None:
    """In the status, on the checklist and to the desk; and it still pages whom it can."""
    olga = night.join("olga", OFFICER)
    assert ON_CALL in night.verbs.alarms()
    assert not night.verbs.who.is_anybody()
    night.case()
    assert night.run() == [olga.id]
    assert night.verbs.stock().nobody_on_call
    assert {ON_CALL, PAGES} == night.verbs.alarms()
    night.shift(olga)
    assert night.verbs.who.is_anybody()
    assert night.verbs.alarms() == {PAGES}


def test_where_there_is_nobody_at_all_the_webhook_still_rings(night: Night) -> None:
    """And somebody who comes on call is woken at the next look."""
    twin = PageTwin(Channel.WEBHOOK, needs_address=False)
    verbs = night.process(twin)
    night.case()
    verbs.page()
    assert [each.person_id for each in twin.sent] == [None]
    anna = night.join("anna", REVIEWER)
    night.shift(anna)
    night.home.clock.advance(minutes=5)
    verbs.page()
    assert [each.person_id for each in twin.sent] == [None, anna.id]


def test_a_mail_server_that_is_down_makes_the_next_come_sooner_and_is_told(night: Night) -> None:
    """Nobody waits for an acknowledgement of what never went out."""
    anna, ben = night.join("anna", REVIEWER), night.join("ben", REVIEWER)
    night.shift(anna)
    night.shift(ben, start=-1, hours=10)
    night.case()
    night.twin.fail(PageFailure.TIMED_OUT)
    night.run()
    assert night.only().tries[-1].failure is PageFailure.TIMED_OUT
    assert {PAGES, REACHED} == night.verbs.alarms()
    night.twin.fail(None)
    [woken] = night.run(minutes=RETRY.seconds / 60)
    assert {woken, night.only().tries[0].person_id} == {anna.id, ben.id}


def test_whoever_no_channel_leads_to_is_told_and_passed_over_soon(night: Night) -> None:
    """By id, before anybody is in danger."""
    anna = night.join("anna", REVIEWER, reached=False)
    olga = night.join("olga", OFFICER)
    night.shift(anna)
    assert night.verbs.who(MACHINE).unreachable == (anna.id,)
    assert REACHED in night.verbs.alarms()
    night.case()
    assert night.run() == []
    assert night.only().tries[0].failure is PageFailure.NOT_SET_UP
    assert night.run(minutes=0.5) == [olga.id]


class Killing(PageTwin):
    """A channel that takes a page, and then the process dies."""

    deadly = True

    def send(self, message: Message) -> PageFailure | None:
        """Take it and die."""
        super().send(message)
        if self.deadly and len(self.sent) > 1:
            raise KilledError
        return None


def test_a_process_that_dies_between_sending_and_noting_leaves_it_to_another(night: Night) -> None:
    """In the middle of a round: everybody is woken again once the claim has run out; never nobody."""
    people = [night.join("anna", OFFICER), night.join("olga", OFFICER)]
    night.case()
    dying = Killing()
    with pytest.raises(KilledError):
        night.process(dying).page()
    assert [each.person_id for each in dying.sent] == [each.id for each in people]
    assert night.only().tries == ()

    assert night.run() == [], "the claim of the dead process still holds"
    assert night.run(minutes=LEASE.seconds / 60) == [each.id for each in people]
    assert len(night.only().tries) == 2


def test_whoever_was_woken_by_a_page_that_was_not_noted_can_acknowledge_it(night: Night) -> None:
    """They are on call."""
    anna = night.join("anna", REVIEWER)
    night.shift(anna)
    night.case()
    dying = Killing()
    dying.sent.append(Message(Page("pag_x", "cas_x", AT), None, 0, AT))  # type: ignore[arg-type]  # of another case
    with pytest.raises(KilledError):
        night.process(dying).page()
    assert night.verbs.acknowledge(anna.principal, night.only().id).acknowledged_by == anna.id


@pytest.mark.both_databases
def test_two_processes_send_a_page_once(night: Night) -> None:
    """One has claimed it."""
    night.shift(night.join("anna", REVIEWER))
    night.case()
    other = night.process()
    night.verbs.page()
    other.page()
    assert len(night.twin.sent) == 1
    assert len(night.only().tries) == 1


@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_clock_that_is_set_back_silences_nothing(night: Night, hours: int) -> None:
    """Neither the wait nor the claim of another process is waited for until it has caught up; and it goes on calmly."""
    anna = night.join("anna", OFFICER)
    night.case()
    other = night.process()
    other.page()
    night.home.clock.advance(hours=-hours)
    assert night.run() == [anna.id]
    assert night.run() == []
    assert night.run(minutes=5) == [anna.id]


def test_whoever_leaves_or_loses_the_role_is_on_call_no_more(night: Night) -> None:
    """Their shifts count for nothing from that moment on."""
    anna, ben = night.join("anna", REVIEWER), night.join("ben", REVIEWER)
    boss = night.join("boss", StaffRole.ADMINISTRATOR, reached=False)
    night.shift(anna)
    night.shift(ben)
    people = night.home.house.staff.keep_people
    people.end(MACHINE, anna.id)
    people.change_roles(MACHINE, ben.id, ["auditor"])
    state = night.verbs.who(boss.principal)
    assert (state.line.on_call, state.shifts, state.is_nobody_on_call) == ((), (), True)


def test_nothing_but_identifiers_is_in_logs_and_audit(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    """No address, no name, no content."""
    anna = night.join("anna-marker", OFFICER)
    night.shift(anna)
    night.case("item-marker")
    night.run()
    night.verbs.acknowledge(anna.principal, night.only().id)
    with night.home.house.engine.connect() as connection:
        bodies = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]
        kinds = set(connection.execute(text("SELECT kind FROM audit_entries")).scalars())
    assert {
        "operator:shift:added", "operator:page_address:set", "system:page:raised", "system:page:sent",
        "person:page:acknowledged",
    } <= kinds  # fmt: skip
    assert not any(b"marker" in each for each in bodies)
    out = capsys.readouterr()
    assert "page_sent" in out.out + out.err
    assert "marker" not in out.out + out.err
    assert night.home.house.verify().breaches == ()


REFUSED: dict[str, tuple[Callable[[Night, Member, datetime], object], type[TutelaError], str]] = {
    "nobody": (lambda n, _m, at: n.verbs.keep.add(MACHINE, NewShift("per_x", at, at)), UnknownPerson, "person"),
    "over": (
        lambda n, m, at: n.verbs.keep.add(MACHINE, NewShift(m.id, at - 2 * WAIT, at - WAIT)), BadInput, "ends",
    ),
    "far": (
        lambda n, m, at: n.verbs.keep.add(
            MACHINE, NewShift(m.id, at + timedelta(days=400), at + timedelta(days=401))
        ),
        BadInput, "ends",
    ),
    "zone": (
        lambda n, m, at: n.verbs.keep.add(MACHINE, NewShift(m.id, at, at + WAIT, "Mars/Base")), BadInput, "zone",
    ),
    "path": (
        lambda n, m, at: n.verbs.keep.add(MACHINE, NewShift(m.id, at, at + WAIT, "../../etc/passwd")),
        BadInput, "zone",
    ),
    "shift": (lambda n, _m, _at: n.verbs.keep.remove(MACHINE, "shf_x"), UnknownShift, "id"),
    "backwards": (lambda n, m, at: n.verbs.keep.add(MACHINE, NewShift(m.id, at + WAIT, at)), BadInput, "ends"),
    "long": (
        lambda n, m, at: n.verbs.keep.add(MACHINE, NewShift(m.id, at, at + timedelta(days=15))), BadInput, "ends",
    ),
    "left": (lambda n, _m, at: n.add_left(at), UnknownPerson, "person"),
    "address": (lambda n, m, _at: n.verbs.keep.reach(MACHINE, m.id, "a@b\nBcc: c@d"), BadInput, "email"),
    "address of somebody who left": (lambda n, _m, _at: n.reach_left(), UnknownPerson, "person"),
    "page": (lambda n, _m, _at: n.verbs.acknowledge(MACHINE, "pag_x"), UnknownPage, "id"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_with_its_place(night: Night, name: str) -> None:
    """And changes nothing."""
    call, error, place = REFUSED[name]
    member = night.join("anna", REVIEWER)
    with pytest.raises(error) as refused:
        call(night, member, night.home.clock.now().replace(tzinfo=None))
    assert refused.value.place == place
    assert night.verbs.who(MACHINE).shifts == ()


def test_whoever_could_not_acknowledge_is_not_put_on_call(night: Night) -> None:
    """An auditor would sleep through it lawfully."""
    with pytest.raises(BadInput):
        night.shift(night.join("otto", StaffRole.AUDITOR))


CALLS: dict[str, tuple[frozenset[str], Callable[[OnCall, Principal], object]]] = {
    "KeepRota.add": (frozenset({"rota"}), lambda v, p: v.keep.add(p, NewShift("per_x", AT, AT))),
    "KeepRota.remove": (frozenset({"rota"}), lambda v, p: v.keep.remove(p, "shf_x")),
    "KeepRota.reach": (frozenset({"rota"}), lambda v, p: v.keep.reach(p, "per_x", None)),
    "WhoIsOnCall.__call__": (frozenset({"rota", "cases"}), lambda v, p: v.who(p)),
    "ReadPages.open": (frozenset({"rota", "cases"}), lambda v, p: v.read.open(p)),
    "ReadPages.one": (frozenset({"rota", "cases"}), lambda v, p: v.read.one(p, "pag_x")),
    "AcknowledgePage.__call__": (frozenset({"rota", "cases"}), lambda v, p: v.acknowledge(p, "pag_x")),
    "TryPaging.__call__": (frozenset({"rota"}), lambda v, p: v.test(p)),
}
"""Each verb, the scopes of which one will do, and a call of it that changes nothing even where it is let in."""


@pytest.mark.parametrize("verb", CALLS)
def test_every_verb_as_every_role_and_as_nobody(night: Night, verb: str) -> None:
    """The table of roles decides; keys by their scopes."""
    takes, call = CALLS[verb]
    askers = {role: Principal(f"per_{role}", scopes_of([role])) for role in ROLE_SCOPES}
    askers |= {scope: Principal("key_1", frozenset({scope})) for scope in SCOPES}  # type: ignore[dict-item]  # as well
    for name, principal in {**askers, "nobody": Principal("", frozenset())}.items():
        try:
            call(night.verbs, principal)
        except Forbidden:
            assert not takes & principal.scopes, name
        except TutelaError:
            assert takes & principal.scopes, name
        else:
            assert takes & principal.scopes, name


def test_whoever_was_not_woken_and_keeps_no_rota_acknowledges_nothing(night: Night) -> None:
    """They might not know what they silence; a key that works on cases is nobody who could be woken."""
    anna, ben = night.join("anna", REVIEWER), night.join("ben", REVIEWER)
    night.shift(anna)
    night.case()
    night.run()
    page = night.only()
    for other in (ben.principal, replace(OPENING, id=anna.id)):
        with pytest.raises(NotForYou):
            night.verbs.acknowledge(other, page.id)
    assert night.only().is_loud
    assert not night.verbs.acknowledge(Principal("key_2", frozenset({"rota"})), page.id).is_loud


ADDRESSES = {
    "a@b\nBcc: c@d": False,
    "=?utf-8?q?=0aBcc=3a_e=40evil=2eexample?=@x.example": False,  # decoded by who writes a mail: a header of its own
    "=?utf-8?q?a=2c_b=40evil=2eexample=2c_c?=@x.example": False,  # decoded by who reads it: a recipient of its own
    "..@a.example": False,
    "a..b@a.example": False,
    ".a@a.example": False,
    "a%b.example@c.example": False,
    "a@-.example": False,
    "a@b@c.example": False,
    "Anna <anna@a.example>": False,
    f"{'a' * 65}@b.example": False,
    "@b.example": False,
    "anna@": False,
    "änna@a.example": False,
    "anna.o'hara+duty~1@mail-1.a.example": True,
    "duty@localhost": True,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_one_address_whoever_reads_it(night: Night, address: str) -> None:
    """Nothing in it is decoded, routed or taken apart by anybody on the way."""
    anna = night.join("anna", REVIEWER, reached=False)
    if ADDRESSES[address]:
        night.verbs.keep.reach(MACHINE, anna.id, address)
    else:
        with pytest.raises(BadInput):
            night.verbs.keep.reach(MACHINE, anna.id, address)


def test_shifts_may_overlap_and_the_same_one_twice_is_refused(night: Night) -> None:
    """An overlap wakes one and then the other; what was sent twice and removed once would stand."""
    anna, ben = night.join("anna", REVIEWER), night.join("ben", REVIEWER)
    night.shift(anna, start=-2)
    kept = night.shift(anna)
    night.shift(ben)
    with pytest.raises(Conflict) as refused:
        night.shift(anna)
    assert refused.value.place == "person"
    state = night.verbs.who(MACHINE)
    assert len(state.shifts) == 3
    assert state.overlaps
    night.verbs.keep.remove(MACHINE, kept)
    assert night.shift(anna) != kept
    night.case()
    assert [night.run(), night.run(minutes=5)] == [[anna.id], [ben.id]]


def test_shifts_that_are_over_are_told_no_more_and_count_for_no_limit(night: Night, monkeypatch: Any) -> None:
    """Only what is to come is limited."""
    monkeypatch.setattr("tutela.adapters.db.rota.MAX_SHIFTS", 2)
    anna = night.join("anna", REVIEWER)
    night.shift(anna, hours=2)
    night.shift(anna, start=1, hours=2)
    with pytest.raises(Conflict):
        night.shift(anna, start=5)
    night.home.clock.advance(minutes=60)
    assert len(night.verbs.who(MACHINE).shifts) == 1
    night.shift(anna, start=5)


def test_the_only_officer_on_holiday_is_told_before_during_and_once(
    night: Night, capsys: pytest.CaptureFixture[str]
) -> None:
    """While they are here, when the gap comes; from then on that nobody would come; and that it is over."""
    olga = night.join("olga", OFFICER)
    assert night.verbs.watch() == 1
    assert "nobody_on_call" in said(capsys)
    assert night.verbs.watch() == 1
    assert "nobody_on_call" not in said(capsys), "once"
    night.shift(olga, hours=5)
    goes = night.home.clock.now() + timedelta(hours=4)
    assert night.verbs.stock().nobody_from == goes
    assert night.verbs.watch() == 1
    assert "nobody_on_call_soon" in said(capsys)
    assert ON_CALL not in night.verbs.alarms()

    night.home.clock.advance(minutes=4 * 60)
    assert night.verbs.watch() == 1
    assert "nobody_on_call" in said(capsys)
    stock = night.verbs.stock()
    assert (stock.on_call, stock.nobody_on_call, stock.nobody_from) == (0, True, goes)
    assert ON_CALL in night.verbs.alarms()

    ben = night.join("ben", REVIEWER, reached=False)
    night.shift(ben, hours=14 * 24)
    assert night.verbs.stock().nobody_from is None
    assert night.verbs.watch() == 1
    assert "on_call_unreachable" in said(capsys)
    night.verbs.keep.reach(MACHINE, ben.id, "ben@tutela.example")
    assert night.verbs.watch() == 0
    assert said(capsys) == ""


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was logged of the rota since the last time: other houses of this process may log as well."""
    out, err = capsys.readouterr()
    return "".join(line for line in (out + err).splitlines() if "on_call" in line)


def test_whoever_the_case_is_about_is_neither_woken_nor_able_to_silence_it(night: Night) -> None:
    """Waking them would warn them; everybody else is woken as if they were not there."""
    anna, olga = night.join("anna", OFFICER), night.join("olga", OFFICER)
    night.shift(anna)
    case = night.case("item")
    night.home.house.cases.own.add(anna.principal, ["author-item"])
    assert night.run() == [olga.id]
    page = night.only()
    assert page.case_id == case
    with pytest.raises(NotForYou):
        night.verbs.acknowledge(anna.principal, page.id)
    assert night.run(minutes=5) == [olga.id]
    assert not night.verbs.acknowledge(olga.principal, page.id).is_loud


class Answering(PageTwin):
    """A channel by which the first who is woken acknowledges before the next is."""

    verbs: OnCall

    def send(self, message: Message) -> PageFailure | None:
        """Take it and acknowledge."""
        self.verbs.acknowledge(MACHINE, message.page.id)
        return super().send(message)


def test_nobody_else_of_a_round_is_woken_once_somebody_has_it(night: Night) -> None:
    """In the middle of it; and what was sent is noted."""
    for name in ("anna", "olga"):
        night.join(name, OFFICER)
    night.case()
    twin = Answering()
    twin.verbs = night.process(twin)
    twin.verbs.page()
    assert len(twin.sent) == 1
    assert [each.has_gone_out for each in night.only().tries] == [True]


def test_a_mail_server_that_is_down_is_given_up_for_the_round_and_all_are_woken_by_the_other_channel(
    night: Night,
) -> None:
    """Two pages that nobody answered say enough: other cases wait for the same thread."""
    people = [night.join(name, OFFICER).id for name in ("anna", "ben", "carl", "dora")]
    night.case()
    mail, hook = Counting(), PageTwin(Channel.WEBHOOK, needs_address=False)
    mail.fail(PageFailure.TIMED_OUT)
    night.process(mail, hook).page()
    assert mail.asked == 2
    assert [each.person_id for each in hook.sent] == people
    assert {(each.sent_by, each.failure) for each in night.only().tries} == {
        ((Channel.WEBHOOK,), PageFailure.TIMED_OUT)
    }


class Counting(PageTwin):
    """A channel that counts how often it was tried."""

    asked = 0

    def send(self, message: Message) -> PageFailure | None:
        """Count and go on."""
        self.asked += 1
        return super().send(message)


def test_pages_are_told_in_pages(night: Night) -> None:
    """Oldest first, each once."""
    for number in range(5):
        night.case(f"item-{number}")
    night.run()
    told, after = list[Page](), None
    while found := night.verbs.read.open(MACHINE, after, 2):
        assert len(found) <= 2
        told += found
        after = (found[-1].raised_at, found[-1].id)
    assert told == night.verbs.read.open(MACHINE)
    assert len(told) == 5


def as_officer(member: Member) -> Principal:
    """Return who an officer is, hours after they signed in."""
    return Principal(member.id, scopes_of([OFFICER]), PersonId(member.id))


def test_a_notice_of_danger_in_no_case_wakes_people_until_it_is_located(night: Night) -> None:
    """Nobody would meet it in a queue; once it lies in a case, that one wakes people instead."""
    ada = night.join("ada", OFFICER)
    night.shift(ada)
    notice = night.notice()
    assert night.run() == [ada.id]
    page = night.only()
    assert (page.case_id, page.notice_id) == (None, notice)
    assert f"Notice: {notice}" in text_of_page(page, "https://tutela.example")
    assert night.run(minutes=5) == [ada.id]
    assert night.verbs.acknowledge(as_officer(ada), page.id).acknowledged_by == ada.id
    assert night.run(minutes=60) == []
    night.home.submit("holiday", author="alice")
    night.home.house.notices.work.locate(MACHINE, notice, ("holiday",))
    assert night.run() == [ada.id]
    assert night.only().case_id is not None
    assert night.verbs.read.one(MACHINE, page.id).ended_at is not None


def test_a_flood_of_notices_of_danger_rings_once_until_somebody_has_it(night: Night) -> None:
    """Whoever comes finds all of them at the head of the list; what comes after that rings again."""
    ada = night.join("ada", OFFICER)
    night.shift(ada)
    told = [night.notice("a" * number) for number in (1, 2, 3)]
    same = night.notice("a")
    assert night.run() == [ada.id]
    assert night.run() == []
    assert night.only().notice_id == told[0]
    for number in (1, 2):
        night.verbs.acknowledge(as_officer(ada), night.verbs.read.open(MACHINE)[-1].id)
        assert night.run() == [ada.id]
        assert [each.notice_id for each in night.verbs.read.open(MACHINE)] == told[: number + 1]
    night.verbs.acknowledge(as_officer(ada), night.verbs.read.open(MACHINE)[-1].id)
    assert night.run() == []
    assert same not in [each.notice_id for each in night.verbs.read.open(MACHINE)]


@pytest.mark.parametrize("way", ["answered", "safe"])
def test_a_page_of_a_notice_ends_when_it_is_answered_or_nobody_is_in_danger(night: Night, way: str) -> None:
    """People say so, with why; what is added later that says danger again wakes people anew."""
    ada = night.join("ada", OFFICER)
    night.shift(ada)
    work, notice = night.home.house.notices.work, night.notice()
    assert night.run() == [ada.id]
    if way == "answered":
        for who in ("ann", "bob"):
            if night.home.house.notices.reading.show(MACHINE, notice).notice.is_open:
                work.answer(at_machine(who), notice, NoticeOutcome.NOT_FOUND)
    else:
        work.end_danger(MACHINE, notice, DangerOver.SAFE)
        with pytest.raises(Conflict):
            work.end_danger(MACHINE, notice, DangerOver.SAFE)
    assert night.run(minutes=60) == []
    assert night.verbs.read.open(MACHINE) == []
    night.home.house.notices.look(notice, Look(adds=NoticeDraft(Branch.IT_SHOWS_ME, words="again", is_danger=True)))
    assert night.run() == [ada.id]


def test_two_processes_raise_one_page_for_a_notice(night: Night) -> None:
    """As for a case: the second finds that there is one."""
    notice, pages = night.notice(), night.verbs.page.pages
    made = [Page(PageId(f"pag_{number}"), None, night.home.clock.now(), notice_id=notice) for number in (1, 2)]
    assert [pages.raise_page(each) for each in made] == [True, False]


def test_pages_and_who_was_woken_survive_the_migration_that_lets_a_page_be_about_a_notice(night: Night) -> None:
    """SQLite alters a table by making it anew: what refers to it is laid aside and put back."""
    ada = night.join("ada", OFFICER)
    night.shift(ada)
    night.case()
    assert night.run() == [ada.id]
    before = night.only()
    night.notice()
    night.run()
    down_and_up(night.home.house.engine, command.downgrade, "0045")
    down_and_up(night.home.house.engine, command.upgrade, "head")
    after = night.verbs.read.one(MACHINE, before.id)
    assert (after.case_id, after.tries) == (before.case_id, before.tries)
    assert [each.id for each in night.verbs.read.open(MACHINE)] == [before.id]
