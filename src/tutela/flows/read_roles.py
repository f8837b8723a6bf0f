"""Read what everybody concerned by a case was found to be."""

from collections.abc import Iterable

from tutela.core.ids import AccountId, DecisionId
from tutela.core.roles import Role
from tutela.ports.store import Reader


def roles_found(reader: Reader, findings: Iterable[DecisionId]) -> dict[AccountId, Role]:
    """Return the part that each account had; of several findings, oldest first, the last one counts."""
    ids = list(findings)
    records = reader.findings(ids)
    return {account: role for each in ids if each in records for account, role in records[each].roles.items()}
