"""Facts of accounts in the database; see `ports.account_facts`."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.deliveries import tell_all
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.facts_tables import account_facts
from tutela.adapters.db.lists import among
from tutela.core.audit import AuditEvent
from tutela.core.filing.account_facts import ASKED_ABOUT, FRESH_FOR
from tutela.core.ids import AccountId, DecisionId
from tutela.core.plans import Source
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.errors import Conflict
from tutela.ports.account_facts import Ask, FactsRecord, FoundFor, NewFacts, SealedFacts
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy

_F = account_facts.c
_ONE = select(account_facts).where(_F.account_id == bindparam("id"))
_EMPTY = {"series": 1, "parts": "[]", "asked_of": 0}
_TAKE_OUT = (
    update(account_facts)
    .where(_F.account_id == bindparam("b_id"), _F.series == bindparam("b_series"))
    .values(
        series=_F.series + 1, wrapped=None, sealed=None, parts="[]", told_us=None, told_by=None,
        destroyed_us=bindparam("b_at"),
    )
)  # fmt: skip
_KEEP = (
    update(account_facts)
    .where(_F.account_id == bindparam("b_id"), _F.series == bindparam("b_series"))
    .values(
        wrapped=bindparam("b_wrapped"), sealed=bindparam("b_sealed"), parts=bindparam("b_parts"),
        told_us=bindparam("b_at"), told_by=bindparam("b_by"),
    )
)  # fmt: skip
_TOO_SOON = select(_F.account_id).where(among(_F.account_id), _F.asked_us > bindparam("not_since")).limit(1)
_ASKED = (
    update(account_facts).where(among(_F.account_id)).values(asked_us=bindparam("b_at"), asked_of=bindparam("b_of"))
)

_REVERSAL = t.decisions.alias("reversal")
_OF_CASE = finding_roles.alias("of_case")
_DAY_US = round(FRESH_FOR.total_seconds() * 1_000_000)
# From the open cases on: few, whatever the number of decisions. Two that await each other have given nobody a part yet.
_WANTED = (
    select(finding_roles.c.account_id, t.accounts.c.platform_id, t.decisions.c.id)
    .distinct()
    .select_from(t.cases)
    .join(_OF_CASE, _OF_CASE.c.account_id == t.cases.c.account_id)
    .join(t.decisions, t.decisions.c.id == _OF_CASE.c.decision_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == t.decisions.c.id)
    .join(finding_roles, finding_roles.c.decision_id == t.decisions.c.id)
    .join(t.accounts, t.accounts.c.id == finding_roles.c.account_id)
    .outerjoin(account_facts, _F.account_id == finding_roles.c.account_id)
    .where(
        text("cases.closed_by IS NULL AND cases.purpose = 'work'"),
        t.cases.c.clause_id.in_(ZERO_TOLERANCE_IDS),
        t.decisions.c.clause_id == t.cases.c.clause_id,
        t.decisions.c.source == Source.PERSON.value,
        t.decisions.c.at_us <= bindparam("found_before"),
        _REVERSAL.c.id.is_(None),
        finding_roles.c.role.in_(sorted(ASKED_ABOUT)),
        or_(_F.told_us.is_(None), _F.told_us < t.decisions.c.at_us - _DAY_US),
        or_(_F.destroyed_us.is_(None), _F.destroyed_us < t.decisions.c.at_us),
        or_(_F.asked_us.is_(None), _F.asked_us <= bindparam("asked_before")),
    )
    .order_by(finding_roles.c.account_id, t.decisions.c.id)
    .limit(bindparam("limit"))
)


class DatabaseFacts:
    """Keep facts beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock, entropy: Entropy) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock, self._entropy = engine, chain, clock, entropy
        dialect: Any = postgresql if is_postgresql(engine) else sqlite
        # Whoever comes first makes the row, so that all that follows are updates of one that is there.
        self._make = dialect.insert(account_facts).on_conflict_do_nothing(index_elements=["account_id"])

    def record(self, account_id: AccountId) -> FactsRecord:
        """Return how the facts of an account stand."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": account_id}).mappings().one_or_none()
        return FactsRecord(account_id) if row is None else _record(row)

    def keep(self, new: NewFacts) -> None:
        """Store facts in the place of what was there."""
        with write_transaction(self._engine) as connection:
            self._make_rows(connection, [new.account_id])
            kept = connection.execute(
                _KEEP,
                {
                    "b_id": new.account_id, "b_series": new.held.series, "b_wrapped": new.held.wrapped,
                    "b_sealed": new.held.sealed, "b_parts": json.dumps(new.parts), "b_at": rows.to_us(new.at),
                    "b_by": new.by,
                },
            )  # fmt: skip
            if kept.rowcount != 1:
                raise Conflict("these facts were destroyed at the same moment", remedy="Send them again.")
            self._audit(connection, "platform:facts:told", new.account_id, {"by": new.by, "parts": list(new.parts)})

    def forget(self, account_id: AccountId, at: datetime, by: str) -> int | None:
        """Take the facts out and return the series that is to be destroyed."""
        with write_transaction(self._engine) as connection:
            row = connection.execute(_ONE, {"id": account_id}).mappings().one_or_none()
            if row is None or row["sealed"] is None:
                return None
            series = int(row["series"])
            connection.execute(_TAKE_OUT, {"b_id": account_id, "b_series": series, "b_at": rows.to_us(at)})
            self._audit(connection, "person:facts:destroyed", account_id, {"by": by, "series": series})
        return series

    def looked_at(self, account_id: AccountId, by: str) -> None:
        """Enter that somebody read the facts."""
        with write_transaction(self._engine) as connection:
            self._audit(connection, "person:facts:read", account_id, {"by": by})

    def wanted(self, now: datetime, found_before: datetime, limit: int) -> list[FoundFor]:
        """Return accounts with a part in a finding whose facts are missing or old."""
        asked = {
            "found_before": rows.to_us(found_before), "asked_before": rows.to_us(now - FRESH_FOR), "limit": limit,
        }  # fmt: skip
        found: dict[tuple[str, str], list[DecisionId]] = defaultdict(list)
        with read_transaction(self._engine) as connection:
            for account_id, platform_id, decision_id in connection.execute(_WANTED, asked):
                found[account_id, platform_id].append(DecisionId(decision_id))
        return [FoundFor(AccountId(one), named, tuple(each)) for (one, named), each in found.items()]

    def ask(self, asked: Ask) -> int:
        """Have every endpoint told that wants to be asked, and note it."""
        ids = sorted(set(asked.account_ids))
        with write_transaction(self._engine) as connection:
            if asked.not_since is not None:
                before = {"ids": ids, "not_since": rows.to_us(asked.not_since)}
                if connection.execute(_TOO_SOON, before).first() is not None:
                    return 0
            told = tell_all(connection, asked.notice, asked.at, lambda: self._entropy.new_id("delivery"))
            if told:
                self._make_rows(connection, ids)
                connection.execute(_ASKED, {"ids": ids, "b_at": rows.to_us(asked.at), "b_of": told})
                events = [AuditEvent("operator:facts:asked", each, {"by": asked.by, "of": told}) for each in ids]
                self._chain.append(connection, events, self._clock.now())
        return told

    def _make_rows(self, connection: Connection, account_ids: Iterable[AccountId]) -> None:
        connection.execute(self._make, [{"account_id": each, **_EMPTY} for each in sorted(account_ids)])

    def _audit(self, connection: Connection, kind: str, account_id: AccountId, body: dict[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(kind, account_id, body)], self._clock.now())


def _record(row: RowMapping) -> FactsRecord:
    series, sealed = int(row["series"]), row["sealed"]
    held = None if sealed is None else SealedFacts(series, bytes(row["wrapped"]), bytes(sealed))
    return FactsRecord(
        account_id=AccountId(row["account_id"]),
        series=series,
        held=held,
        parts=tuple(json.loads(row["parts"])),
        told_at=None if row["told_us"] is None else rows.from_us(row["told_us"]),
        told_by=row["told_by"],
        destroyed_at=None if row["destroyed_us"] is None else rows.from_us(row["destroyed_us"]),
        asked_at=None if row["asked_us"] is None else rows.from_us(row["asked_us"]),
        asked_of=int(row["asked_of"]),
    )
