"""What somebody does on the pretend platform, and how the server is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tutela.sandbox.people import Somebody

PUBLIC, PRIVATE = "public", "private"
POST, MESSAGE, FOLLOW, INVITE, PAYMENT, LOGIN = "post", "message", "follow", "invite", "payment", "login"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that one account did, perhaps to another one."""

    minutes_ago: float
    kind: str
    author: Somebody
    recipient: Somebody | None = None
    channel: str = PUBLIC
    text: str | None = None  #: only of what is public: nothing else would be read
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def event(self, name: str, now: datetime) -> Mapping[str, Any]:
        """Return it as an event."""
        told: dict[str, Any] = {
            "id": name,
            "kind": self.kind,
            "author": self.author.told(),
            "at": (now - timedelta(minutes=self.minutes_ago)).isoformat(),
            "channel": {"kind": self.channel},
        }
        if self.recipient is not None:
            told["recipient"] = self.recipient.told()
        if self.text is not None:
            told["text"] = self.text
        if self.attributes:
            told["attributes"] = dict(self.attributes)
        return told

    def item(self, name: str) -> Mapping[str, Any]:
        """Return it as an item, which everything posted is."""
        return {"id": name, "author": self.author.told(), "kind": "post", "text": self.text or ""}


def message(minutes_ago: float, author: Somebody, recipient: Somebody) -> Happening:
    """Return a private message. Its text is nobody's business: no basis of the demo allows to read it."""
    return Happening(minutes_ago, MESSAGE, author, recipient, PRIVATE)


def comment(minutes_ago: float, author: Somebody, recipient: Somebody, text: str) -> Happening:
    """Return a message that everybody sees."""
    return Happening(minutes_ago, MESSAGE, author, recipient, PUBLIC, text)


def gift(minutes_ago: float, author: Somebody, recipient: Somebody, amount: float) -> Happening:
    """Return something given."""
    return Happening(
        minutes_ago, PAYMENT, author, recipient, attributes={"amount": amount, "currency": "EUR", "is_gift": True}
    )


def invitation(minutes_ago: float, author: Somebody, recipient: Somebody, *, is_elsewhere: bool) -> Happening:
    """Return an invitation, in private, to a room of this platform or to another platform."""
    return Happening(minutes_ago, INVITE, author, recipient, PRIVATE, attributes={"is_elsewhere": is_elsewhere})
