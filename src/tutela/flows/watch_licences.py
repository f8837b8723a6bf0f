"""Notice that the licence of a list is over, and enter it in the audit once."""

from dataclasses import dataclass

import structlog

from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank
from tutela.core.licences import has_lapsed
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.store import Store

_log = structlog.get_logger(__name__)
_CHECKPOINT = "licence:"
"""With the id of the bank: the end of the licence that was entered last, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class WatchLicences:
    """Enter each lapse. Banks lapse by the clock, whether this runs or not: an end is compared when somebody asks."""

    store: Store
    committer: Committer
    clock: Clock

    def __call__(self) -> int:
        """Enter every lapse that is not entered yet; return how many."""
        now = self.clock.now()
        with self.store.read() as reader:
            lapsed = [bank for bank in reader.banks() if bank.is_active and has_lapsed(bank, now)]
            fresh = [bank for bank in lapsed if reader.checkpoint(_CHECKPOINT + bank.id) != _seconds(bank)]
        for bank in fresh:
            event = AuditEvent("system:bank:lapsed", bank.id, {"ended": _seconds(bank)})
            self.committer.commit(Changeset(checkpoints={_CHECKPOINT + bank.id: _seconds(bank)}, audit=(event,)))
            _log.error("bank_lapsed", bank=bank.id)
        return len(fresh)


def _seconds(bank: Bank) -> int:
    return 0 if bank.licence_ends_at is None else int(bank.licence_ends_at.timestamp())
