"""Tokens of views: a secret in an address, worth nothing without the session that it was given to."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.ports.entropy import Entropy

TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class ViewTokens:
    """Make tokens, and know them again without keeping them."""

    entropy: Entropy
    hash_secret: Callable[[bytes], bytes]

    def new(self) -> str:
        """Return a token that nobody can guess."""
        return self.entropy.token(TOKEN_BYTES).hex()

    def mark(self, token: str) -> bytes:
        """Return under what a token is stored."""
        return self.hash_secret(token.encode())
