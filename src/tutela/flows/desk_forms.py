"""What a form of the public desk carries from page to page, and what a platform hands to it by a link.

There is no session and no cookie: what was answered so far travels in the form itself, sealed, so that nobody who looks
at the page or at what the browser keeps can read it. A link of a platform is signed with a key that the operator made.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tutela.errors import WrongKey
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.sealing import Seal

LASTS = timedelta(hours=24)
"""How long a form may lie open: somebody may have to put the phone away."""

MOST_LINK_CHARACTERS = 8000
NONCE_BYTES = 16
_CONTEXT = b"desk-form"


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What a platform says by its link."""

    item_link: str = ""  #: what somebody was looking at
    language: str = ""
    back: str = ""  #: where they are led when they are done


@dataclass(frozen=True, slots=True)
class DeskForms:
    """Seal what a form carries, and read what a link carries."""

    keys: KeyRing
    seal: Callable[[bytes], Seal]
    clock: Clock
    entropy: Entropy
    link_key: int  #: which of the keys for links is in force

    def nonce(self) -> str:
        """Return what one telling is known by, so that sending it twice is one notice."""
        return self.entropy.token(NONCE_BYTES).hex()

    def carry(self, state: Mapping[str, Any]) -> str:
        """Return *state*, sealed, to be put into a form."""
        told = json.dumps([int(self.clock.now().timestamp()), state], ensure_ascii=True).encode()
        return base64.urlsafe_b64encode(self._form_seal().seal(told, context=_CONTEXT)).decode()

    def carried(self, sealed: str) -> dict[str, Any] | None:
        """Return what a form carries, or none where it is not ours, was changed, or is too old."""
        try:
            told = self._form_seal().unseal(base64.urlsafe_b64decode(sealed.encode()), context=_CONTEXT)
        except (WrongKey, binascii.Error, UnicodeEncodeError):
            return None
        at, state = json.loads(told)
        age = self.clock.now().timestamp() - at
        return state if isinstance(state, dict) and age <= LASTS.total_seconds() else None

    def secret_of_links(self) -> str:
        """Return what a platform signs its links with."""
        return self.keys.derive(f"desk-links/1/{self.link_key}").hex()

    def sign(self, context: LinkContext, until: datetime) -> str:
        """Return what stands in a link behind `?c=`."""
        said = {
            "link": context.item_link, "language": context.language, "back": context.back,
            "until": int(until.timestamp()),
        }  # fmt: skip
        body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        return f"{body}.{self._signature(body)}"

    def read_link(self, signed: str) -> LinkContext:
        """Return what a link says; nothing where its signature is wrong or its time over: that keeps nobody out."""
        body, _, signature = signed[:MOST_LINK_CHARACTERS].partition(".")
        if not hmac.compare_digest(self._signature(body).encode(), signature.encode("utf-8", "replace")):
            return LinkContext()
        try:
            said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            if not isinstance(said, dict) or float(said["until"]) < self.clock.now().timestamp():
                return LinkContext()
        except (ValueError, KeyError, TypeError):  # signed, and yet of another shape: a mistake of the platform
            return LinkContext()
        item_link, language, back = (str(said.get(name, "")) for name in ("link", "language", "back"))
        return LinkContext(item_link, language, back if back.startswith("https://") else "")

    def _form_seal(self) -> Seal:
        return self.seal(self.keys.derive("desk-forms/1"))

    def _signature(self, body: str) -> str:
        mac = hmac.digest(self.secret_of_links().encode(), body.encode("utf-8", "replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
