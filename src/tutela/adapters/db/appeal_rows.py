"""Appeals as rows, and rows as appeals."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from tutela.adapters.db.rows import from_us, maybe_time, maybe_us, to_us
from tutela.core.appeals.appeal import Appeal, AppealAnswer, Ended
from tutela.core.appeals.misuse import ConductNote, ConductStep, Criteria, Weight
from tutela.core.appeals.states import AppealState, Aside, Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, AppealId, DecisionId, MeasureId, StatementId
from tutela.ports.appeals import NewAppeal

Row = Mapping[str, Any] | RowMapping


def appeal_row(new: NewAppeal) -> dict[str, Any]:
    """Return the row of an appeal that comes."""
    appeal, words = new.appeal, new.words
    return {
        "id": appeal.id,
        "decision_id": appeal.decision_id,
        "account_id": appeal.account_id,
        "statement_id": appeal.statement_id,
        "opened_us": to_us(appeal.opened_at),
        "window_ends_us": maybe_us(appeal.window_ends_at),
        "is_late": appeal.is_late,
        "aside": appeal.aside.value if appeal.aside else None,
        "has_new_facts": appeal.has_new_facts,
        "language": appeal.language,
        "channel": appeal.channel,
        "way": appeal.way,
        **moving(appeal),
        "words_period": words.period if words else None,
        "words_key": words.wrapped if words else None,
        "words": words.body if words else None,
    }


def moving(appeal: Appeal) -> dict[str, Any]:
    """Return what of an appeal changes as it goes on."""
    ended = appeal.ended
    return {
        "state": appeal.state.value,
        "version": appeal.version,
        "holder": appeal.holder,
        "until_us": maybe_us(appeal.until),
        "outcome": ended.outcome.value if ended else None,
        "decided_us": to_us(ended.at) if ended else None,
        "decided_by": ended.by if ended else None,
        "with_whom": ended.with_whom if ended else None,
        "is_single_operator": ended is not None and ended.is_single_operator,
        "is_unfounded": ended is not None and ended.is_unfounded,
        "reversal_id": ended.reversal_id if ended else None,
        "repeats": ended.repeats if ended else None,
    }


def appeal_of(row: Row) -> Appeal:
    """Return the appeal of a row."""
    return Appeal(
        id=AppealId(row["id"]),
        decision_id=DecisionId(row["decision_id"]),
        account_id=AccountId(row["account_id"]),
        opened_at=from_us(row["opened_us"]),
        state=AppealState(row["state"]),
        version=row["version"],
        statement_id=StatementId(row["statement_id"]) if row["statement_id"] else None,
        window_ends_at=maybe_time(row["window_ends_us"]),
        is_late=bool(row["is_late"]),
        aside=Aside(row["aside"]) if row["aside"] else None,
        has_new_facts=bool(row["has_new_facts"]),
        language=row["language"],
        channel=row["channel"],
        way=row["way"],
        holder=row["holder"],
        until=maybe_time(row["until_us"]),
        ended=None if row["outcome"] is None else _ended(row),
    )


def _ended(row: Row) -> Ended:
    return Ended(
        outcome=Outcome(row["outcome"]),
        at=from_us(row["decided_us"]),
        by=row["decided_by"],
        with_whom=row["with_whom"],
        is_single_operator=bool(row["is_single_operator"]),
        reversal_id=DecisionId(row["reversal_id"]) if row["reversal_id"] else None,
        repeats=AppealId(row["repeats"]) if row["repeats"] else None,
        is_unfounded=bool(row["is_unfounded"]),
    )


def answer_row(answer: AppealAnswer) -> dict[str, Any]:
    """Return the row of an answer."""
    return {
        "appeal_id": answer.appeal_id,
        "place": answer.place,
        "answered_by": answer.by,
        "at_us": to_us(answer.at),
        "outcome": answer.outcome.value,
        "code": answer.facts.code,
        "line": answer.facts.line,
        "ends": json.dumps(sorted(answer.ends)),
        "is_senior": answer.is_senior,
        "is_unfounded": answer.is_unfounded,
        "salt": answer.salt,
    }


def answer_of(row: Row) -> AppealAnswer:
    """Return the answer of a row."""
    return AppealAnswer(
        appeal_id=AppealId(row["appeal_id"]),
        place=row["place"],
        by=row["answered_by"],
        at=from_us(row["at_us"]),
        outcome=Outcome(row["outcome"]),
        facts=Facts(row["code"], row["line"]),
        ends=tuple(map(MeasureId, json.loads(row["ends"]))),
        is_senior=bool(row["is_senior"]),
        is_unfounded=bool(row["is_unfounded"]),
        salt=bytes(row["salt"]),
    )


def conduct_row(note: ConductNote) -> dict[str, Any]:
    """Return the row of what was done about misuse."""
    weighed = note.criteria
    return {
        "account_id": note.account_id,
        "at_us": to_us(note.at),
        "step": note.step.value,
        "by_whom": note.by,
        "until_us": maybe_us(note.until),
        "unfounded": weighed.unfounded,
        "decided": weighed.decided,
        "gravity": weighed.gravity.value,
        "intent": weighed.intent.value,
        "reason": weighed.reason,
    }


def conduct_of(row: Row) -> ConductNote:
    """Return what was done about misuse, of a row."""
    return ConductNote(
        account_id=AccountId(row["account_id"]),
        step=ConductStep(row["step"]),
        at=from_us(row["at_us"]),
        by=row["by_whom"],
        criteria=Criteria(
            row["unfounded"], row["decided"], Weight(row["gravity"]), Weight(row["intent"]), row["reason"]
        ),
        until=maybe_time(row["until_us"]),
    )
