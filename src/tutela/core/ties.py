"""What two accounts may have in common, as it is seen in what they do: a device, a link, a conversation, a media.

A tie accuses nobody. What a crowd shares ties nobody to anybody: a popular link is no trace.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.content import ChannelKind
from tutela.core.events import Event
from tutela.core.ids import AccountId
from tutela.core.rules.types import FactValues


class TieKind(StrEnum):
    """What is shared."""

    MEDIA = "media"
    DEVICE = "device"
    LINK = "link"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """One thing that several may share."""

    kind: TieKind
    value: str  #: a keyed hash of a device or link, an id of ours, or the platform's own name of a conversation

    @property
    def between(self) -> tuple[str, ...]:
        """Return the two who wrote to each other, where that is all there is; nothing otherwise."""
        parts = tuple(self.value.split("/"))
        is_pair = self.kind is TieKind.CONVERSATION and len(parts) == 2  # noqa: PLR2004  # a pair
        return parts if is_pair and all(each.startswith("acc_") for each in parts) else ()


MOST_LINKS = 20
"""Of one event that are kept: who names more names lists."""

CROWD = 50
"""More accounts than this that share something are a crowd."""


def ties_of(event: Event, facts: FactValues) -> Iterator[tuple[Tie, AccountId]]:
    """Yield what an event ties, and to whom; of *facts* as they are recorded, where nothing can be read back."""
    author, recipient = event.author_id, event.recipient_id
    device = facts.get("device.id")
    if isinstance(device, str):
        yield Tie(TieKind.DEVICE, device), author
    links = facts.get("text.links")
    for link in dict.fromkeys(links[:MOST_LINKS] if isinstance(links, tuple) else ()):
        yield Tie(TieKind.LINK, link), author
    name = _conversation(event)
    if name:
        yield from ((Tie(TieKind.CONVERSATION, name), who) for who in (author, recipient) if who is not None)


def _conversation(event: Event) -> str | None:
    if event.channel.conversation is not None:
        return event.channel.conversation
    if event.channel.kind is ChannelKind.PRIVATE and event.recipient_id is not None:
        return "/".join(sorted((event.author_id, event.recipient_id)))
    return None
