"""Wire what people decide: by hand and in bulk, in cases, and what they take back."""

from datetime import timedelta
from functools import cached_property

from tutela.adapters.db.exposure import DatabaseExposure
from tutela.bootstrap.appealing import open_appeals
from tutela.bootstrap.matching import Matching
from tutela.bootstrap.quality import open_quality
from tutela.core.exposure import ExposureLimits
from tutela.core.permissions import Principal, scopes_of
from tutela.core.sampling import Sampling
from tutela.core.units import Duration
from tutela.flows.answer_case import AnswerCase
from tutela.flows.bulk import DecideInBulk
from tutela.flows.carry_out import CarryOut
from tutela.flows.decide import Decide
from tutela.flows.enact_settled import EnactSettled
from tutela.flows.endangered import ProtectEndangered
from tutela.flows.follow_reversals import FollowReversals
from tutela.flows.keep_exposure import KeepExposure
from tutela.flows.lay_out_account import LayOutAccount
from tutela.flows.mix_neutral import InTurn, MixNeutral
from tutela.flows.move_case import CaseWork
from tutela.flows.open_window import OpenWindow
from tutela.flows.read_bench import ReadBench
from tutela.flows.read_own_bank import ReadOwnBank
from tutela.flows.reverse import Reverse
from tutela.flows.run_bulks import RunBulks
from tutela.flows.show_decision import ShowDecision
from tutela.flows.take_back import TakeBack
from tutela.flows.tell_answer import ReadAnswers
from tutela.flows.verbs_of_appeals import AppealVerbs
from tutela.flows.verbs_of_cases import CaseVerbs, verbs
from tutela.flows.verbs_of_quality import Quality
from tutela.flows.watch_clocks import WatchClocks
from tutela.flows.watch_reviews import WatchReviews
from tutela.flows.watch_seconds import WatchSeconds
from tutela.flows.who_may_second import WhoMaySecond


class Deciding(Matching):
    """Decisions and cases."""

    @cached_property
    def decide(self) -> Decide:
        """Decide by hand."""
        return Decide(
            self.store, self.committer, self.vault, self.policy, self.words, self.profile.read, self.clock,
            self.entropy, ReadOwnBank(self.ceilings), self.open_window,
        )  # fmt: skip

    @cached_property
    def protect_endangered(self) -> ProtectEndangered:
        """Protect whom somebody turned to."""
        return ProtectEndangered(self.case_work, self.decide)

    @cached_property
    def open_window(self) -> OpenWindow:
        """Give decisions the time in which they may be taken back."""
        return OpenWindow(self.entropy, timedelta(seconds=self.settings.undo_seconds))

    @cached_property
    def take_back(self) -> TakeBack:
        """Take decisions back."""
        return TakeBack(self.store, self.committer, self.policy, self.clock, self.entropy)

    @cached_property
    def reverse(self) -> Reverse:
        """Undo decisions."""
        return Reverse(
            self.store, self.committer, self.policy, self.clock, self.entropy, self.open_window,
            self.who_may_second.has_people,
        )  # fmt: skip

    @cached_property
    def show_decision(self) -> ShowDecision:
        """Show decisions to people."""
        return ShowDecision(self.store, self.clock)

    @cached_property
    def follow_reversals(self) -> FollowReversals:
        """Undo what rested on what was undone."""
        return FollowReversals(self.store, self.committer, self.policy, self.clock, self.entropy)

    @cached_property
    def run_bulks(self) -> RunBulks:
        """Decide on with decisions in bulk."""
        return RunBulks(
            self.store, self.committer, self.vault, self.policy, self.words, self.profile.read, self.clock,
            self.entropy,
        )  # fmt: skip

    @cached_property
    def decide_in_bulk(self) -> DecideInBulk:
        """Decide about many items."""
        return DecideInBulk(self.run_bulks)

    @cached_property
    def case_work(self) -> CaseWork:
        """What every verb about cases needs."""
        return CaseWork(self.store, self.committer, self.clock, self.entropy)

    @cached_property
    def who_may_second(self) -> WhoMaySecond:
        """Who may give a second answer."""
        return WhoMaySecond(self.desk, self._people_here)

    def _people_here(self) -> list[Principal]:
        people = self.staff.keep_people.people.all()
        here = (each for each in people if each.ended_at is None and not each.is_invited)
        return [Principal(each.id, scopes_of(each.roles), each.id) for each in here]

    @cached_property
    def carry_out(self) -> CarryOut:
        """Carry out what the answers to a case came to."""
        return CarryOut(self.decide, self.policy, self.entropy)

    @cached_property
    def watch_seconds(self) -> WatchSeconds:
        """Raise what waits for an answer that nobody may give."""
        return WatchSeconds(self.store, self.who_may_second, self.profile.read)

    @cached_property
    def read_bench(self) -> ReadBench:
        """Read what an answer is made from."""
        return ReadBench(self.who_may_second, self.profile.read)

    @cached_property
    def read_answers(self) -> ReadAnswers:
        """Read answers to cases."""
        return ReadAnswers(self.case_work, self.read_bench)

    @cached_property
    def answer_case(self) -> AnswerCase:
        """Answer cases."""
        sampling = Sampling(self.keys.derive("quality-samples/1"))
        return AnswerCase(
            self.store, self.committer, self.read_bench, self.carry_out, sampling, self.clock, self.entropy,
            self.enact_settled, self.open_window,
        )  # fmt: skip

    @cached_property
    def enact_settled(self) -> EnactSettled:
        """Go on with what is settled and not carried out."""
        return EnactSettled(self.store, self.committer, self.carry_out, self.clock)

    @cached_property
    def lay_out_account(self) -> LayOutAccount:
        """Lay out an account, and who is around it."""
        return LayOutAccount(self.store, self.clock, self.effects)

    @cached_property
    def cases(self) -> CaseVerbs:
        """Work on cases."""
        people = self.staff.keep_people.people
        give = InTurn([self.quality.give, MixNeutral(self.exposure.book, self.entropy)])
        return verbs(self.case_work, self._colleague, people, self.effects, self.exposure, give)

    @cached_property
    def exposure(self) -> KeepExposure:
        """Keep what people have to see within bounds."""
        limits = ExposureLimits(
            self.settings.exposure_severe_per_day, Duration(minutes=self.settings.exposure_minutes_per_day)
        )
        return KeepExposure(DatabaseExposure(self.engine), limits, self.policy, self.clock)

    def _colleague(self, principal_id: str) -> Principal | None:
        person = self.staff.keep_people.people.person(principal_id)
        if person is not None:
            scopes = frozenset[str]() if person.ended_at is not None else scopes_of(person.roles)
            return Principal(person.id, scopes, person.id)
        known = {key.id: key for key in self.desk.keys() if key.revoked_at is None}  # noqa: SIM118  # no mapping
        key = known.get(principal_id)
        return None if key is None else self.keep_keys.principal_of(key)

    @cached_property
    def watch_clocks(self) -> WatchClocks:
        """Raise what is overdue."""
        return WatchClocks(self.store, self.clock)

    @cached_property
    def watch_reviews(self) -> WatchReviews:
        """Lay before a person what waits past its review clock."""
        return WatchReviews(self.store, self.committer, self.clock, self.entropy)

    @cached_property
    def appeals(self) -> AppealVerbs:
        """Everything about appeals."""
        return open_appeals(self)

    @cached_property
    def quality(self) -> Quality:
        """Second looks, golden cases and figures."""
        return open_quality(self)
