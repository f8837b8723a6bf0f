"""Say what rules did, and would do: one wording for API and command line."""

from datetime import timedelta
from typing import Any

from tutela.core.event_facts import UNKNOWN_LATER
from tutela.core.ids import AccountId
from tutela.core.rules.literals import duration_of
from tutela.core.rules.replaying import Case, RuleChange, RuleRun
from tutela.core.rules.testing import TestOutcome
from tutela.core.spotting import KeptSpots, spots_told
from tutela.errors import BadInput
from tutela.flows.read_fires import Figures, Fires
from tutela.flows.replay_rules import Replayed
from tutela.flows.tell_precision import share_told
from tutela.ports.events import Fire, Judged

CASES_TOLD = 500
"""Of a replay, on each side; the counts are of all."""

LONGEST_DAYS = 365


def span_of(text: str, place: str) -> timedelta:
    """Return a stretch of time as it is written, as in `7d`.

    Raises:
        tutela.errors.BadInput: It is none, or longer than a year.
    """
    found = duration_of(text)
    if not found or found > LONGEST_DAYS * 86_400_000_000:
        raise BadInput("a stretch of time is written as 90m, 24h, 7d or 2w, and is a year at most", place=place)
    return timedelta(microseconds=found)


def test_told(outcome: TestOutcome) -> dict[str, Any]:
    """Return what came of one test beside a rule."""
    return {
        "test": outcome.test, "line": outcome.line, "expected": outcome.expected, "came": outcome.came,
        "passed": outcome.is_passed, "told": list(outcome.told),
    }  # fmt: skip


def fires_told(found: Fires) -> list[dict[str, Any]]:
    """Return fires as they are told."""
    return [
        _fire(each, found.accounts[each.account_id].platform_id, found.spots.get(each.event_id)) for each in found.fires
    ]


def _fire(fire: Fire, account: str, spots: KeptSpots | None) -> dict[str, Any]:
    return {
        "id": fire.id,
        "rule": fire.rule,
        "version": fire.version,
        "clause": fire.clause_id,
        "event": fire.event_id,
        "account": account,
        "at": fire.at,
        "outcome": fire.outcome.value,
        "because": fire.because,
        "queue": fire.queue,
        "case": fire.case_id,
        "decision": fire.decision_id,
        "parts": [{"text": text, "value": value} for text, value in fire.trace],
        "spotted": None if spots is None else spots_told(spots),
    }


def judged_told(judged: Judged | None) -> dict[str, Any] | None:
    """Return what people found of accounts that a rule met."""
    if judged is None:
        return None
    return {"found": judged.found, "cleared": judged.cleared, **share_told(judged.precision)}


def figures_told(name: str, since: str, figures: Figures) -> dict[str, Any]:
    """Return what a rule did."""
    rows = [
        {
            "version": row.version, "outcome": row.outcome.value, "fires": row.fires, "accounts": row.accounts,
            "cases": row.cases, "first_at": row.first_at, "last_at": row.last_at,
        }
        for row in figures.rows
    ]  # fmt: skip
    judged = judged_told(figures.judged)
    return {"rule": name, "since": since, "rows": rows, "accounts": figures.accounts, "judged": judged}


def replay_told(replayed: Replayed) -> dict[str, Any]:
    """Return what would have been otherwise."""
    found = replayed.difference
    return {
        "since": replayed.since,
        "until": replayed.until,
        "events": replayed.events,
        "warmed_up": replayed.warmed_up,
        "cut": replayed.is_cut,
        "without_text": replayed.without_text,
        "unknown_without_text": list(UNKNOWN_LATER),
        "without_basis": replayed.without_basis,
        "cases_won": _cases(replayed, found.cases_won),
        "cases_lost": _cases(replayed, found.cases_lost),
        "cases_won_count": len(found.cases_won),
        "cases_lost_count": len(found.cases_lost),
        "cases_by_others_count": len(found.cases_by_others),
        "accounts_won_count": len(found.accounts_won),
        "accounts_lost_count": len(found.accounts_lost),
        "measures_before": found.measures_before,
        "measures_after": found.measures_after,
        "rules": [_change(replayed, change) for change in found.rules],
    }


def _cases(replayed: Replayed, cases: frozenset[Case]) -> list[dict[str, str]]:
    told = [{"account": _name(replayed, account), "clause": str(clause)} for account, clause in sorted(cases)]
    return told[:CASES_TOLD]


def _name(replayed: Replayed, account_id: AccountId) -> str:
    account = replayed.accounts.get(account_id)
    return account_id if account is None else account.platform_id


def _change(replayed: Replayed, change: RuleChange) -> dict[str, Any]:
    samples = () if change.after is None else change.after.samples
    return {
        "rule": change.rule,
        "same": change.is_same,
        "before": _side(change.before),
        "after": _side(change.after),
        "samples": [
            {"event": each.event_id, "account": _name(replayed, each.account_id), "because": each.because}
            for each in samples
        ],
        "judged": judged_told(replayed.judged.get(change.rule)) if change.after else None,
    }


def _side(run: RuleRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "version": run.version, "fires": run.fires, "accounts": len(run.accounts), "cases": len(run.cases),
        "measures": run.measures,
    }  # fmt: skip
