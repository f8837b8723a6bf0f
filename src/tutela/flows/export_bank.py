"""Say what of a bank may be handed on, and in which form: that which an import reads."""

from collections.abc import Iterable
from typing import Any

from tutela.core.banks import Bank, Member
from tutela.core.opinions import Said
from tutela.core.policy import Verification
from tutela.errors import Forbidden


def check_may_share(bank: Bank) -> None:
    """Refuse to hand on a bank of somebody else's whose licence does not allow it.

    What is wanted is a copy for oneself: `tutela backup` makes one of everything.

    Raises:
        tutela.errors.Forbidden: It may not be shared.
    """
    if not bank.may_share and bank.verification is not Verification.OWN:
        raise Forbidden(
            "the licence of this bank does not allow exporting it",
            place=bank.name,
            remedy="For a copy of your own installation use `tutela backup`.",
        )


def exported(member: Member, said: Iterable[Said]) -> dict[str, Any]:
    """Return a member as one line of an export; own opinions that its source must get are `feedback`, without names."""
    opinions = tuple(said)
    row: dict[str, Any] = {"type": member.signal_type.value, "value": member.value}
    row.update({"classification": member.classification} if member.classification else {})
    row.update({"tags": list(member.tags)} if member.tags else {})
    row.update(("opinion", each.opinion.value) for each in opinions if not each.is_own)
    owed = [{"opinion": s.opinion.value, "classification": s.classification} for s in opinions if s.is_owed]
    return {**row, "feedback": owed} if owed else row
