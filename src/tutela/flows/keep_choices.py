"""Keep what viewers choose not to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.choices import MOST_CHOICES, ChoiceKind, choice_of, in_order
from tutela.errors import BadInput
from tutela.ports.choices import ChoiceBook
from tutela.ports.clock import Clock
from tutela_client.viewer import Choice


@dataclass(frozen=True, slots=True)
class Wish:
    """One choice as a platform sends it."""

    kind: ChoiceKind
    value: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeepChoices:
    """Keep choices. They are in no audit: what somebody does not want to see is theirs alone."""

    book: ChoiceBook
    clock: Clock

    def put(self, account: str, wishes: Sequence[Wish]) -> None:
        """Store choices beside those that are there; one that is there gets the new end. Idempotent.

        Raises:
            tutela.errors.BadInput: One of them could never hide anything, or the account would have too many.
        """
        now = self.clock.now()
        made = in_order(_made(f"choices.{place}", wish, now) for place, wish in enumerate(wishes))
        if not self.book.put(account, made, now, at_most=MOST_CHOICES):
            raise BadInput(
                f"an account has {MOST_CHOICES} choices at most", place="choices", remedy="Delete some of them first."
            )

    def drop(self, account: str, kind: ChoiceKind | None, value: str | None) -> None:
        """Delete all choices of an account, those of one kind, or one. Idempotent.

        Raises:
            tutela.errors.BadInput: A value without its kind, or one that could never hide anything.
        """
        if kind is None and value is not None:
            raise BadInput("a value without its kind", place="kind", remedy="Name the kind as well.")
        if kind is not None and value is not None:
            value = _made("value", Wish(kind, value), self.clock.now()).value
        self.book.drop(account, kind=None if kind is None else kind.value, value=value)

    def page(self, account: str, after: tuple[str, str], limit: int) -> list[Choice]:
        """Return the next choices that are not over."""
        return self.book.page(account, after, limit, self.clock.now())

    def forget_ended(self) -> int:
        """Delete what is over, of everybody."""
        return self.book.forget_ended_before(self.clock.now())


def _made(place: str, wish: Wish, now: datetime) -> Choice:
    try:
        return choice_of(wish.kind, wish.value, wish.ends_at, now)
    except ValueError as error:
        raise BadInput(str(error), place=place) from None
