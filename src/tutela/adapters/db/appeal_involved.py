"""Who had a part in a decision: whoever decides an appeal against it is none of them (P3)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, or_, select

from tutela.adapters.db.answer_tables import case_answers, settlements
from tutela.adapters.db.appeal_tables import appeal_answers, appeals
from tutela.adapters.db.decision_tables import bulks, decision_answers, findings, proposals
from tutela.adapters.db.duty_tables import case_findings
from tutela.adapters.db.event_tables import rule_fires
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.order_tables import order_decisions, orders
from tutela.adapters.db.report_tables import report_cases, reports
from tutela.adapters.db.rows import from_us
from tutela.adapters.db.rule_tables import rule_moves, rules
from tutela.adapters.db.tables import case_items, cases, decisions, detections, opinions
from tutela.core.appeals.fitness import Involved
from tutela.core.appeals.states import AppealState
from tutela.core.ids import DecisionId
from tutela.core.opinions import SOURCE, Opinion


def _people(who: "Column[Any]", at: "Column[Any]", of: "Column[Any]") -> "Select[Any]":
    return select(who.label("person"), at.label("at_us")).where(among(of), who.is_not(None))


# A doubt of later is no part in it: whoever overturns one decision of an entry may look at the next.
_HAD_SAID = (
    detections.c.clause_id == decisions.c.clause_id, opinions.c.said_by != SOURCE,
    or_(opinions.c.opinion != Opinion.DISPUTED.value, opinions.c.at_us <= decisions.c.at_us),
)  # fmt: skip
# What was decided itself, in bulk or one by one, and what somebody would undo of it.
_BY_DECISION = (
    _people(decisions.c.decided_by, decisions.c.at_us, decisions.c.id),
    _people(proposals.c.proposed_by, proposals.c.at_us, proposals.c.decision_id),
    _people(bulks.c.decided_by, bulks.c.at_us, findings.c.decision_id).join_from(
        findings, bulks, bulks.c.id == findings.c.bulk_id
    ),
    # Earlier appeals against the same: these were answers, too.
    _people(appeal_answers.c.answered_by, appeal_answers.c.at_us, appeals.c.decision_id)
    .join_from(appeal_answers, appeals, appeals.c.id == appeal_answers.c.appeal_id)
    .where(appeals.c.state == AppealState.DECIDED.value),
    # The rule that did it: who wrote it, put it into force, and approved that.
    _people(rules.c.written_by, rules.c.written_us, rule_fires.c.decision_id).join_from(
        rule_fires, rules, rules.c.name == rule_fires.c.rule
    ),
    _people(rule_moves.c.moved_by, rule_moves.c.at_us, rule_fires.c.decision_id).join_from(
        rule_fires, rule_moves, rule_moves.c.name == rule_fires.c.rule
    ),
    _people(rule_moves.c.proposed_by, rule_moves.c.at_us, rule_fires.c.decision_id).join_from(
        rule_fires, rule_moves, rule_moves.c.name == rule_fires.c.rule
    ),
    # The order that it gave effect to: who registered it, and who verified it.
    *(
        _people(who, at, order_decisions.c.decision_id).join_from(
            order_decisions, orders, orders.c.id == order_decisions.c.order_id
        )
        for who, at in ((orders.c.registered_by, orders.c.registered_us), (orders.c.verified_by, orders.c.verified_us))
    ),
    # The entries of banks that its items met under its clause: who said what they are.
    _people(opinions.c.said_by, opinions.c.at_us, decisions.c.id)
    .join_from(decisions, detections, detections.c.item_id == decisions.c.item_id)
    .join(opinions, opinions.c.member_id == detections.c.member_id)
    .where(*_HAD_SAID),
    _people(opinions.c.said_by, opinions.c.at_us, decision_answers.c.decision_id)
    .join_from(decision_answers, decisions, decisions.c.id == decision_answers.c.decision_id)
    .join(detections, detections.c.item_id == decision_answers.c.item_id)
    .join(opinions, opinions.c.member_id == detections.c.member_id)
    .where(*_HAD_SAID),
)
_SAME_CLAUSE = cases.c.clause_id == decisions.c.clause_id
# The cases in which it was found, that it ended, or in which its items lie under the same clause.
_CASES = (
    select(settlements.c.case_id).where(among(settlements.c.decision_id)),
    select(case_answers.c.case_id).where(among(case_answers.c.meanwhile)),
    select(case_findings.c.case_id).where(among(case_findings.c.decision_id)),
    select(cases.c.id.label("case_id")).where(among(cases.c.closed_by)),
    select(case_items.c.case_id)
    .join_from(decisions, case_items, case_items.c.item_id == decisions.c.item_id)
    .join(cases, (cases.c.id == case_items.c.case_id) & _SAME_CLAUSE)
    .where(among(decisions.c.id)),
    select(case_items.c.case_id)
    .join_from(decision_answers, case_items, case_items.c.item_id == decision_answers.c.item_id)
    .join(decisions, decisions.c.id == decision_answers.c.decision_id)
    .join(cases, (cases.c.id == case_items.c.case_id) & _SAME_CLAUSE)
    .where(among(decision_answers.c.decision_id)),
    select(rule_fires.c.case_id).where(among(rule_fires.c.decision_id), rule_fires.c.case_id.is_not(None)),
)
_BY_CASE = (
    _people(case_answers.c.answered_by, case_answers.c.at_us, case_answers.c.case_id),
    *(
        _people(who, reports.c.created_us, report_cases.c.case_id).join_from(
            report_cases, reports, reports.c.id == report_cases.c.report_id
        )
        for who in (reports.c.created_by, reports.c.prepared_by, reports.c.approved_by)
    ),
)


class InvolvedReads:
    """The part of `ports.store.Reader` about who had a part."""

    _connection: Connection

    def involved_in(self, decision_ids: Iterable[DecisionId]) -> Involved:
        """Return who gave an answer, a decision, an approval or a proposal in these decisions."""
        ids = sorted(set(decision_ids))
        in_cases = {row["case_id"] for each in _CASES for row in rows_of(self._connection, each, ids)}
        latest: dict[str, datetime] = {}
        for person, at in (*self._found(_BY_DECISION, ids), *self._found(_BY_CASE, sorted(in_cases))):
            latest[person] = max(at, latest.get(person, at))
        return Involved(latest)

    def _found(self, asked: "Iterable[Select[Any]]", ids: Iterable[str]) -> Iterator[tuple[str, datetime]]:
        named = list(ids)
        for each in asked:
            yield from ((row["person"], from_us(row["at_us"])) for row in rows_of(self._connection, each, named))
