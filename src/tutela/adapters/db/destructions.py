"""Destructions in the database; see `ports.destructions`."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, bindparam, delete, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.destruction_rows import content_row, destruction_of, destruction_row, doomed_of
from tutela.adapters.db.destruction_tables import destruction_contents, destructions
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.hold_rows import told_contents
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.store import DatabaseReader
from tutela.core.audit import JSON, AuditEvent
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.filing.evidence_kinds import EvidenceFacts
from tutela.core.filing.holds import active
from tutela.core.ids import DestructionId, EvidenceId
from tutela.errors import Conflict
from tutela.ports.clock import Clock

PROPOSED, DECLINED, BEGUN = "staff:destruction:proposed", "staff:destruction:declined", "staff:destruction:begun"
BEGUN_ITSELF, DESTROYED = "system:destruction:begun", "system:destruction:destroyed"
PROVED = "system:destruction:proved"

_D, _C = destructions.c, destruction_contents.c
_ONE = select(destructions).where(_D.id == bindparam("id"))
_CERTIFICATE = select(_D.certificate).where(_D.id == bindparam("id"))
_PAGE = select(destructions).where(_D.id > bindparam("after")).order_by(_D.id).limit(bindparam("limit"))
_IN_STATE = _PAGE.where(_D.state == bindparam("state"))
_CONTENTS = select(destruction_contents).where(_C.destruction_id == bindparam("id")).order_by(_C.evidence_id)
_UNDER_WAY = (
    select(_C.evidence_id, _C.destruction_id, _D.state)
    .join_from(destruction_contents, destructions, _D.id == _C.destruction_id)
    .where(
        among(_C.evidence_id), _D.state.in_([DestructionState.PROPOSED.value, DestructionState.DESTROYING.value])
    )
)  # fmt: skip
_WAITS = (_D.id == bindparam("b_id"), _D.version == bindparam("b_version"), _D.state == DestructionState.PROPOSED.value)
_END = (
    update(destructions)
    .where(*_WAITS)
    .values(
        state=bindparam("b_state"), agreed_by=bindparam("b_by"), agreed_us=bindparam("b_us"),
        version=bindparam("b_version") + 1,
    )
)  # fmt: skip
_FORGET_CONTENTS = delete(destruction_contents).where(_C.destruction_id == bindparam("b_id"))
_GONE = (
    update(destructions)
    .where(_D.id == bindparam("b_id"), _D.state == DestructionState.DESTROYING.value)
    .values(state=DestructionState.DESTROYED.value, destroyed_us=bindparam("b_us"))
)
_PROVED = (
    update(destructions)
    .where(_D.id == bindparam("b_id"), _D.state == DestructionState.DESTROYED.value)
    .values(
        state=DestructionState.PROVED.value, proved_us=bindparam("b_us"), certificate=bindparam("b_certificate")
    )
)  # fmt: skip


class DatabaseDestructions:
    """Keep destructions beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def propose(self, destruction: Destruction, contents: Sequence[Doomed]) -> None:
        """Store a new one that waits."""
        with write_transaction(self._engine) as connection:
            if taken := _under_way(connection, [each.id for each in contents]):
                raise _taken(min(taken))
            _store(connection, destruction, contents)
            self._audit(connection, PROPOSED, destruction, contents)

    def decline(self, before: Destruction, by: str, at: datetime) -> None:
        """End one that waits."""
        with write_transaction(self._engine) as connection:
            _end(connection, before, DestructionState.DECLINED, by, at)
            event = AuditEvent(DECLINED, before.id, {"by": by})
            self._chain.append(connection, [event], self._clock.now())

    def begin(
        self, after: Destruction, contents: Sequence[Doomed], now: datetime, weighed: Mapping[EvidenceId, EvidenceFacts]
    ) -> None:
        """Store the intent; whatever was done about it a moment ago wins."""
        with write_transaction(self._engine) as connection:
            _refuse_what_is_held(connection, contents, now)
            _refuse_what_changed(connection, weighed)
            others = {
                evidence_id
                for evidence_id, (other, state) in _under_way(connection, [each.id for each in contents]).items()
                if other != after.id and (state is DestructionState.DESTROYING or after.basis is not Basis.ORDER)
            }
            if others:
                raise _taken(min(others))
            self._begin(connection, after, contents)

    def _begin(self, connection: Connection, after: Destruction, contents: Sequence[Doomed]) -> None:
        known = connection.execute(_ONE, {"id": after.id}).mappings().first()
        if known is None:
            _store(connection, after, contents)
        else:
            _end(connection, destruction_of(known), after.state, after.agreed_by or "", after.agreed_at)
            connection.execute(_FORGET_CONTENTS, {"b_id": after.id})
            _store_contents(connection, after.id, contents)
        kind = BEGUN_ITSELF if after.basis is Basis.ITSELF else BEGUN
        self._audit(connection, kind, after, contents)

    def destroyed(self, destruction_id: DestructionId, at: datetime) -> None:
        """Store that keys and bytes are gone."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_GONE, {"b_id": destruction_id, "b_us": rows.to_us(at)}).rowcount == 1:
                event = AuditEvent(DESTROYED, destruction_id, {})
                self._chain.append(connection, [event], self._clock.now())

    def prove(self, destruction_id: DestructionId, certificate: bytes | None, at: datetime) -> None:
        """Store the certificate."""
        values = {"b_id": destruction_id, "b_us": rows.to_us(at), "b_certificate": certificate}
        told: dict[str, JSON] = {} if certificate is None else {"sha256": hashlib.sha256(certificate).hexdigest()}
        with write_transaction(self._engine) as connection:
            if connection.execute(_PROVED, values).rowcount == 1:
                self._chain.append(connection, [AuditEvent(PROVED, destruction_id, told)], self._clock.now())

    def destruction(self, destruction_id: DestructionId) -> Destruction | None:
        """Return one."""
        found = self._rows(_ONE, {"id": destruction_id})
        return destruction_of(found[0]) if found else None

    def contents(self, destruction_id: DestructionId) -> list[Doomed]:
        """Return what it is about."""
        return [doomed_of(row) for row in self._rows(_CONTENTS, {"id": destruction_id})]

    def certificate(self, destruction_id: DestructionId) -> bytes | None:
        """Return its certificate."""
        found = self._rows(_CERTIFICATE, {"id": destruction_id})
        return bytes(found[0]["certificate"]) if found and found[0]["certificate"] is not None else None

    def page(self, after: str, limit: int, *, state: DestructionState | None = None) -> list[Destruction]:
        """Return destructions by id."""
        asked = {"after": after, "limit": limit}
        found = self._rows(_PAGE, asked) if state is None else self._rows(_IN_STATE, {**asked, "state": state.value})
        return [destruction_of(row) for row in found]

    def in_destruction(self, evidence_ids: Iterable[EvidenceId]) -> Mapping[EvidenceId, DestructionId]:
        """Return in which each is proposed or being destroyed."""
        with read_transaction(self._engine) as connection:
            return {each: found for each, (found, _) in _under_way(connection, evidence_ids).items()}

    def _rows(self, statement: "Select[Any]", asked: Mapping[str, Any]) -> list[RowMapping]:
        with read_transaction(self._engine) as connection:
            return list(connection.execute(statement, asked).mappings())

    def _audit(self, connection: Connection, kind: str, of: Destruction, contents: Sequence[Doomed]) -> None:
        by = of.agreed_by or of.proposed_by
        told = {"by": by, "basis": of.basis.value, **told_contents(each.id for each in contents)}
        self._chain.append(connection, [AuditEvent(kind, of.id, told)], self._clock.now())


def being_destroyed(connection: Connection, evidence_ids: Iterable[str]) -> Iterator[str]:
    """Yield those of which the destruction has begun: no hold can be placed on them any more."""
    found = _under_way(connection, evidence_ids)
    yield from sorted(each for each, (_, state) in found.items() if state is DestructionState.DESTROYING)


def _under_way(
    connection: Connection, evidence_ids: Iterable[str]
) -> dict[EvidenceId, tuple[DestructionId, DestructionState]]:
    found = rows_of(connection, _UNDER_WAY, evidence_ids)
    return {
        EvidenceId(row["evidence_id"]): (DestructionId(row["destruction_id"]), DestructionState(row["state"]))
        for row in found
    }


def _refuse_what_is_held(connection: Connection, contents: Sequence[Doomed], now: datetime) -> None:
    held = DatabaseReader(connection).holds_of(each.id for each in contents)
    for each in contents:
        left = [hold.id for hold in active(held.get(each.id, ()), now) if hold.id not in each.ended_holds]
        if left:
            raise Conflict(f"it is held by {left[0]}", place=each.id, remedy="Wait for its end, or release it.")


def _refuse_what_changed(connection: Connection, weighed: Mapping[EvidenceId, EvidenceFacts]) -> None:
    found = DatabaseReader(connection).evidence_facts(weighed)
    for each, facts in weighed.items():
        if found.get(each) != facts:
            raise Conflict("something was done about it meanwhile", place=each, remedy="Look at it, then try again.")


def _store(connection: Connection, destruction: Destruction, contents: Sequence[Doomed]) -> None:
    connection.execute(insert(destructions), destruction_row(destruction))
    _store_contents(connection, destruction.id, contents)


def _store_contents(connection: Connection, destruction_id: DestructionId, contents: Sequence[Doomed]) -> None:
    connection.execute(insert(destruction_contents), [content_row(destruction_id, each) for each in contents])


def _end(connection: Connection, before: Destruction, to: DestructionState, by: str, at: datetime | None) -> None:
    values = {
        "b_id": before.id, "b_version": before.version, "b_state": to.value, "b_by": by, "b_us": rows.maybe_us(at)
    }  # fmt: skip
    if connection.execute(_END, values).rowcount != 1:
        raise Conflict("this proposal waits no more", place="id", remedy="Read it again.")


def _taken(evidence_id: str) -> Conflict:
    return Conflict(
        "it is proposed for destruction, or is being destroyed", place=evidence_id, remedy="Read that proposal."
    )
