"""The rule book in the database; see `ports.rule_book`."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from tutela.adapters.db import rule_tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.audit import JSON, AuditEvent
from tutela.core.ids import ClauseId
from tutela.core.rules.rule import RuleState
from tutela.core.rules.rule_states import SHIPPED
from tutela.errors import Conflict, RuleChanged
from tutela.ports.clock import Clock
from tutela.ports.rule_book import EndedProposal, Proposal, RuleMove, StoredRule

_R, _S, _M, _P, _B = t.rules.c, t.shipped_rules.c, t.rule_moves.c, t.rule_proposals.c, t.rule_book.c
_SEQ = select(_B.seq).where(_B.id == 1)
_FIRST_SEQ = insert(t.rule_book).values(id=1, seq=1)
_NEXT_SEQ = update(t.rule_book).where(_B.id == 1).values(seq=_B.seq + 1)
_IN_STATES = select(t.rules).where(among(_R.state, "states")).order_by(_R.name, _R.version)
_VERSIONS = select(t.rules).where(_R.name == bindparam("of")).order_by(_R.version.desc())
_NEW = insert(t.rules)
_MOVE = (
    update(t.rules)
    .where(_R.name == bindparam("b_name"), _R.version == bindparam("b_version"), _R.state == bindparam("b_before"))
    .values(state=bindparam("b_after"))
)
_SHIPPED = select(t.shipped_rules)
_SHIPPED_STATE = select(_S.state).where(_S.name == bindparam("of"))
_NEW_SHIPPED = insert(t.shipped_rules)
_MOVE_SHIPPED = update(t.shipped_rules).where(_S.name == bindparam("b_name")).values(state=bindparam("b_after"))
_LAST_MOVE = select(func.max(_M.number)).where(_M.name == bindparam("of"))
_NEW_MOVE = insert(t.rule_moves)
_HISTORY = select(t.rule_moves).where(_M.name == bindparam("of")).order_by(_M.number)
_WAITING = select(t.rule_proposals).where(_P.ended_us.is_(None)).order_by(_P.at_us, _P.name)
_WAITS = select(_P.number).where(_P.name == bindparam("of"), _P.ended_us.is_(None))
_LAST_PROPOSAL = select(func.max(_P.number)).where(_P.name == bindparam("of"))
_PROPOSED = select(t.rule_proposals).where(_P.name == bindparam("of")).order_by(_P.number)
_NEW_PROPOSAL = insert(t.rule_proposals)
_END_PROPOSAL = (
    update(t.rule_proposals)
    .where(
        _P.name == bindparam("b_name"),
        _P.version == bindparam("b_version"),
        _P.after == bindparam("b_after"),
        _P.proposed_by == bindparam("b_by"),
        _P.ended_us.is_(None),
    )
    .values(ended_us=bindparam("b_now"), ended_by=bindparam("b_ended_by"), is_approved=bindparam("b_approved"))
)
_RUNNING = [RuleState.LIVE.value, RuleState.SHADOW.value]
_CURRENT = [*_RUNNING, RuleState.DRAFT.value]


class DatabaseRuleBook:
    """Keep rules beside everything else, audited like everything else: a hash of each source is in the audit."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def seq(self) -> int:
        """Return a number that grows with every change."""
        with read_transaction(self._engine) as connection:
            return connection.execute(_SEQ).scalar() or 0

    def current(self) -> list[StoredRule]:
        """Return every version that is not retired."""
        return self._rules(_IN_STATES, {"states": _CURRENT})

    def running(self) -> list[StoredRule]:
        """Return every version that is live or in shadow."""
        return self._rules(_IN_STATES, {"states": _RUNNING})

    def versions(self, name: str) -> list[StoredRule]:
        """Return every version of a rule."""
        return self._rules(_VERSIONS, {"of": name})

    def shipped_states(self) -> Mapping[str, RuleState]:
        """Return where the operator brought rules that ship."""
        with read_transaction(self._engine) as connection:
            return {row["name"]: RuleState(row["state"]) for row in connection.execute(_SHIPPED).mappings()}

    def add(self, rule: StoredRule, latest: str | None) -> StoredRule:
        """Store a new draft."""
        with write_transaction(self._engine) as connection:
            newest = connection.execute(_VERSIONS, {"of": rule.name}).mappings().first()
            if newest is not None and str(newest["version"]) != latest:
                when = f"{from_us(newest['written_us']):%Y-%m-%d %H:%M}"
                raise RuleChanged(
                    f"{newest['written_by']} wrote version {newest['version']} on {when} UTC",
                    place="made_from",
                    remedy="Read it, and write yours from it.",
                    newest=str(newest["version"]),
                    by=newest["written_by"],
                )
            number = 1 if newest is None else newest["version"] + 1
            row = _row(rule, number)
            connection.execute(_NEW, row)
            digest = hashlib.sha256(rule.source.encode()).hexdigest()
            told = {"by": rule.written_by, "version": str(number), "clause": str(rule.clause), "sha256": digest}
            self._audit(connection, "written", rule.name, told)
        return _rule(row)

    def proposals(self) -> list[Proposal]:
        """Return what waits for a second person."""
        with read_transaction(self._engine) as connection:
            return [_proposal(row) for row in connection.execute(_WAITING).mappings()]

    def proposed(self, name: str) -> list[EndedProposal]:
        """Return every move of a rule that was proposed."""
        with read_transaction(self._engine) as connection:
            return [
                EndedProposal(
                    _proposal(row),
                    None if row["ended_us"] is None else from_us(row["ended_us"]),
                    row["ended_by"],
                    bool(row["is_approved"]),
                )
                for row in connection.execute(_PROPOSED, {"of": name}).mappings()
            ]

    def propose(self, proposal: Proposal) -> None:
        """Store a proposal."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_WAITS, {"of": proposal.name}).first():
                remedy = "Approve or withdraw it first."
                raise Conflict("a move of this rule waits already", place="name", remedy=remedy)
            number = (connection.execute(_LAST_PROPOSAL, {"of": proposal.name}).scalar() or 0) + 1
            row = {
                "name": proposal.name, "number": number, "version": proposal.version, "before": proposal.before.value,
                "after": proposal.to.value, "proposed_by": proposal.by, "at_us": to_us(proposal.at),
                "reason": proposal.reason,
            }  # fmt: skip
            connection.execute(_NEW_PROPOSAL, row)
            told = {"by": proposal.by, "version": proposal.version, "to": proposal.to.value}
            self._audit(connection, "proposed", proposal.name, told)

    def withdraw(self, proposal: Proposal, by: str, at: datetime) -> None:
        """End a proposal without a move."""
        with write_transaction(self._engine) as connection:
            self._end(connection, proposal, by, at, is_approved=False)
            told = {"by": by, "version": proposal.version, "to": proposal.to.value}
            self._audit(connection, "withdrawn", proposal.name, told)

    def move(self, moves: Sequence[RuleMove], approves: Proposal | None = None) -> None:
        """Bring versions from one state into another."""
        with write_transaction(self._engine) as connection:
            if approves is not None:
                self._end(connection, approves, moves[0].by, moves[0].at, is_approved=True)
            for each in moves:
                _move(connection, each)
                told: dict[str, JSON] = {
                    "by": each.by, "version": each.version, "from": each.before.value, "to": each.after.value,
                    "proposed_by": each.proposed_by,
                }  # fmt: skip
                self._audit(connection, "moved", each.name, told)

    def history(self, name: str) -> list[RuleMove]:
        """Return every move of a rule's versions."""
        with read_transaction(self._engine) as connection:
            return [_rule_move(row) for row in connection.execute(_HISTORY, {"of": name}).mappings()]

    def _rules(self, statement: Any, asked: dict[str, Any]) -> list[StoredRule]:
        with read_transaction(self._engine) as connection:
            return [_rule(row) for row in connection.execute(statement, asked).mappings()]

    def _end(self, connection: Connection, proposal: Proposal, by: str, at: datetime, *, is_approved: bool) -> None:
        named = {
            "b_name": proposal.name, "b_version": proposal.version, "b_after": proposal.to.value,
            "b_by": proposal.by, "b_now": to_us(at), "b_ended_by": by, "b_approved": int(is_approved),
        }  # fmt: skip
        if connection.execute(_END_PROPOSAL, named).rowcount != 1:
            raise Conflict("this proposal waits no more", place="name", remedy="Read the rule again.")

    def _audit(self, connection: Connection, what: str, name: str, body: Mapping[str, JSON]) -> None:
        """Write the entry of a change, and let every process notice the change."""
        if connection.execute(_NEXT_SEQ).rowcount == 0:
            connection.execute(_FIRST_SEQ)
        self._chain.append(connection, [AuditEvent(f"operator:rule:{what}", name, dict(body))], self._clock.now())


