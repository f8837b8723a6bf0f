"""What viewers chose not to see. Nothing of it is audited or logged: it is nobody's business but theirs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tutela_client.viewer import Choice


class ChoiceBook(Protocol):
    """Keep choices by the platform's own id of the account; it need not be known otherwise."""

    def put(self, account: str, choices: Sequence[Choice], now: datetime, *, at_most: int) -> bool:
        """Store *choices* beside those that are there, and forget those that are over.

        Return whether there was room; nothing is stored when the account would have more than *at_most*.
        """
        ...

    def drop(self, account: str, *, kind: str | None = None, value: str | None = None) -> None:
        """Delete the choices of an account: all, those of one kind, or one."""
        ...

    def page(self, account: str, after: tuple[str, str], limit: int, now: datetime) -> list[Choice]:
        """Return the next choices that are not over, by kind and value, behind *after*."""
        ...

    def forget_ended_before(self, moment: datetime) -> int:
        """Delete what is over; return how many."""
        ...
