"""What viewers choose not to see: personal, only ever hiding more, and never an answer to a violation."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from tutela.core.content import tag_of
from tutela_client.viewer import Choice

MOST_CHOICES = 1000
"""Choices of one account: each is compared with every item that it is shown."""


class ChoiceKind(StrEnum):
    """What a viewer can choose; the words are those of `tutela_client.viewer.CHOICES`."""

    HIDE_ITEM = "hide_item"
    MUTE_ACCOUNT = "mute_account"
    MUTE_WORD = "mute_word"
    MUTE_TAG = "mute_tag"
    COVER_SENSITIVE = "cover_sensitive"


def choice_of(kind: ChoiceKind, value: str, ends_at: datetime | None, now: datetime) -> Choice:
    """Return a choice in the one form in which it is kept, so that the same one is there once.

    Raises:
        ValueError: It could never hide anything.
    """
    if kind is ChoiceKind.COVER_SENSITIVE and value:
        raise ValueError("covering what is sensitive takes no value")
    written = _written(kind, value)
    if kind is not ChoiceKind.COVER_SENSITIVE and not any(letter.isalnum() for letter in written):
        raise ValueError("name what is to be hidden or muted, with at least one letter or digit")
    if ends_at is not None and ends_at <= now:
        raise ValueError("its end has passed already")
    return Choice(kind.value, written, ends_at)


def _written(kind: ChoiceKind, value: str) -> str:
    if kind is ChoiceKind.MUTE_TAG:
        return tag_of(value)
    return " ".join(value.casefold().split()) if kind is ChoiceKind.MUTE_WORD else value


def in_order(choices: Iterable[Choice]) -> list[Choice]:
    """Return each choice once, the last that was said of it, by kind and value."""
    said = {(choice.kind, choice.value): choice for choice in choices}
    return [said[key] for key in sorted(said)]
