"""What is kept of a notice that nobody may read: its code, where it came from, and what was told."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.ids import ClauseId, NoticeId
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft, PictureDigest
from tutela.core.notices.receipt_code import RANDOM_BYTES, code_of, read_code
from tutela.errors import KeyMissing
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.notices import Sealed
from tutela.ports.sealing import Seal

PERIOD = "notices-"
"""How the retention period of what was told begins; the month follows."""

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class NoticeSecrets:
    """Make codes, know them again, and seal what was told under a key of its own."""

    keys: KeyRing
    seal: Callable[[bytes], Seal]  #: what seals under a key
    entropy: Entropy

    def new_code(self) -> str:
        """Return a code that was never given before."""
        return code_of(self.entropy.token(RANDOM_BYTES))

    def code_for(self, owner: str, request: str) -> str:
        """Return the code of a request that may be repeated: the same for the same one, and kept nowhere for that."""
        return code_of(self._mac("notice-repeats/1", json.dumps([owner, request])))

    def mac_of_code(self, typed: str) -> bytes | None:
        """Return what a code is looked up by, or none where it is none: the same work for every code there could be."""
        letters = read_code(typed)
        return None if letters is None else self._mac("notice-codes/1", letters)

    def mac_of_source(self, source: str) -> bytes:
        """Return what notices from one place are counted by."""
        return self._mac("notice-sources/1", source)

    def fingerprint(self, draft: NoticeDraft) -> bytes:
        """Return what tells a notice that says the very same from one that says more. Who tells it is no part of it."""
        said = (
            draft.branch.value, sorted(draft.links), sorted(draft.names), draft.words.strip(), sorted(draft.items),
            sorted((each.sha256 or "", each.pdq or "") for each in draft.digests), draft.clause_id or "",
            draft.is_danger,
        )  # fmt: skip
        return self._mac("notice-marks/1", json.dumps(said))

    def _mac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self.keys.derive(purpose), text.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def seal_told(self, notice_id: NoticeId, drafts: tuple[NoticeDraft, ...], at: datetime) -> Sealed:
        """Return what was told, sealed: the first telling, and all that was added to it."""
        period, context = f"{PERIOD}{at:%Y-%m}", notice_id.encode()
        key = self.entropy.token(KEY_BYTES)
        told = json.dumps([_as_json(each) for each in drafts], ensure_ascii=True).encode()
        wrapped = self.keys.wrap(period, key, context=context)
        return Sealed(period, wrapped, self.seal(key).seal(told, context=context))

    def read_told(self, notice_id: NoticeId, sealed: Sealed | None) -> tuple[NoticeDraft, ...]:
        """Return what was told; nothing where it was forgotten, or its key destroyed.

        Raises:
            tutela.errors.WrongKey: The keys at hand do not open it: it is not taken as forgotten.
        """
        if sealed is None:
            return ()
        context = notice_id.encode()
        try:
            key = self.keys.unwrap(sealed.period, sealed.wrapped, context=context)
        except KeyMissing:
            if not self.keys.is_destroyed(sealed.period):
                raise
            return ()
        return tuple(map(_from_json, json.loads(self.seal(key).unseal(sealed.told, context=context))))


_PLAIN = (
    "words", "age_said", "is_danger", "country", "language", "relation", "signature", "good_faith", "organisation",
    "reference", "source",
)  # fmt: skip
_LISTS = ("links", "names", "items")


def _as_json(draft: NoticeDraft) -> dict[str, Any]:
    return {
        "branch": draft.branch.value,
        "clause_id": draft.clause_id,
        "digests": [[each.sha256, each.pdq] for each in draft.digests],
        "contact": [draft.contact.channel.value, draft.contact.address, draft.contact.wants_link],
        "told_at": draft.told_at and draft.told_at.isoformat(),
        **{name: getattr(draft, name) for name in _PLAIN},
        **{name: list(getattr(draft, name)) for name in _LISTS},
    }


def _from_json(told: dict[str, Any]) -> NoticeDraft:
    channel, address, wants_link = told["contact"]
    plain: dict[str, Any] = {name: told[name] for name in _PLAIN}
    return NoticeDraft(
        branch=Branch(told["branch"]),
        clause_id=ClauseId(told["clause_id"]) if told["clause_id"] else None,
        digests=tuple(PictureDigest(*each) for each in told["digests"]),
        contact=Contact(ContactChannel(channel), address, wants_link),
        told_at=datetime.fromisoformat(told["told_at"]) if told["told_at"] else None,
        links=tuple(told["links"]),
        names=tuple(told["names"]),
        items=tuple(told["items"]),
        **plain,
    )
