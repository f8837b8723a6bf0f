"""Read which rules fired, and what came of it; see `ports.events`."""

from collections.abc import Iterable
from datetime import datetime

import orjson
from sqlalchemy import Connection, and_, bindparam, case, func, not_, select

from tutela.adapters.db.event_tables import ACTED, WAITING, rule_fires
from tutela.adapters.db.judged_accounts import is_found, is_looked_at
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.adapters.db.tables import accounts
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, EventId, FireId
from tutela.ports.events import Fire, FireOutcome, Judged, RuleFigures

_HIGHEST = "~"
"""Behind every identifier of ours."""

_ACTED = select(rule_fires.c.rule, rule_fires.c.account_id).where(
    among(rule_fires.c.account_id),
    rule_fires.c.at_us > bindparam("since"),
    ACTED,
)
_CASES_BY_RULE = (
    select(rule_fires.c.rule, func.count().label("fires"))
    .where(
        among(rule_fires.c.rule),
        rule_fires.c.at_us > bindparam("since"),
        ACTED,  # repeated ones lie in a case and open none
        rule_fires.c.case_id.is_not(None),
    )
    .group_by(rule_fires.c.rule)
)
_NEWEST = select(rule_fires).order_by(rule_fires.c.id.desc()).limit(bindparam("limit"))
_OF_CASE = _NEWEST.where(rule_fires.c.case_id == bindparam("case"))
_RULES_OF_CASES = (
    select(rule_fires.c.case_id, rule_fires.c.rule)
    .where(among(rule_fires.c.case_id))
    .group_by(rule_fires.c.case_id, rule_fires.c.rule)
    .order_by(func.min(rule_fires.c.id))
)
_OF_DECISION = select(rule_fires).where(rule_fires.c.decision_id == bindparam("decision")).order_by(rule_fires.c.id)
_OF_RULE = _NEWEST.where(rule_fires.c.rule == bindparam("rule"), rule_fires.c.id < bindparam("before"))
_WAIT = (
    select(rule_fires).where(WAITING).order_by(rule_fires.c.severity.desc(), rule_fires.c.id).limit(bindparam("limit"))
)
_LAID = select(func.count()).select_from(rule_fires).where(rule_fires.c.laid_us >= bindparam("since"))
_WAITING_FOR = select(rule_fires.c.rule, rule_fires.c.account_id).where(among(rule_fires.c.account_id), WAITING)
_WAIT_COUNT = select(func.count()).select_from(rule_fires).where(WAITING)
_FIGURES = (
    select(
        rule_fires.c.rule, rule_fires.c.version, rule_fires.c.outcome, func.count().label("fires"),
        func.count(rule_fires.c.account_id.distinct()).label("accounts"),
        func.count(rule_fires.c.case_id.distinct()).label("cases"),
        func.min(rule_fires.c.at_us).label("first_us"), func.max(rule_fires.c.at_us).label("last_us"),
    )
    .where(rule_fires.c.at_us > bindparam("since"))
    .group_by(rule_fires.c.rule, rule_fires.c.version, rule_fires.c.outcome)
    .order_by(rule_fires.c.rule, rule_fires.c.version, rule_fires.c.outcome)
)  # fmt: skip
_CASES_OF_RULES = (
    select(rule_fires.c.rule, func.count(rule_fires.c.case_id.distinct()).label("cases"))
    .where(rule_fires.c.at_us > bindparam("since"))
    .group_by(rule_fires.c.rule)
)
_FIGURES_OF = _FIGURES.where(rule_fires.c.rule == bindparam("rule"))
_ACCOUNTS = (
    select(rule_fires.c.account_id, func.max(rule_fires.c.clause_id).label("clause_id"))
    .where(rule_fires.c.rule == bindparam("rule"), rule_fires.c.at_us > bindparam("since"))
    .group_by(rule_fires.c.account_id)
    .order_by(func.max(rule_fires.c.id).desc())
    .limit(bindparam("limit"))
)
_JUDGED = select(
    accounts.c.id,
    is_found(accounts.c.id, bindparam("clause")).label("is_found"),
    is_looked_at(accounts.c.id, bindparam("clause")).label("is_looked_at"),
).where(among(accounts.c.id))
MOST_JUDGED = 50_000
"""Fires whose accounts are asked about when all rules are: the newest, so that a busy month costs no more."""

_NEWEST_FIRES = (
    select(rule_fires.c.rule, rule_fires.c.account_id, rule_fires.c.clause_id)
    .where(rule_fires.c.at_us > bindparam("since"))
    .order_by(rule_fires.c.at_us.desc())
    .limit(MOST_JUDGED)
    .subquery("newest")
)
_MET = select(_NEWEST_FIRES).distinct().subquery("met")
_SEEN = select(
    _MET.c.rule,
    is_found(_MET.c.account_id, _MET.c.clause_id).label("is_found"),
    is_looked_at(_MET.c.account_id, _MET.c.clause_id).label("is_looked_at"),
).subquery("seen")
_JUDGED_BY_RULE = (
    select(
        _SEEN.c.rule,
        func.count(case((_SEEN.c.is_found, 1))).label("found"),
        func.count(case((and_(_SEEN.c.is_looked_at, not_(_SEEN.c.is_found)), 1))).label("cleared"),
    )
    .group_by(_SEEN.c.rule)
    .order_by(_SEEN.c.rule)
)


