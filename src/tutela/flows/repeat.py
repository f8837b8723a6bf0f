"""Answer a repeated request as the first was, also when both come at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from tutela.errors import IdempotencyMismatch
from tutela.ports.committer import IdempotentAnswer
from tutela.ports.store import Reader

Made = TypeVar("Made")


class RepeatedError(Exception):
    """This request was answered before."""

    def __init__(self, body: bytes) -> None:
        """Keep the answer."""
        super().__init__()
        self.body = body


@dataclass(frozen=True, slots=True)
class Repeatable(Generic[Made]):
    """Which request this is, and how what was made of it is answered."""

    owner: str
    key: str
    fingerprint: str
    encode: Callable[[Made], bytes]

    def check(self, reader: Reader) -> None:
        """Return when this request was not answered before.

        Raises:
            RepeatedError: It was, with the answer.
            tutela.errors.IdempotencyMismatch: The key was used for another request.
        """
        before = reader.idempotent(self.owner, self.key)
        if before is None:
            return
        if before.fingerprint != self.fingerprint:
            raise IdempotencyMismatch(place="Idempotency-Key", remedy="Use a new key for a new request.")
        raise RepeatedError(before.body)

    def remembered(self, body: bytes, at: datetime) -> IdempotentAnswer:
        """Return the answer as it is kept."""
        return IdempotentAnswer(self.owner, self.key, self.fingerprint, body, at)


@dataclass(frozen=True, slots=True)
class Answered:
    """What is answered, and whether it was answered before."""

    body: bytes
    is_replay: bool = False
