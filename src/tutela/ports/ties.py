"""What accounts have in common: read in bounded portions, however much there is."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from tutela.core.ids import AccountId
from tutela.core.ties import Tie


class TieReader(Protocol):
    """Reads about ties. Each is one statement, and reads no more rows the more others share something."""

    def ties_of_account(self, account_id: AccountId) -> list[Tie]:
        """Return what an account did something with lately, each once: some of each kind, the newest first."""
        ...

    def accounts_tied(self, ties: Iterable[Tie], limit: int) -> dict[Tie, Sequence[AccountId]]:
        """Return who shares each of *ties*: *limit* accounts at most of each, the same ones every time."""
        ...
