"""Write and read strikes; see `ports.store`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.enforcement_tables import strikes
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.ids import AccountId, ClauseId, DecisionId
from tutela.core.strikes import Decay, DecayKind, Strike

_REVERSALS = t.decisions.alias("reversals")
_STRIKES = (
    select(strikes, _REVERSALS.c.id.label("reversed_by"))
    .outerjoin(_REVERSALS, _REVERSALS.c.reverses == strikes.c.decision_id)
    .where(among(strikes.c.account_id))
    .order_by(strikes.c.at_us, strikes.c.decision_id, strikes.c.clause_id)
)


def strike_row(strike: Strike) -> dict[str, Any]:
    """Return the row of a strike."""
    return {
        "decision_id": strike.decision_id,
        "account_id": strike.account_id,
        "clause_id": strike.clause_id,
        "ladder": strike.ladder,
        "points": strike.points,
        "at_us": to_us(strike.at),
        "decay": strike.decay.kind.value,
        "decay_days": strike.decay.days,
    }


def strike_of(row: Row) -> Strike:
    """Return the strike of a row, with the decision that reversed its own."""
    return Strike(
        decision_id=DecisionId(row["decision_id"]),
        account_id=AccountId(row["account_id"]),
        clause_id=ClauseId(row["clause_id"]),
        ladder=row["ladder"],
        points=row["points"],
        at=from_us(row["at_us"]),
        decay=Decay(DecayKind(row["decay"]), row["decay_days"]),
        reversed_by=DecisionId(row["reversed_by"]) if row["reversed_by"] else None,
    )


class StrikeReads:
    """The part of `ports.store.Reader` about strikes."""

    _connection: Connection

    def strikes(self, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[Strike, ...]]:
        """Return all strikes of each account, reversed and old ones too, oldest first."""
        asked = list(account_ids)
        found: dict[AccountId, list[Strike]] = {account_id: [] for account_id in asked}
        for row in rows_of(self._connection, _STRIKES, asked):
            found[AccountId(row["account_id"])].append(strike_of(row))
        return {account_id: tuple(each) for account_id, each in found.items()}
