"""Read appeals: the platform what became of one, and whoever decides all that it is decided from, but who decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.appeals.appeal import Appeal, AppealAnswer
from tutela.core.appeals.easing import open_measures
from tutela.core.appeals.fitness import SENTENCES
from tutela.core.appeals.rules import AppealRules
from tutela.core.appeals.states import CLAIMED, AppealState, Aside
from tutela.core.clocks import ClockSubject, RunningClock
from tutela.core.decisions import counts
from tutela.core.ids import AppealId, ItemId
from tutela.core.permissions import Principal, demand_one, demand_person
from tutela.core.policy import Policy
from tutela.core.statements import Statement
from tutela.errors import UnknownAccount, UnknownAppeal
from tutela.flows.appeal_bench import AppealBench, ReadAppealBench
from tutela.flows.appeal_secrets import AppealSecrets
from tutela.flows.decide_appeal import ForeseenOutcome
from tutela.flows.reverse import ForeseenReversal
from tutela.flows.take_appeal import WAYS_IN, Taken
from tutela.flows.tell_plan import entries_told, items_told, measures_told, messages_told, reversal_told
from tutela.flows.trace import held_elsewhere
from tutela.ports.appeals import AppealFilter, ClauseText, PolicyTexts
from tutela.ports.clock import Clock
from tutela.ports.clocks import ClockBook
from tutela.ports.store import Reader, Store

MOST_SEEN = 50
"""Matches and fires of rules that are shown, the first ones."""

WHY_ASIDE: Mapping[Aside, str] = {
    Aside.LATE: "it came after the time in which this decision can be appealed; a person may accept it all the same",
    Aside.MISUSE: "appeals of this account are not processed for now; a person may accept it all the same",
}


@dataclass(frozen=True, slots=True)
class ReadAppeals:
    """Read appeals."""

    store: Store
    bench: ReadAppealBench
    secrets: AppealSecrets
    texts: PolicyTexts
    clocks: ClockBook
    rules: Callable[[], AppealRules]
    policy: Policy
    clock: Clock

    def page(
        self, principal: Principal, account: str | None, wanted: AppealFilter, after: str, limit: int
    ) -> list[dict[str, Any]]:
        """Return appeals as the platform is told them, by id, from behind *after* on.

        Raises:
            tutela.errors.Forbidden: The scope is missing.
            tutela.errors.UnknownAccount: There is none of that name.
        """
        demand_one(principal, WAYS_IN)
        with self.store.read() as reader:
            if account is not None:
                found = reader.accounts_by_platform_id([account]).get(account)
                if found is None:
                    raise UnknownAccount(place="account")
                wanted = AppealFilter(found.id, wanted.decision_id, wanted.is_open, wanted.states)
            return self._told(reader, reader.appeals_page(wanted, after, limit))

    def one(self, principal: Principal, appeal_id: AppealId) -> dict[str, Any]:
        """Return one as the platform is told it.

        Raises:
            tutela.errors.Forbidden: The scope is missing.
            tutela.errors.UnknownAppeal: There is none of that identifier.
        """
        demand_one(principal, WAYS_IN)
        with self.store.read() as reader:
            return self.told(reader, _found(reader, appeal_id))

    def told_of(self, taken: Taken) -> dict[str, Any]:
        """Return an appeal that was just taken, before it can be read."""
        appeal = taken.appeal
        due = None if not appeal.is_open else min((each.due_at for each in _running(taken)), default=None)
        bodies = [] if appeal.is_open else _bodies(self.rules())
        return {**neutral(appeal), "account": taken.account.platform_id, "due_at": due, "out_of_court": bodies}

    def told(self, reader: Reader, appeal: Appeal) -> dict[str, Any]:
        """Return an appeal as whoever appealed is told it: no name, no answer that is not final."""
        return self._told(reader, [appeal])[0]

    def _told(self, reader: Reader, appeals: Iterable[Appeal]) -> list[dict[str, Any]]:
        found = list(appeals)
        accounts = reader.accounts_by_id({each.account_id for each in found})
        due = self.clocks.of(ClockSubject.APPEAL, [each.id for each in found])
        bodies = _bodies(self.rules())
        return [
            {
                **neutral(each),
                "account": accounts[each.account_id].platform_id,
                "due_at": next((clock.due_at for clock in due.get(each.id, ()) if clock.is_running), None),
                "out_of_court": bodies if each.ended is not None or each.aside is not None else [],
            }
            for each in found
        ]

    def queue(self, principal: Principal, after: str, limit: int, *, everything: bool = False) -> list[dict[str, Any]]:
        """Return what is open, or all there is, each with whether whoever asks may decide it.

        Raises:
            tutela.errors.Forbidden: They lack the scope, or are no person.
        """
        demand_person(principal, "appeals")
        now = self.clock.now()
        with self.store.read() as reader:
            found = reader.appeals_page(AppealFilter(is_open=None if everything else True), after, limit)
            decisions = reader.decisions({each.decision_id for each in found})
            own = reader.own_accounts(principal.id)
            benches = {each.id: self.bench(reader, each.id, plans=False) for each in found}
            told = {each["id"]: each for each in self._told(reader, found)}
        return [
            {
                **told[each.id],
                "clause": decisions[each.decision_id].clause_id,
                "automated": decisions[each.decision_id].is_automated,
                "standing": each.state_at(now).value if _is_seen(each, principal, now) else AppealState.CLAIMED.value,
                "is_mine": each.holder_at(now) == principal.id,
                "is_taken": each.holder_at(now) is not None,
                "for_you": benches[each.id].why_not(principal, own) is None,
                "way": each.way,
            }
            for each in found
        ]

    def show(self, principal: Principal, appeal_id: AppealId) -> dict[str, Any]:
        """Return an appeal for whoever works on it: never who decided, nor what another answered while two must agree.

        Raises:
            tutela.errors.Forbidden: They lack the scope, or are no person.
            tutela.errors.UnknownAppeal: There is none of that identifier.
        """
        demand_person(principal, "appeals")
        with self.store.read() as reader:
            bench = self.bench(reader, appeal_id)
            barred = bench.why_not(principal, reader.own_accounts(principal.id))
            return {
                **self.told(reader, bench.appeal),
                "standing": bench.appeal.state_at(bench.at).value,
                "holder": bench.appeal.holder_at(bench.at),
                "until": bench.appeal.until if bench.appeal.holder_at(bench.at) else None,
                "version": bench.appeal.version,
                "barred": None if barred is None else SENTENCES[barred],
                "people": 2 if bench.is_grave else 1,
                "words": self._words(reader, bench.appeal),
                "decision_shown": self._decision(reader, bench),
                "statements": [_statement(each) for each in reader.statements_about(
                    bench.decision.id, bench.appeal.account_id)],
                "measures": self._measures(bench),
                "plan": _plan_told(reader, bench),
                "answers": [_answer(each) for each in _answers_seen(bench, principal)],
                "history": [neutral(each) for each in reader.appeals_against(
                    bench.decision.id, bench.appeal.account_id) if each.id != appeal_id],
            }  # fmt: skip

    def _words(self, reader: Reader, appeal: Appeal) -> dict[str, Any]:
        words = self.secrets.read_words(appeal.id, reader.appeal_words(appeal.id))
        return {"text": words.text, "has_contact": bool(words.contact), "new_facts": appeal.has_new_facts}

    def _measures(self, bench: AppealBench) -> list[dict[str, Any]]:
        if bench.traced is None:
            return []
        return measures_told(open_measures(bench.traced.known, bench.decision.id), bench.names, bench.at)

    def _decision(self, reader: Reader, bench: AppealBench) -> dict[str, Any]:
        """Return what was decided and seen, as it was then, without who did."""
        decision = bench.decision
        said = reader.findings([decision.id]).get(decision.id)
        accounts = reader.accounts_by_id(bench.concerned)
        roles = {} if said is None else said.roles
        return {
            "id": decision.id,
            "at": decision.at,
            "automated": decision.is_automated,
            "source": decision.source.value,
            "clause": decision.clause_id,
            "policy": self._policy(bench),
            "reason": None if said is None else {"code": said.facts.code, "line": said.facts.line},
            "accounts": [
                {"id": account.platform_id, "role": roles[account_id].value if account_id in roles else None}
                for account_id, account in sorted(accounts.items())
            ],
            "reversed_by": reader.reversed([decision.id]).get(decision.id),
            **_seen(reader, bench),
        }

    def _policy(self, bench: AppealBench) -> dict[str, Any]:
        """Return the clause as it was worded when it was decided; without words where no version is kept."""
        decision = bench.decision
        told = {"version": decision.policy_version, "title": None, "adult": None, "is_current": False}
        if decision.clause_id is None:
            return told
        clause = self.policy.clauses.get(decision.clause_id)
        if clause is not None and decision.policy_version == self.policy.version:
            return {**told, "title": clause.title, "adult": clause.adult, "is_current": True}
        text = self.texts.of(decision.clause_id, decision.policy_version)
        return told if text is None else {**told, "title": text.title, "adult": text.adult}


def _running(taken: Taken) -> list[RunningClock]:
    return [RunningClock(ClockSubject.APPEAL, taken.appeal.id, each) for each in taken.clocks]


def policy_texts(policy: Policy) -> list[ClauseText]:
    """Return every clause as it is worded now, to be kept for when files are overwritten."""
    return [
        ClauseText(each.id, policy.version, each.title, each.adult, each.teen) for each in policy.clauses.values()
    ]  # fmt: skip


def neutral(appeal: Appeal) -> dict[str, Any]:
    """Return how an appeal stands, in words that say nothing about who works on it or what they think."""
    ended, is_open = appeal.ended, appeal.is_open
    why = WHY_ASIDE[appeal.aside] if appeal.aside is not None and appeal.state is AppealState.SET_ASIDE else None
    return {
        "id": appeal.id,
        "decision": appeal.decision_id,
        "statement": appeal.statement_id,
        "opened_at": appeal.opened_at,
        "state": "open" if is_open else appeal.state.value,
        "late": appeal.is_late,
        "in_time_until": appeal.window_ends_at,
        "why_set_aside": why,
        "new_facts": appeal.has_new_facts,
        "outcome": ended.outcome.value if ended else None,
        "decided_at": ended.at if ended else None,
        "decided_by_people": ended is not None and ended.by is not None,
        "repeats": ended.repeats if ended else None,
    }


def outcome_told(foreseen: ForeseenOutcome) -> dict[str, Any]:
    """Return what an answer would do: which measures end and stay, what is told, and what cannot be undone."""
    bench, easing = foreseen.bench, foreseen.easing
    names, now = bench.names, bench.at
    told: dict[str, Any] = {
        "outcome": foreseen.outcome.value,
        "people": 2 if bench.is_grave else 1,
        "ends": measures_told(foreseen.ends, names, now),
        "stays": [],
        "items": [],
        "messages": [],
        "bank_entries": [],
        "strikes": 0,
        "cannot_undo": [],
    }
    if easing is not None and bench.traced is not None:
        before = {item_id: item.answer for item_id, item in bench.traced.known.items.items()}
        return {
            **told,
            "stays": measures_told(easing.stays, names, now),
            "items": items_told(easing.answers, before, names),
            "messages": messages_told(easing.statements, names),
            "cannot_undo": list(easing.cannot_undo),
        }
    if bench.traced is None or bench.plan is None or not foreseen.ends:
        held = () if bench.traced is None else open_measures(bench.traced.known, bench.decision.id)
        return {**told, "stays": measures_told(held, names, now)}
    before = {item_id: item.answer for item_id, item in bench.traced.known.items.items()}
    return {
        **told,
        "stays": measures_told(bench.plan.stays, names, now),
        "items": items_told(bench.plan.answers, before, names),
        "messages": messages_told(bench.plan.statements, names),
        "bank_entries": entries_told(bench.plan),
        "strikes": len(bench.plan.strikes),
        "cannot_undo": list(bench.plan.cannot_undo),
    }


def _plan_told(reader: Reader, bench: AppealBench) -> dict[str, Any] | None:
    """Return what overturning would do, in the words of every reversal."""
    if bench.traced is None or bench.plan is None:
        return None
    before = {item_id: item.answer for item_id, item in bench.traced.known.items.items()}
    elsewhere = held_elsewhere(reader, bench.traced, bench.plan)
    foreseen = ForeseenReversal(bench.decision, bench.plan, bench.names, before, elsewhere)
    return reversal_told(foreseen, bench.at)


def _seen(reader: Reader, bench: AppealBench) -> dict[str, Any]:
    """Return what banks and rules had said by the moment of the decision: the evidence as it was."""
    decision = bench.decision
    items: Iterable[ItemId] = {each.item_id for each in reader.answers_by([decision.id])}
    items = {*items, *([decision.item_id] if decision.item_id else [])}
    detected = [each for found in reader.detected(items).values() for each in found]
    then = [each for each in detected if each.at <= decision.at and counts(each)]
    banks = {bank.id: bank.name for bank in reader.banks()} if then else {}
    matches = [
        {
            "bank": None if each.match.bank_id is None else banks.get(each.match.bank_id),
            "kind": each.match.kind.value,
            "signal": each.match.signal_type.value,
            "distance": each.match.distance_bits,
            "threshold": each.match.threshold_bits,
            "clause": each.match.clause_id,
            "at": each.at,
        }
        for each in then[:MOST_SEEN]
    ]
    fires = [
        {"rule": each.rule, "version": each.version, "because": each.because, "at": each.at}
        for each in reader.fires_of_decision(decision.id)[:MOST_SEEN]
    ]
    return {"matches": matches, "fires": fires}


def _answers_seen(bench: AppealBench, principal: Principal) -> list[AppealAnswer]:
    """Return the answers that somebody may read: their own; all of them once it is decided, or as the third (P3)."""
    if not bench.appeal.is_open:
        return list(bench.answers)
    is_third = bench.appeal.state_at(bench.at) is AppealState.CLAIMED_THIRD
    if is_third and bench.appeal.holder_at(bench.at) == principal.id:
        return list(bench.answers)
    return [] if bench.is_alone else [each for each in bench.answers if each.by == principal.id]


def _is_seen(appeal: Appeal, principal: Principal, now: datetime) -> bool:
    """Return whether somebody sees exactly where it stands: that another has answered says nothing of what."""
    return appeal.state_at(now) not in CLAIMED or appeal.holder_at(now) == principal.id


def _answer(answer: AppealAnswer) -> dict[str, Any]:
    return {
        "place": answer.place,
        "by": answer.by,
        "at": answer.at,
        "outcome": answer.outcome.value,
        "ends": list(answer.ends),
        "reason": {"code": answer.facts.code, "line": answer.facts.line},
        "unfounded": answer.is_unfounded,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "code": statement.code.value,
        "clause": statement.clause_id,
        "tell_at": statement.tell_at,
        "delayed_for": statement.delay_basis.value if statement.delay_basis else None,
    }


def _bodies(rules: AppealRules) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name, "url": each.url, "country": each.country, "languages": list(each.languages),
            "about": each.about,
        }
        for each in rules.bodies
    ]  # fmt: skip


def _found(reader: Reader, appeal_id: AppealId) -> Appeal:
    appeal = reader.appeals([appeal_id]).get(appeal_id)
    if appeal is None:
        raise UnknownAppeal(place="id")
    return appeal
