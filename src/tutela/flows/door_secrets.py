"""Secrets that open something: shown once, known again by a keyed hash, and lanes that name nobody."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from tutela.core.lockout import Lane, LaneKind
from tutela.ports.entropy import Entropy

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class DoorSecrets:
    """Make and know secrets of invitations, sessions, browsers and ceremonies."""

    entropy: Entropy
    keyed_hash: Callable[[bytes], bytes] = field(repr=False)

    def new(self) -> tuple[str, bytes]:
        """Return a secret with its mark."""
        secret = base64.urlsafe_b64encode(self.entropy.token(SECRET_BYTES)).decode().rstrip("=")
        return secret, self.mark(secret)

    def mark(self, secret: str) -> bytes:
        """Return by what a secret is known again."""
        return self.keyed_hash(b"secret\0" + secret.encode())

    def lane(self, kind: LaneKind, *parts: str) -> Lane:
        """Return the lane of these parts; without the key nobody can tell whose it is."""
        return Lane(kind, self.keyed_hash("\0".join(("lane", kind.value, *parts)).encode()).hex())

    def csrf_token(self, session_secret: str) -> str:
        """Return what a page of this session carries, and no other site can know."""
        return self.keyed_hash(b"csrf\0" + session_secret.encode()).hex()

    def is_csrf_token(self, session_secret: str, token: str) -> bool:
        """Return whether a form or a call comes from a page of this session."""
        return hmac.compare_digest(self.csrf_token(session_secret).encode(), token.encode())
