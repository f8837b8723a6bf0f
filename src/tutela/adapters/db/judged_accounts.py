"""What people decided about an account under a clause, as conditions of a statement: found, or looked at and not found.

A finding that was reversed, by an appeal or otherwise, is a look that found nothing. It is one from that moment on: the
case may stay open for long afterwards, until somebody knows whether it must be reported (P4).
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select

from tutela.adapters.db.answer_tables import case_answers, settlements
from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.event_tables import rule_fires
from tutela.adapters.db.tables import cases, decisions
from tutela.core.roles import Role

_REVERSAL = decisions.alias("reversal")
# What one person found and another one has not answered yet says nothing of a rule: and who looked would be told (P3).
_IS_UNSETTLED = (
    select(case_answers.c.id)
    .outerjoin(
        settlements,
        (settlements.c.case_id == case_answers.c.case_id) & (settlements.c.series == case_answers.c.series),
    )
    .where(case_answers.c.meanwhile == finding_roles.c.decision_id, settlements.c.answer_id.is_(None))
    .exists()
)
_FINDINGS = (
    select(finding_roles.c.account_id)
    .join_from(finding_roles, decisions, decisions.c.id == finding_roles.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == finding_roles.c.decision_id)
    .where(finding_roles.c.role == Role.ACTOR.value)
)
_CLOSED = select(cases.c.account_id).where(cases.c.closed_by.is_not(None))
_DONE_BY_RULES = select(rule_fires.c.account_id).join_from(
    rule_fires, _REVERSAL, _REVERSAL.c.reverses == rule_fires.c.decision_id
)


def is_found(account_id: ColumnElement[Any], clause_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether it was found that the account did it, and that stands."""
    mine = and_(finding_roles.c.account_id == account_id, decisions.c.clause_id == clause_id)
    return _FINDINGS.where(mine, _REVERSAL.c.id.is_(None), not_(_IS_UNSETTLED)).exists()


def is_looked_at(account_id: ColumnElement[Any], clause_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a case ended, or what people found, or what a rule did itself, was reversed."""
    mine = and_(finding_roles.c.account_id == account_id, decisions.c.clause_id == clause_id)
    return or_(
        _CLOSED.where(cases.c.account_id == account_id, cases.c.clause_id == clause_id).exists(),
        _FINDINGS.where(mine, _REVERSAL.c.id.is_not(None)).exists(),
        _DONE_BY_RULES.where(rule_fires.c.account_id == account_id, rule_fires.c.clause_id == clause_id).exists(),
    )
