"""Write and read verifications; see `ports.store`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from tutela.adapters.db import tables as t
from tutela.adapters.db.enforcement_tables import verifications
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.content import Age
from tutela.core.ids import AccountId, DecisionId
from tutela.core.verifications import Verification, VerificationKind

_ONE = select(verifications).where(
    verifications.c.account_id == bindparam("account"),
    verifications.c.kind == bindparam("kind"),
    verifications.c.at_us == bindparam("at"),
)
UPDATE_AGE = (
    update(t.accounts)
    .where(t.accounts.c.id == bindparam("b_id"))
    .values(age_band=bindparam("b_band"), age_provenance=bindparam("b_provenance"))
)


def verification_row(verification: Verification) -> dict[str, Any]:
    """Return the row of a verification."""
    return {
        "account_id": verification.account_id,
        "kind": verification.kind.value,
        "at_us": to_us(verification.at),
        "recorded_us": to_us(verification.recorded_at),
        "decision_id": verification.decision_id,
    }


def age_row(account_id: AccountId, age: Age) -> dict[str, Any]:
    """Return what the statement that updates an age is given."""
    return {"b_id": account_id, "b_band": age.band.value, "b_provenance": age.provenance.value}


class VerificationReads:
    """The part of `ports.store.Reader` about verifications."""

    _connection: Connection

    def verification(self, account_id: AccountId, kind: VerificationKind, at: datetime) -> Verification | None:
        """Return what was recorded of this very verification."""
        asked = {"account": account_id, "kind": kind.value, "at": to_us(at)}
        row = self._connection.execute(_ONE, asked).first()
        if row is None:
            return None
        return Verification(
            account_id=AccountId(row.account_id),
            kind=VerificationKind(row.kind),
            at=from_us(row.at_us),
            recorded_at=from_us(row.recorded_us),
            decision_id=DecisionId(row.decision_id) if row.decision_id else None,
        )
