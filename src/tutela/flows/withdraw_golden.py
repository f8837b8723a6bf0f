"""Withdraw a golden case: what was held to be right is held no more, and nobody is measured by it."""

from dataclasses import dataclass, replace

from tutela.core.audit import AuditEvent
from tutela.core.ids import GoldenId
from tutela.core.looks import Golden
from tutela.core.permissions import Principal, demand
from tutela.errors import UnknownGolden
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.quality import QualityChanges
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class WithdrawGolden:
    """Withdraw one. It is given to nobody any more, and what was answered to it counts in no figure, nor ever did."""

    store: Store
    committer: Committer
    clock: Clock

    def __call__(self, principal: Principal, golden_id: GoldenId, reason: str) -> Golden:
        """Withdraw a golden case, and return it; one that is withdrawn stays as it is.

        Raises:
            tutela.errors.UnknownGolden: There is none of that identifier.
            tutela.errors.Conflict: Somebody else withdraws it at this moment.
        """
        demand(principal, "quality")
        with self.store.read() as reader:
            golden = reader.golden(golden_id)
        if golden is None:
            raise UnknownGolden(place="id")
        if golden.withdrawn_at is not None:
            return golden
        after = replace(golden, withdrawn_by=principal.id, withdrawn_at=self.clock.now(), withdrawn_for=reason)
        event = AuditEvent("person:golden:withdrawn", golden.case.id, {"by": principal.id, "golden": golden.id})
        self.committer.commit(Changeset(quality=QualityChanges(withdrawn=(after,)), audit=(event,)))
        return after
