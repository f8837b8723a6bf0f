"""Keep people from evidence about themselves: nobody holds, releases, destroys or hands out what they posted."""

from collections.abc import Iterable

from tutela.core.ids import EvidenceId
from tutela.core.permissions import Principal
from tutela.errors import NotForYou
from tutela.ports.store import Reader


def refuse_own_evidence(reader: Reader, principal: Principal, ids: Iterable[EvidenceId]) -> None:
    """Refuse what an account of *principal* posted, and reports about one; at the machine nobody is known to have any.

    Raises:
        tutela.errors.NotForYou: One of them is; the place says which.
    """
    own = reader.own_accounts(principal.id)
    if own and (about := reader.evidence_about(own, ids)):
        raise NotForYou("nobody decides about evidence on an account of their own", place=min(about))
