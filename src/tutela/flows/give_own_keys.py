"""Give each sealed content a key of its own, where an older version sealed a month of them under one."""

import re
from dataclasses import dataclass

import structlog

from tutela.core.content import EvidenceState
from tutela.errors import ContentMissing, KeyMissing, VaultError
from tutela.flows.preserve import evidence_period
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)
_SHARED = re.compile(r"evidence-[0-9]{4}-[0-9]{2}", re.ASCII)


def is_shared(period: str) -> bool:
    """Return whether *period* is a month in which everything was sealed under one key."""
    return _SHARED.fullmatch(period) is not None


@dataclass(frozen=True, slots=True)
class GiveOwnKeys:
    """Move what lies under the key of a month, then destroy that key. Idempotent; nothing to do after the first time.

    Also what no record names: it may be evidence of a database that was restored from an older backup (P5). As long as
    one content does not open, the keys stay: a whole copy in a backup may still need them.
    """

    store: Store
    vault: Vault
    keys: KeyRing

    def __call__(self) -> int:
        """Return how many keys of months are gone now."""
        shared = frozenset(period for period in self.keys.periods() if is_shared(period))
        if not shared or not self._move_all(shared):
            return 0
        for period in sorted(shared):
            self.keys.destroy_period(period)
        return len(shared)

    def _move_all(self, shared: frozenset[str]) -> bool:
        with self.store.read() as reader:
            states = [each for each in reader.evidence_states() if each[2] is EvidenceState.SEALED]
        sealed = {content_id for _, content_id, _ in states if content_id is not None}
        moved = [self._is_moved(each, shared) for each in sorted(sealed)]
        moved += [self._is_moved(each, shared, is_sealed=False) for each in self.vault.contents() if each not in sealed]
        return all(moved)

    def _is_moved(self, content_id: str, shared: frozenset[str], *, is_sealed: bool = True) -> bool:
        try:
            self.vault.move_period(content_id, evidence_period(content_id), leaving=shared)
        except ContentMissing:
            return True
        except VaultError as error:
            if isinstance(error, KeyMissing) and not is_sealed:
                return True  # left behind by its destruction: it lies under none of these
            _log.warning("own_key_failed", content=content_id, error_type=type(error).__name__)
            return False
        return True
