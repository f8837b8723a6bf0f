"""Looks for quality beside ordinary work, by any order of calls: nothing comes of them but by two against one.

Whoever decided never looks again, nobody looks at an account of their own, every look ends or has a clock, and what is
stored agrees with what the audit says of it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import make
from answering import Office, asked, person
from flows.test_two_person_machine import scanner
from laws import examples
from tutela.core.case_states import CLOCKS, ENDS
from tutela.core.cases import Case, CaseDraft, CaseReason, Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.ids import CaseId, ClauseId, GoldenId
from tutela.core.looks import LookEnd
from tutela.core.measures import Subject
from tutela.core.permissions import Principal, StaffRole
from tutela.core.roles import Role
from tutela.core.sampling import THOUSAND, Sampling
from tutela.errors import TutelaError
from tutela.flows.enact import Ledger
from tutela.flows.mark_golden import AskedGolden
from tutela.ports.cases import CaseFilter, ListFilter

SENIORS = [person(name) for name in ("ada", "bea", "cyd")]
REVIEWERS = [person(name, StaffRole.REVIEWER) for name in ("rob", "sam")]
WHO = st.sampled_from([*SENIORS, *REVIEWERS])
AUTHORS = ("alice", "bob", "sam-herself")
KNOWN = ("known-1", "known-2", "known-3")
CONCLUSIONS = st.sampled_from([Conclusion.NO_VIOLATION, Conclusion.NO_VIOLATION, Conclusion.VIOLATION])
NUMBER = st.integers(0, 9)


class Looks(RuleBasedStateMachine):
    """Three accounts, one of which is somebody's own; all is drawn, and every next case is golden where one can be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opened = make.house(Path(self.folder.name), scanner())
        self.home = self.opened.__enter__()
        self.office = Office(self.home, [*SENIORS, *REVIEWERS])
        house = self.home.house
        sampling = Sampling(b"all", dict.fromkeys(house.policy.clauses, THOUSAND))
        house.__dict__["answer_case"] = replace(house.answer_case, sampling=sampling)
        given = replace(house.cases.next, give=replace(house.quality.give, rate=THOUSAND))
        house.__dict__["cases"] = replace(house.cases, next=given)
        self.decided: set[CaseId] = set()
        self.golden: list[GoldenId] = []

    def teardown(self) -> None:
        """Verify the whole, and end."""
        assert self.home.house.verify().breaches == ()
        self.opened.__exit__(None, None, None)
        self.folder.cleanup()

    @initialize()
    def post(self) -> None:
        """Post one thing each."""
        for author in AUTHORS:
            self.home.submit(f"post-{author}", author=author)
        self.home.house.cases.own.add(REVIEWERS[1], ["sam-herself"])
        for name in KNOWN:
            self.home.submit(f"post-{name}", author=name)
            self.lay(name)
            for who in SENIORS[:2]:  # and the sample of it
                [case] = self._open()
                self.office.decide(who, case.id, Conclusion.NO_VIOLATION)
                self.decided |= {case.id} if case.purpose is Purpose.WORK else set()
                self.home.clock.advance(minutes=2)
                self.home.house.quality.lay()
        for case_id in sorted(self.decided):
            marked = self.home.house.quality.mark(SENIORS[2], AskedGolden(case_id, Conclusion.NO_VIOLATION, "clear"))
            self.golden.append(marked.id)

    def _try(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except TutelaError:
            return False
        return True

    def _open(self) -> list[Case]:
        with self.home.house.store.read() as reader:
            page = reader.open_cases_page(None, 100, ListFilter(self.home.clock.now()))
        return [each.case for each in page]

    def _standing(self) -> list[set[str]]:
        with self.home.house.store.read() as reader:
            items = reader.items_by_platform_id([f"post-{author}" for author in (*AUTHORS, *KNOWN)])
            accounts = reader.accounts_by_platform_id((*AUTHORS, *KNOWN))
        subjects = [Subject.item(each.item.id) for each in items.values()]
        subjects += [Subject.account(each.id) for each in accounts.values()]
        return [self.home.kinds(each) for each in sorted(subjects, key=str)]

    # ------------------------------------------------------------------------------------------------------ work

    @rule(author=st.sampled_from(AUTHORS))
    def lay(self, author: str) -> None:
        """Lay it before a person, as a rule or a notice would."""
        house, now = self.home.house, self.home.clock.now()
        with house.store.read() as reader:
            item = reader.items_by_platform_id([f"post-{author}"])[f"post-{author}"].item
            ledger = Ledger(house.entropy, now, reader.open_cases([item.account_id]))
        due = now + timedelta(days=2)
        ledger.open(CaseDraft(item.account_id, ClauseId("house.spam"), CaseReason.LISTED_ELSEWHERE, item.id, due))
        house.committer.commit(ledger.changeset())

    @rule(who=st.sampled_from([*REVIEWERS, *REVIEWERS, *SENIORS]), number=NUMBER)
    def take_next(self, who: Principal, number: int) -> None:
        """Take the next case, golden or not; something waits that is not late."""
        self.lay(AUTHORS[number % len(AUTHORS)])
        self._try(lambda: self.home.house.cases.next(who, CaseFilter()))

    @rule(who=WHO, number=NUMBER, does=st.sampled_from(["claim", "release", "danger"]))
    def move(self, who: Principal, number: int, does: str) -> None:
        """Do something with a case by its name."""
        verbs, found = self.home.house.cases, self._open()
        if not found:
            return
        case = found[number % len(found)]
        before = self._standing()
        calls: dict[str, Callable[[], object]] = {
            "claim": lambda: verbs.claim(who, case.id),
            "release": lambda: verbs.release(who, case.id),
            "danger": lambda: verbs.danger(who, case.id, is_in_danger=True),
        }
        if self._try(calls[does]) and does == "danger":
            assert case.purpose is not Purpose.GOLDEN
        assert self._standing() == before

    @rule(who=WHO, number=NUMBER, conclusion=CONCLUSIONS, is_look=st.booleans())
    def answer(self, who: Principal, number: int, conclusion: Conclusion, is_look: bool) -> None:  # noqa: FBT001  # a parameter of a test
        """Take a case and answer it; nothing comes of a look but by two against one."""
        found = self._open()
        found = [each for each in found if is_look is (each.purpose is not Purpose.WORK)] or found
        if not found:
            return
        case = found[number % len(found)]
        author = self._author(case)
        if not self._try(lambda: self.home.house.cases.claim(who, case.id)) and case.holder is not None:
            who = next(each for each in [*SENIORS, *REVIEWERS] if each.id == case.holder)  # mostly by whoever has it
        before = self._standing()
        parts = ((author, Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
        try:
            given = self.home.house.answer_case(who, asked(case.id, conclusion, parts=parts))
        except TutelaError:
            assert self._standing() == before
            return
        assert not (author == "sam-herself" and who is REVIEWERS[1])
        if case.purpose is Purpose.WORK:
            assert given.look is None
            self.decided |= {case.id} if self.office.read(case.id).closed_by else set()
            self.home.clock.advance(minutes=2)
            self.carry_on()
            return
        assert given.look is LookEnd.OVERTURNED or self._standing() == before
        assert case.purpose is Purpose.GOLDEN or who.id not in case.answered_by
        if given.look is LookEnd.OVERTURNED:
            assert len(given.settlement.people) == 2

    @rule(who=WHO, again=WHO, author=st.sampled_from(AUTHORS), first=CONCLUSIONS, second=CONCLUSIONS)
    def decide_and_look(
        self, who: Principal, again: Principal, author: str, first: Conclusion, second: Conclusion
    ) -> None:
        """Lay it, decide it, and have it looked at by somebody: what most looks come from."""
        self.lay(author)
        self.answer(who, AUTHORS.index(author), first, is_look=False)
        self.answer(again, 0, second, is_look=True)

    def _author(self, case: Case) -> str:
        with self.home.house.store.read() as reader:
            return reader.accounts_by_id([case.account_id])[case.account_id].platform_id

    # --------------------------------------------------------------------------------------------------- quality

    @rule(who=st.sampled_from(SENIORS), number=NUMBER)
    def mark(self, who: Principal, number: int) -> None:
        """Mark one that was decided, with what was."""
        for conclusion in (Conclusion.NO_VIOLATION, Conclusion.VIOLATION) if self.decided else ():
            case_id = sorted(self.decided)[number % len(self.decided)]
            author = self._author(self.office.read(case_id))
            parts = ((author, Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
            wanted = AskedGolden(case_id, conclusion, "clear", parts=parts)
            if self._try(lambda: self.golden.append(self.home.house.quality.mark(who, wanted).id)):  # noqa: B023  # called here
                return

    @rule(who=st.sampled_from(REVIEWERS), number=NUMBER, conclusion=CONCLUSIONS)
    def answer_golden(self, who: Principal, number: int, conclusion: Conclusion) -> None:
        """Have somebody take the next and answer it where it is golden."""
        self.take_next(who, number)
        for case in self._open():
            if case.holder == who.id and case.purpose is Purpose.GOLDEN:
                parts = ((self._author(case), Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
                before = self._standing()
                given = self._try(
                    lambda: self.home.house.answer_case(who, asked(case.id, conclusion, parts=parts))  # noqa: B023  # called here
                )
                assert self._standing() == before
                assert given is (self.office.read(case.id).closed_by is not None)

    @rule(who=st.sampled_from(SENIORS), number=NUMBER)
    def withdraw(self, who: Principal, number: int) -> None:
        """Withdraw one."""
        if self.golden:
            self.home.house.quality.withdraw(who, self.golden[number % len(self.golden)], "not clear")

    @rule()
    def carry_on(self) -> None:
        """Let the jobs run."""
        before = self._standing()
        self.home.house.quality.lay()
        self.home.house.quality.end()
        assert self._standing() == before
        self.home.house.enact_settled()

    @rule(minutes=st.sampled_from([2, 2, 2, 20, 20, 60 * 25, 60 * 24 * 8]))
    def wait(self, minutes: int) -> None:
        """Let leases end, and days pass."""
        self.home.clock.advance(minutes=minutes)

    @invariant()
    def every_look_ends_or_has_a_clock(self) -> None:
        """And of two about the same, one is work: nothing is laid into a look."""
        now = self.home.clock.now()
        for case in self._open():
            state = case.state_at(now)
            assert state not in ENDS
            assert CLOCKS[state]
        work = [(case.account_id, case.clause_id) for case in self._open() if case.purpose is Purpose.WORK]
        assert len(work) == len(set(work))


TestLooks = Looks.TestCase
TestLooks.settings = settings(
    max_examples=examples(8), stateful_step_count=30, deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