def _move(connection: Connection, move: RuleMove) -> None:
    if not _changed(connection, move):
        remedy = "Read it again."
        raise RuleChanged(f"version {move.version} is in another state by now", place="version", remedy=remedy)
    number = (connection.execute(_LAST_MOVE, {"of": move.name}).scalar() or 0) + 1
    row = {
        "name": move.name, "number": number, "version": move.version, "before": move.before.value,
        "after": move.after.value, "moved_by": move.by, "proposed_by": move.proposed_by, "at_us": to_us(move.at),
        "reason": move.reason,
    }  # fmt: skip
    connection.execute(_NEW_MOVE, row)


def _changed(connection: Connection, move: RuleMove) -> bool:
    """Change the state; return whether it was what the move says."""
    named = {"b_name": move.name, "b_after": move.after.value}
    if not move.version.startswith(SHIPPED):
        own = {**named, "b_version": int(move.version), "b_before": move.before.value}
        return connection.execute(_MOVE, own).rowcount == 1
    stored = connection.execute(_SHIPPED_STATE, {"of": move.name}).scalar()
    if stored is None:
        connection.execute(_NEW_SHIPPED, {"name": move.name, "state": move.after.value})
    else:
        connection.execute(_MOVE_SHIPPED, named)
    return (stored or RuleState.LIVE.value) == move.before.value


def _row(rule: StoredRule, number: int) -> dict[str, Any]:
    return {
        "name": rule.name, "version": number, "clause_id": rule.clause, "source": rule.source,
        "written_by": rule.written_by, "written_us": to_us(rule.written_at) if rule.written_at else 0,
        "made_from": rule.made_from, "state": RuleState.DRAFT.value,
    }  # fmt: skip


def _rule(row: Row | Mapping[str, Any]) -> StoredRule:
    return StoredRule(
        row["name"], str(row["version"]), ClauseId(row["clause_id"]), RuleState(row["state"]), row["source"],
        row["written_by"], from_us(row["written_us"]), row["made_from"],
    )  # fmt: skip


def _proposal(row: Row) -> Proposal:
    return Proposal(
        row["name"], row["version"], RuleState(row["before"]), RuleState(row["after"]), row["proposed_by"],
        from_us(row["at_us"]), row["reason"],
    )  # fmt: skip


def _rule_move(row: Row) -> RuleMove:
    return RuleMove(
        row["name"], row["version"], RuleState(row["before"]), RuleState(row["after"]), row["moved_by"],
        from_us(row["at_us"]), row["reason"], row["proposed_by"],
    )  # fmt: skip
