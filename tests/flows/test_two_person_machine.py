"""Cases, leases and two people against the charter, by any order of calls.

Nobody alone clears a supported suspicion, and nobody alone suspends for good over what no verified list knows; every
case ends or has a clock; no entry of the operator's own bank rests on what one person alone decided, or on what is
overturned; and what is stored agrees with what the audit says of it.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

import make
from answering import Office, asked, person, service
from laws import examples
from make import md5, pdq, photo
from tutela.adapters.db import tables as t
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.bulks import BulkAsk, BulkMeasure, Target
from tutela.core.case_states import CLOCKS, ENDS, CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.measures import MeasureKind as K
from tutela.core.measures import Subject, SubjectKind
from tutela.core.permissions import Principal, StaffRole
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.errors import TutelaError
from tutela.flows.bulk import AskedInBulk
from tutela.flows.name_finding import Asked, AskedMeasure, On

CLAUSE = ClauseId("cse.depiction")
PEOPLE = [person(name) for name in ("ada", "bea", "cyd", "dan")]
EVERYBODY = [*PEOPLE, person("rob", StaffRole.REVIEWER), service("one"), service("two")]
WHO, CONCLUSIONS = st.sampled_from(EVERYBODY), st.sampled_from(Conclusion)
ROLES = st.sampled_from([Role.ACTOR, Role.ACTOR, Role.ACTOR, Role.COERCED, Role.UNWITTING_CARRIER])
OWN = "cyd-herself"
AUTHORS = ("listed", "near", OWN)
QUALITY = {"listed": 90, "near": 60, OWN: 50}
"""A list that several analysts have verified knows the first by its bytes, and the others as likenesses."""

IS_OWN = (t.banks.c.name == f"own.{CLAUSE}") & t.members.c.is_active

_scanner: list[ChildScanner] = []


def scanner() -> ChildScanner:
    """Return one child process for all runs."""
    if not _scanner:
        _scanner.append(ChildScanner(Limits(), children=1))
    return _scanner[0]


class TwoPeople(RuleBasedStateMachine):
    """Three cases: identical bytes, a likeness, and one about an account of somebody who works here."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opened = make.house(Path(self.folder.name), scanner())
        self.home = self.opened.__enter__()
        self.office = Office(self.home, [*PEOPLE, EVERYBODY[4]])
        self.said: dict[str, set[str]] = {author: set() for author in AUTHORS}  #: who would clear it
        self.accused: dict[str, set[str]] = {author: set() for author in AUTHORS}  #: who would suspend
        self.found: dict[str, set[str]] = {author: set() for author in AUTHORS}  #: who would say that it is a violation
        self.posted = 0

    def teardown(self) -> None:
        """Verify the whole, and end."""
        assert self.home.house.verify().breaches == ()
        self.opened.__exit__(None, None, None)
        self.folder.cleanup()

    @initialize()
    def post(self) -> None:
        """Post what a list knows, what is only near to it, and one more of those by somebody of ours."""
        listed = self.home.upload(photo("china"))
        self.home.list(md5(listed), pdq(listed))
        self.home.submit("post-listed", listed, author="listed")
        for author in ("near", OWN):
            self.home.submit(f"post-{author}", self.home.upload(photo("china", quality=QUALITY[author])), author=author)
        self.home.house.cases.own.add(PEOPLE[2], [OWN])
        self.cases = {author: self.office.case(author).id for author in AUTHORS}

    # -------------------------------------------------------------------------------------------------- work on cases

    def _try(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except TutelaError:
            return False
        return True

    @rule(who=WHO, author=st.sampled_from(AUTHORS))
    def claim(self, who: Principal, author: str) -> None:
        """Take a case."""
        self._try(lambda: self.home.house.cases.claim(who, self.cases[author]))

    @rule(who=WHO, author=st.sampled_from(AUTHORS))
    def release(self, who: Principal, author: str) -> None:
        """Let go of it."""
        self._try(lambda: self.home.house.cases.release(who, self.cases[author]))

    @rule(who=WHO, to=WHO, author=st.sampled_from(AUTHORS))
    def hand_over(self, who: Principal, to: Principal, author: str) -> None:
        """Give it to a colleague."""
        self._try(lambda: self.home.house.cases.hand_over(who, self.cases[author], to.id))

    @rule(who=WHO, author=st.sampled_from(AUTHORS), is_in=st.booleans())
    def danger(self, who: Principal, author: str, is_in: bool) -> None:  # noqa: FBT001  # a parameter of a test
        """Say that somebody is in danger, or is not any more."""
        self._try(lambda: self.home.house.cases.danger(who, self.cases[author], is_in_danger=is_in))

    @rule(who=WHO, author=st.sampled_from(AUTHORS), conclusion=CONCLUSIONS, role=ROLES, is_claimed=st.booleans())
    def answer(self, who: Principal, author: str, conclusion: Conclusion, role: Role, is_claimed: bool) -> None:  # noqa: FBT001  # a parameter of a test
        """Answer, mostly after taking it; note who has said what."""
        if is_claimed:
            self.claim(who, author)
        parts = ((author, role),) if conclusion is Conclusion.VIOLATION else ()
        wanted = asked(self.cases[author], conclusion, parts=parts)
        if self._try(lambda: self.home.house.answer_case(who, wanted)):
            if conclusion is Conclusion.VIOLATION:
                self.found[author].add(who.id)
            is_accusing = conclusion is Conclusion.VIOLATION and role is Role.ACTOR
            (self.accused if is_accusing else self.said)[author].add(who.id)
            if not is_accusing and conclusion is Conclusion.VIOLATION:
                self.said[author].discard(who.id)

    @rule(one=WHO, other=WHO, author=st.sampled_from(AUTHORS), role=ROLES)
    def agree(self, one: Principal, other: Principal, author: str, role: Role) -> None:
        """Let two, or one twice, find the same one after the other."""
        for who in (one, other):
            self.answer(who, author, Conclusion.VIOLATION, role, is_claimed=True)

    # ------------------------------------------------------------------------------------------------ beside the cases

    @rule(who=WHO, author=st.sampled_from(AUTHORS))
    def decide_by_hand(self, who: Principal, author: str) -> None:
        """Suspend for good without any case."""
        ask = (
            AskedMeasure(K.QUARANTINE, On(SubjectKind.ITEM, f"post-{author}")),
            AskedMeasure(K.SUSPEND, On(SubjectKind.ACCOUNT, author)),
        )
        wanted = Asked(CLAUSE, Facts("seen"), Decider(who.id), ask, ((author, Role.ACTOR),))
        self._try(lambda: self.home.house.decide(wanted))

    @rule(who=WHO, author=st.sampled_from(AUTHORS))
    def decide_in_bulk(self, who: Principal, author: str) -> None:
        """Suspend for good by a decision about many items."""
        measures = (BulkMeasure(K.QUARANTINE, Target.ITEM), BulkMeasure(K.SUSPEND, Target.AUTHOR))
        ask = BulkAsk(CLAUSE, Facts("seen"), measures, Role.ACTOR)
        wanted = AskedInBulk(ask, Decider(who.id), items=(f"post-{author}",))
        with suppress(TutelaError):
            self.home.house.decide_in_bulk(wanted, confirmed=1)
        self._try(lambda: self.home.house.run_bulks(lambda: False))

    @rule(who=WHO, author=st.sampled_from(AUTHORS), number=st.integers(0, 5))
    def reverse(self, who: Principal, author: str, number: int) -> None:
        """Undo a decision about it, or propose to."""
        account, item = self._ids(author)
        with self.home.house.store.read() as reader:
            ids = reader.decided_about([item], account, CLAUSE)
        if not ids:
            return
        decision = DecisionId(ids[number % len(ids)])
        is_person = who.person_id is not None
        wanted = Reversal(decision, Facts("seen"), Decider(who.id), is_person=is_person)
        if self._try(lambda: self.home.house.reverse(wanted)):
            self.said[author].add(who.id)

    # -------------------------------------------------------------------------------------------------- time and roles

    @rule(minutes=st.sampled_from([1, 20, 60 * 25]))
    def wait(self, minutes: int) -> None:
        """Let leases end, and days pass."""
        self.home.clock.advance(minutes=minutes)

    @rule(number=st.integers(0, 3))
    def take_a_role_away(self, number: int) -> None:
        """Let somebody be no senior any more, or again."""
        who = PEOPLE[number]
        here = [each.id for each in self.office.people]
        if who.id in here:
            self.office.people = [each for each in self.office.people if each.id != who.id]
        else:
            self.office.people.append(who)

    @rule()
    def carry_on(self) -> None:
        """Let the job run."""
        self.home.house.enact_settled()

    @rule()
    def match_late(self) -> None:
        """Let what was entered be looked up among what is stored."""
        self.home.house.match_late()

    @rule()
    def take_out_by_hand(self) -> None:
        """Let an operator take one entry out of the own bank."""
        with self.home.house.store.read() as reader:
            bank = reader.bank_by_name(f"own.{CLAUSE}")
            inside = [] if bank is None else reader.members(bank.id, limit=1)
        if bank is not None and inside:
            self.home.house.keep_banks.remove(bank.name, inside[0].signal_type, inside[0].value)

    @precondition(lambda self: hasattr(self, "cases"))
    @rule(author=st.sampled_from(AUTHORS))
    def lay_more_into_it(self, author: str) -> None:
        """Let its author post the same once more."""
        self.posted += 1
        picture = self.home.upload(photo("china", quality=QUALITY[author]))
        self.home.submit(f"more-{self.posted}", picture, author=author)

    # ---------------------------------------------------------------------------------------------------- the charter

    def _ids(self, author: str) -> tuple[AccountId, ItemId]:
        with self.home.house.store.read() as reader:
            account = reader.accounts_by_platform_id([author])[author].id
            return account, reader.items_by_platform_id([f"post-{author}"])[f"post-{author}"].item.id

    @invariant()
    def nobody_clears_alone(self) -> None:
        """What was matched is hidden as long as not two have said that it is nothing."""
        for author in AUTHORS if hasattr(self, "cases") else ():
            is_gone = not self.home.is_absent(f"post-{author}")
            with self.home.house.store.read() as reader:
                item = reader.items_by_platform_id([f"post-{author}"])[f"post-{author}"].item
            is_gone = is_gone and "remove" not in self.home.kinds(Subject.item(item.id))
            assert not is_gone or len(self.said[author]) > 1, author

    @invariant()
    def nobody_suspends_alone(self) -> None:
        """For good over a likeness: only where two have said that they did it."""
        for author in ("near", OWN) if hasattr(self, "cases") else ():
            account, _ = self._ids(author)
            with self.home.house.store.read() as reader:
                subject = Subject.account(account)
                held = reader.standings([subject])[subject].measures
            final = [each for each in held if each.kind is K.SUSPEND and each.ends_at is None]
            assert not final or len(self.accused[author]) > 1, author

    @invariant()
    def no_entry_rests_on_one_person_or_on_what_is_overturned(self) -> None:
        """P3, P11: each that is in the own bank rests on a decision that stands, with two behind it."""
        with self.home.house.engine.connect() as connection:
            resting = connection.execute(select(entry_grounds).where(entry_grounds.c.ended_by.is_(None))).all()
            there = set(connection.execute(select(t.members.c.id).join(t.banks).where(IS_OWN)).scalars())
        assert there <= {row.member_id for row in resting}
        decisions = {DecisionId(row.decision_id) for row in resting}
        with self.home.house.store.read() as reader:
            assert reader.reversed(decisions) == {}
            for decision in reader.decisions(decisions).values():
                items = reader.items_by_id({each.item_id for each in reader.answers_by([decision.id])})
                authors = reader.accounts_by_id({stored.item.account_id for stored in items.values()})
                assert all(len(self.found[author.platform_id]) > 1 for author in authors.values())

    @invariant()
    def nobody_judges_their_own_account(self) -> None:
        """Whoever it belongs to has answered nothing about it."""
        if hasattr(self, "cases"):
            with self.home.house.store.read() as reader:
                by = {each.answer.by for each in reader.case_answers(self.cases[OWN])}
            assert PEOPLE[2].id not in by

    @invariant()
    def every_case_ends_or_has_a_clock(self) -> None:
        """Nothing waits for ever without anybody being told."""
        for case_id in self.cases.values() if hasattr(self, "cases") else ():
            case = self._case(case_id)
            state = case.state_at(self.home.clock.now())
            assert (state in ENDS) is (case.closed_by is not None)
            assert state in ENDS or (CLOCKS[state] and case.due_at)

    def _case(self, case_id: CaseId) -> "make.Any":
        found = self.office.read(case_id)
        assert isinstance(found.state, CaseState)
        return found


TestTwoPeople = TwoPeople.TestCase
TestTwoPeople.settings = settings(
    max_examples=examples(20), stateful_step_count=25, deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