def fire_of(row: Row) -> Fire:
    """Return the fire of a row."""
    return Fire(
        id=FireId(row["id"]),
        rule=row["rule"],
        version=row["version"],
        clause_id=ClauseId(row["clause_id"]),
        event_id=EventId(row["event_id"]),
        account_id=AccountId(row["account_id"]),
        at=from_us(row["at_us"]),
        outcome=FireOutcome(row["outcome"]),
        because=row["because"],
        queue=row["queue"],
        severity=row["severity"],
        trace=tuple((said, value) for said, value in orjson.loads(row["trace"])),
        case_id=CaseId(row["case_id"]) if row["case_id"] else None,
        decision_id=DecisionId(row["decision_id"]) if row["decision_id"] else None,
    )


class FireReads:
    """The part of `ports.events.EventReader` about rules that fired."""

    _connection: Connection

    def acted_since(self, account_ids: Iterable[AccountId], since: datetime) -> set[tuple[str, AccountId]]:
        """Return which rules acted, and for which of these accounts, after *since*."""
        found = rows_of(self._connection, _ACTED, account_ids, since=to_us(since))
        return {(row["rule"], AccountId(row["account_id"])) for row in found}

    def waiting_for(self, account_ids: Iterable[AccountId]) -> set[tuple[str, AccountId]]:
        """Return which rules have something about these accounts that waits for its quota."""
        found = rows_of(self._connection, _WAITING_FOR, account_ids)
        return {(row["rule"], AccountId(row["account_id"])) for row in found}

    def cases_by_rule(self, rules: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how often each of *rules* acted, by which a case was opened or laid into, after *since*."""
        found = rows_of(self._connection, _CASES_BY_RULE, rules, since=to_us(since))
        return {row["rule"]: row["fires"] for row in found}

    def fires_of_case(self, case_id: CaseId, limit: int) -> list[Fire]:
        """Return what rules saw that lies in a case, newest first."""
        asked = {"case": case_id, "limit": limit}
        return [fire_of(row) for row in self._connection.execute(_OF_CASE, asked).mappings()]

    def rules_of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, list[str]]:
        """Return the rules of which something lies in each case, the first to fire first; none of the other cases."""
        found: dict[CaseId, list[str]] = {}
        for row in rows_of(self._connection, _RULES_OF_CASES, case_ids):
            found.setdefault(CaseId(row["case_id"]), []).append(row["rule"])
        return found

    def fires_of_decision(self, decision_id: DecisionId) -> list[Fire]:
        """Return the rules that led to a decision."""
        found = self._connection.execute(_OF_DECISION, {"decision": decision_id}).mappings()
        return [fire_of(row) for row in found]

    def fires_of_rule(self, rule: str, before: str, limit: int) -> list[Fire]:
        """Return the fires of a rule in any version, newest first: those before the id *before*, if it is not empty."""
        asked = {"rule": rule, "before": before or _HIGHEST, "limit": limit}
        return [fire_of(row) for row in self._connection.execute(_OF_RULE, asked).mappings()]

    def fires_waiting(self, limit: int) -> list[Fire]:
        """Return fires over the quota that nobody laid before a person yet: the gravest first, then the oldest."""
        return [fire_of(row) for row in self._connection.execute(_WAIT, {"limit": limit}).mappings()]

    def laid_since(self, since: datetime) -> int:
        """Return how many that waited were laid before a person since *since*."""
        return self._connection.execute(_LAID, {"since": to_us(since)}).scalar_one()

    def fires_waiting_count(self) -> int:
        """Return how many wait so."""
        return self._connection.execute(_WAIT_COUNT).scalar_one()

    def rule_figures(self, since: datetime, rule: str | None = None) -> list[RuleFigures]:
        """Return what each version of each rule, or of one, did after *since*."""
        asked = {"since": to_us(since)} | ({} if rule is None else {"rule": rule})
        rows = self._connection.execute(_FIGURES if rule is None else _FIGURES_OF, asked).mappings()
        return [
            RuleFigures(
                row["rule"], row["version"], FireOutcome(row["outcome"]), row["fires"], row["accounts"], row["cases"],
                from_us(row["first_us"]), from_us(row["last_us"]),
            )
            for row in rows
        ]  # fmt: skip

    def rule_cases(self, since: datetime) -> dict[str, int]:
        """Return into how many cases each rule laid something after *since*, each case once."""
        found = self._connection.execute(_CASES_OF_RULES, {"since": to_us(since)}).mappings()
        return {row["rule"]: row["cases"] for row in found}

    def accounts_of_rule(self, rule: str, since: datetime, limit: int) -> list[tuple[AccountId, ClauseId]]:
        """Return the accounts that a rule met after *since*, each once, with the clause: the newest *limit*."""
        asked = {"rule": rule, "since": to_us(since), "limit": limit}
        found = self._connection.execute(_ACCOUNTS, asked).mappings()
        return [(AccountId(row["account_id"]), ClauseId(row["clause_id"])) for row in found]

    def judged(self, account_ids: Iterable[AccountId], clause_id: ClauseId) -> Judged:
        """Return what people decided about these accounts under a clause."""
        rows = list(rows_of(self._connection, _JUDGED, account_ids, clause=clause_id))
        found = sum(bool(row["is_found"]) for row in rows)
        return Judged(found, sum(bool(row["is_looked_at"]) for row in rows if not row["is_found"]))

    def judged_by_rule(self, since: datetime) -> dict[str, Judged]:
        """Return what people decided about the accounts that each rule met after *since*: by its newest fires."""
        found = self._connection.execute(_JUDGED_BY_RULE, {"since": to_us(since)}).mappings()
        return {row["rule"]: Judged(row["found"], row["cleared"]) for row in found}
