"""What is secret about appeals: what somebody wrote, and what makes a link worth something."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.appeals.links import PURPOSE
from tutela.core.ids import AppealId
from tutela.errors import KeyMissing
from tutela.ports.appeals import AppealWords, SealedWords
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.sealing import Seal

PERIOD = "appeals-"
"""How the retention period of what was written begins; the month follows."""

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class AppealSecrets:
    """Seal and open what was written, and return the keys of links."""

    keys: KeyRing
    seal: Callable[[bytes], Seal]  #: what seals under a key
    entropy: Entropy

    def link_key(self, generation: int) -> bytes:
        """Return the key of a generation of links."""
        return self.keys.derive(f"{PURPOSE}{generation}")

    def seal_words(self, appeal_id: AppealId, words: AppealWords, at: datetime) -> SealedWords | None:
        """Return what was written, sealed; none of nothing."""
        if words == AppealWords():
            return None
        period, context = f"{PERIOD}{at:%Y-%m}", appeal_id.encode()
        key = self.entropy.token(KEY_BYTES)
        told = json.dumps([words.text, words.contact]).encode()
        wrapped = self.keys.wrap(period, key, context=context)
        return SealedWords(period, wrapped, self.seal(key).seal(told, context=context))

    def read_words(self, appeal_id: AppealId, sealed: SealedWords | None) -> AppealWords:
        """Return what was written; nothing where nothing was, or its key is destroyed.

        Raises:
            tutela.errors.WrongKey: The keys at hand do not open it: it is not taken as forgotten.
            tutela.errors.KeyMissing: They are not here, and were not destroyed.
        """
        if sealed is None:
            return AppealWords()
        context = appeal_id.encode()
        try:
            key = self.keys.unwrap(sealed.period, sealed.wrapped, context=context)
        except KeyMissing:
            if not self.keys.is_destroyed(sealed.period):
                raise
            return AppealWords()
        text, contact = json.loads(self.seal(key).unseal(sealed.body, context=context))
        return AppealWords(text, contact)
