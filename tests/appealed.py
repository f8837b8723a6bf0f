"""People who decide appeals and those who appeal, for tests: the few sentences that they say to a house."""

from dataclasses import dataclass
from typing import Any

from answering import ADA, BEA, CYD, SENIOR, person
from flows.test_decide import K, answer, asked, on
from make import Home, photo
from tutela.core.appeals.appeal import Appeal
from tutela.core.appeals.states import Outcome
from tutela.core.findings import Decider, Facts
from tutela.core.ids import AppealId, DecisionId
from tutela.core.measures import Measure, Subject
from tutela.core.permissions import Principal
from tutela.core.roles import Role
from tutela.flows.decide_appeal import AskedOutcome, GivenOutcome
from tutela.flows.take_appeal import AskedAppeal
from tutela.ports.committer import Changeset

PLATFORM = Principal("key_platform", frozenset({"appeal"}))
DORA, EVA = person("dora", *SENIOR), person("eva", *SENIOR)
WHY = Facts("context", "It is a landscape")

__all__ = ["ADA", "BEA", "CYD", "DORA", "EVA", "PLATFORM", "WHY", "AppealOffice", "Changeset", "K", "person"]


@dataclass(slots=True)
class AppealOffice:
    """A house in which something is decided and appealed."""

    home: Home

    def spam(
        self, name: str = "post", account: str = "alice", by: Principal = ADA, *, posts: bool = True
    ) -> DecisionId:
        """Have a person restrict an item and its author under an ordinary clause."""
        if posts:
            self.home.submit(name, author=account, text="buy now")
        wanted = on("item", name, K.REMOVE), on("account", account, K.READ_ONLY), on("account", account, K.NO_PAYOUT)
        parts = ((account, Role.ACTOR),)
        return self.home.house.decide(asked(*wanted, parts=parts, decider=Decider(by.id))).decision.id

    def grave(self, name: str = "post", account: str = "alice", by: Principal = ADA) -> DecisionId:
        """Have a person find that a picture is what one of the twelve forbids."""
        self.home.submit(name, self.home.upload(photo()), author=account)
        parts = ((account, Role.ACTOR),)
        wanted = (*answer(name, account), on("item", name, K.EXCLUDE), on("account", account, K.NO_PAYOUT))
        finding = asked(*wanted, clause="cse.depiction", parts=parts, decider=Decider(by.id))
        return self.home.house.decide(finding).decision.id

    def take(self, decision_id: DecisionId, account: str = "alice", **more: Any) -> Appeal:
        """Have the platform hand one in."""
        told = AskedAppeal(**{"text": "It was a quotation.", "account": account, "decision_id": decision_id, **more})
        return self.home.house.appeals.take(PLATFORM, told).appeal

    def claim(self, appeal: Appeal, by: Principal) -> Appeal:
        """Have somebody take it up."""
        return self.home.house.appeals.move.claim(by, appeal.id)

    def give(self, appeal: Appeal, by: Principal, outcome: Outcome, *ends: Measure, **more: Any) -> GivenOutcome:
        """Have whoever claimed it answer."""
        told = AskedOutcome(appeal.id, outcome, WHY, tuple(each.id for each in ends), **more)
        return self.home.house.appeals.decide(by, told)

    def decide(self, appeal: Appeal, by: Principal, outcome: Outcome, *ends: Measure, **more: Any) -> GivenOutcome:
        """Have somebody claim it and answer."""
        self.claim(appeal, by)
        return self.give(appeal, by, outcome, *ends, **more)

    def read(self, appeal_id: AppealId) -> Appeal:
        """Return an appeal as it is stored."""
        with self.home.house.store.read() as reader:
            return reader.appeals([appeal_id])[appeal_id]

    def granted(self, decision_id: DecisionId) -> list[Measure]:
        """Return what a decision granted."""
        with self.home.house.store.read() as reader:
            return list(reader.granted([decision_id])[decision_id])

    def held(self, *subjects: Subject) -> dict[Subject, list[tuple[str, str]]]:
        """Return which kinds are in force on each, and by which decision."""
        now = self.home.clock.now()
        with self.home.house.store.read() as reader:
            found = reader.standings(subjects)
        return {s: sorted((m.kind.value, m.decision_id) for m in found[s].measures if m.holds_at(now)) for s in found}

    def link(self, decision_id: DecisionId) -> str:
        """Return the token of the first statement of a decision."""
        with self.home.house.store.read() as reader:
            statement = reader.statements_about(decision_id)[0]
            token = self.home.house.appeals.links.token(reader, statement)
        assert token is not None
        return token
