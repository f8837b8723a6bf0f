"""Say who may be in danger by what an account did: the children whom it turned to, and those of unknown age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.cases import Case
from tutela.core.content import Account, AgeBand
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, ClauseId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.permissions import Principal, demand
from tutela.core.policy import ClauseKind, Policy
from tutela.errors import BadInput, NotForYou
from tutela.flows.decide import Decide, Made
from tutela.flows.move_case import CaseWork, actor_of, shown_case
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.ports.events import Met
from tutela.ports.store import Reader

CONDUCT = ClauseId("house.conduct")
"""How people treat each other: what fits best, where the policy has it."""

MOST_PROTECTED = 100
"""With one decision."""


@dataclass(frozen=True, slots=True)
class Endangered:
    """Somebody whom an account turned to, and who is a child or may be one."""

    account: Account
    met: Met
    is_protected: bool  #: strangers are kept from them already


def endangered(reader: Reader, case: Case, met: Sequence[Met], now: datetime) -> tuple[Endangered, ...]:
    """Return who of those that an account turned to may be in danger: known children first, then the last one first."""
    accounts = reader.accounts_by_id(each.account_id for each in met)
    near = [each for each in met if accounts[each.account_id].age.band.is_protected]
    near = [each for each in near if each.account_id != case.account_id]
    standings = reader.standings(Subject.account(each.account_id) for each in near)
    found = [
        Endangered(
            accounts[each.account_id], each,
            MeasureKind.PROTECT in standings[Subject.account(each.account_id)].kinds_at(now),
        )
        for each in near
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.account.age.band is AgeBand.UNKNOWN))


def clause_of_help(policy: Policy) -> ClauseId:
    """Return the ordinary clause under which people are protected of whom nothing is found.

    Raises:
        tutela.errors.BadInput: The policy has none: protection is decided over HTTP then.
    """
    offering = [
        clause.id
        for clause in policy.clauses.values()
        if not clause.is_zero_tolerance
        and clause.kind is ClauseKind.BEHAVIOUR
        and MeasureKind.PROTECT.value in clause.for_others
    ]
    if CONDUCT in offering:
        return CONDUCT
    if offering:
        return offering[0]
    raise BadInput("no clause of the policy protects people of whom nothing is found", place="clause")


@dataclass(frozen=True, slots=True)
class ProtectEndangered:
    """Protect them: strangers are kept from them, and help is shown. Nothing is found about anybody."""

    work: CaseWork
    decide: Decide

    def __call__(self, principal: Principal, case_id: CaseId) -> Made | None:
        """Protect all children whom the account of a case turned to; none where all are. Reversible.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: The case is about an account of theirs.
            tutela.errors.Refused: The policy does not allow it.
        """
        demand(principal, "cases")
        demand(principal, "decide")
        with self.work.store.read() as reader:
            shown, actor = shown_case(reader, case_id), actor_of(reader, principal)
            if shown.case.account_id in actor.own_accounts:
                raise NotForYou("nobody works on a case about an account of their own", place="case")
            met, now = reader.met_by(shown.case.account_id), self.work.clock.now()
            found = endangered(reader, shown.case, met, now)
        wanted = [each.account.platform_id for each in found if not each.is_protected and is_child(each)]
        if not wanted:
            return None
        measures = (
            AskedMeasure(MeasureKind.PROTECT, On(SubjectKind.ACCOUNT, each)) for each in wanted[:MOST_PROTECTED]
        )
        decider = Decider(principal.id, is_senior=principal.may("decide_senior"))
        clause = clause_of_help(self.decide.policy)
        return self.decide(Asked(clause, Facts("may_be_in_danger"), decider, tuple(measures)))


def is_child(each: Endangered) -> bool:
    """Return whether this is known to be a child: whose age is unknown is asked first."""
    return each.account.age.band is not AgeBand.UNKNOWN
