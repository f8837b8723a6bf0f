"""Say what an answer leads to, and which answers somebody may read: one wording for API and command line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tutela.core.case_states import CaseState
from tutela.core.cases import Case
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.core.remedies import Crew, Second, reason_for_two, second_of
from tutela.core.reversals import ReversalPlan
from tutela.errors import NotForYou
from tutela.flows.answer_case import ForeseenAnswer, GivenAnswer
from tutela.flows.decide import Names
from tutela.flows.move_case import CaseWork, actor_of, shown_case
from tutela.flows.read_bench import ReadBench
from tutela.flows.tell_plan import (
    entries_told,
    grants_told,
    items_told,
    measures_told,
    messages_told,
    plan_told,
    undo_of,
    undo_until_of,
)
from tutela.ports.case_answers import StoredAnswer, StoredSettlement
from tutela.ports.store import Reader


def foreseen_told(foreseen: ForeseenAnswer, now: datetime) -> dict[str, Any]:
    """Return what an answer would lead to if it stands. Nothing in it depends on what others answered."""
    bench = foreseen.bench
    crew = Crew.SOLO if bench.crew.is_alone else Crew.TEAM
    second = second_of(crew) if foreseen.why_two else Second.NOBODY
    return {
        "dry_run": True,
        "case": bench.case.id,
        "version": bench.case.version,
        "people": 1 if second is Second.NOBODY else 2,
        "second": second.value,
        "why_two": why_told(foreseen),
        "at_once": [] if foreseen.finding is None else grants_told(foreseen.at_once, foreseen.finding.names, now),
        "somebody_may_be_second": second is not Second.COLLEAGUE or bool(bench.seconds),
        "finding": None if foreseen.finding is None else plan_told(foreseen.finding, now),
        "notices": foreseen.notices,
        "ends": None if foreseen.reversal is None else _reversal(foreseen, foreseen.reversal, now),
    }


def why_told(foreseen: ForeseenAnswer) -> list[dict[str, Any]]:
    """Return why one person alone may not, in words that fit what lies in the case."""
    has_material = foreseen.bench.facts.has_material
    return [
        {"reason": why.value, "message": reason_for_two(why, has_material=has_material)} for why in foreseen.why_two
    ]


def _reversal(foreseen: ForeseenAnswer, plan: ReversalPlan, now: datetime) -> dict[str, Any]:
    things = foreseen.bench.things
    names = Names(
        {item_id: stored.item.platform_id for item_id, stored in things.items.items()},
        {account_id: account.platform_id for account_id, account in things.accounts.items()},
    )
    before = {item_id: stored.answer for item_id, stored in things.items.items()}
    about = {item_id: answer for item_id, answer in plan.answers.items() if item_id in before}
    told = [each for each in plan.statements if each.account_id in names.accounts]
    kept = foreseen.bench.meanwhile
    return {
        "measures": measures_told([each for each in plan.ends if each.decision_id not in kept], names, now),
        "held": any(each.decision_id in kept for each in plan.ends),
        "stays": measures_told(plan.stays, names, now),
        "items": items_told(about, before, names),
        "messages": messages_told(told, names),
        "bank_entries": entries_told(plan),
        "elsewhere": foreseen.elsewhere,
        "cannot_undo": list(plan.cannot_undo),
    }


def given_told(given: GivenAnswer) -> dict[str, Any]:
    """Return what became of the case by an answer."""
    settlement, decisions = given.settlement, given.changeset.decisions
    is_settled = settlement.answer is not None
    return {
        "dry_run": False,
        "case": given.stored.answer.case_id,
        "answer": given.stored.answer.id,
        "settled": is_settled,
        "state": given.state.value,
        "undo": undo_of(given.changeset),
        "undo_until": undo_until_of(given.changeset),
        "why_two": why_told(given.foreseen),
        "people": len(settlement.people) if is_settled else None,
        "single_operator": settlement.is_single_operator,
        "decision": decisions[0].id if is_settled and decisions else None,
        "look": None if given.look is None else given.look.value,
        "bank_entries": {
            "entered": len(given.changeset.members),
            "supported": len(given.changeset.entry_grounds) - len(given.changeset.members),
            "out": len(given.changeset.member_removals),
        },
        "somebody_may_be_second": is_settled
        or given.foreseen.bench.crew.is_alone
        or bool(given.foreseen.bench.seconds),
    }


class ReadAnswers:
    """Read the answers to a case: one's own at any time, those of others once nobody can be swayed by them (P3)."""

    def __init__(self, work: CaseWork, read_bench: ReadBench) -> None:
        """Read through *work*."""
        self._work, self._bench = work, read_bench

    def __call__(self, principal: Principal, case_id: CaseId) -> dict[str, Any]:
        """Return what *principal* may read.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand(principal, "cases")
        with self._work.store.read() as reader:
            case = shown_case(reader, case_id).case
            if case.account_id in actor_of(reader, principal).own_accounts:
                raise NotForYou("nobody works on a case about an account of their own", place="case")
            stored, settled = reader.case_answers(case_id), reader.settlements_of(case_id)
            now, is_alone = self._work.clock.now(), self._bench.crew(len(settled)).is_alone
            shown = [each for each in stored if may_read(each, case, principal, settled, now, is_alone=is_alone)]
            held = {each.decision_id for each in reader.appeals_held_by(principal.id, now)}
            is_appealed = any(each.decision_id in held for each in settled)
            if is_appealed or case_id in reader.looking_at(principal.id, now):
                shown = []  # until they have answered themselves, blind to it
            names = _names(reader, shown)
        return {
            "answers": [_told(each, names, settled) for each in shown],
            "all": len(shown) == len(stored),
            "settled": [_settlement(each) for each in settled],
        }


def may_read(
    stored: StoredAnswer, case: Case, principal: Principal, settled: Iterable[StoredSettlement], now: datetime, *,
    is_alone: bool = False,
) -> bool:  # fmt: skip
    """Return whether somebody may read an answer: theirs, of a settled series, or as the third between two."""
    if stored.answer.by == principal.id and stored.answer.outsider is None:
        # Whoever works alone looks again without being shown what they said: only once they have.
        return not is_alone or any(each.series == stored.answer.series for each in settled)
    if any(each.series == stored.answer.series for each in settled):
        return True
    is_third = case.state_at(now) is CaseState.CLAIMED_THIRD and case.holder_at(now) == principal.id
    return is_third and principal.id not in case.answered_by


def refuse_blinded(reader: Reader, principal: Principal, decision_id: Any, now: datetime) -> None:
    """Refuse to tell a decision that only holds what is found while another answer is awaited (P3).

    Raises:
        tutela.errors.NotForYou: It is one, and *principal* is not whoever gave that answer; or they look at it again.
    """
    if decision_id in reader.looking_at(principal.id, now).values():
        raise NotForYou("you look at what it decided, blind to it: nobody reads it before they have", place="id")
    if any(each.decision_id == decision_id for each in reader.appeals_held_by(principal.id, now)):
        raise NotForYou(
            "you decide an appeal against it", place="id", remedy="Its page shows all of it but who decided."
        )
    case_id = reader.blinded(decision_id)
    if case_id is None:
        return
    if not any(each.answer.by == principal.id for each in reader.case_answers(case_id)):
        raise NotForYou("another answer is awaited: nobody reads this one before", place="id")


def _names(reader: Reader, shown: Iterable[StoredAnswer]) -> dict[str, str]:
    accounts = {account_id for each in shown for account_id in each.answer.roles}
    return {account_id: account.platform_id for account_id, account in reader.accounts_by_id(accounts).items()}


def _told(stored: StoredAnswer, names: dict[str, str], settled: Iterable[StoredSettlement]) -> dict[str, Any]:
    answer = stored.answer
    return {
        "id": answer.id,
        "series": answer.series,
        "place": answer.place,
        "by": answer.by,
        "outsider": answer.outsider,
        "at": answer.at,
        "conclusion": answer.conclusion.value,
        "context": answer.context.value if answer.context else None,
        "clause": answer.clause_id,
        "reason": {"code": answer.facts.code, "line": answer.facts.line},
        "accounts": [{"id": names[account_id], "role": role.value} for account_id, role in answer.roles.items()],
        "stands": any(each.answer_id == answer.id for each in settled),
    }


def _settlement(settled: StoredSettlement) -> dict[str, Any]:
    return {
        "series": settled.series,
        "at": settled.at,
        "people": settled.people,
        "single_operator": settled.is_single_operator,
        "decision": settled.decision_id,
        "carried_out": settled.enacted_at is not None,
    }
