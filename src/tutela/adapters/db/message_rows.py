"""Messages as rows, and back."""

from typing import Any

from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.core.ids import MessageId
from tutela.core.mail import MailFailure
from tutela.core.messages import MessageAbout, MessageChannel, MessageKind, MessageState, NewMessage
from tutela.ports.messages import Message


def message_row(new: NewMessage, state: MessageState) -> dict[str, Any]:
    """Return the row of a message that is made."""
    at_us = to_us(new.at)
    return {
        "id": new.id, "about_kind": new.about.value, "about_id": new.about_id, "kind": new.kind.value,
        "channel": new.channel.value, "with_link": new.with_link, "made_us": at_us, "state": state.value, "tries": 0,
        "claims": 0, "next_us": at_us, "ended_us": None if state is MessageState.WAITING else at_us,
    }  # fmt: skip


def message_of(row: Row) -> Message:
    """Return the message of a row."""
    return Message(
        id=MessageId(row["id"]),
        about=MessageAbout(row["about_kind"]),
        about_id=row["about_id"],
        kind=MessageKind(row["kind"]),
        channel=MessageChannel(row["channel"]),
        with_link=bool(row["with_link"]),
        made_at=from_us(row["made_us"]),
        state=MessageState(row["state"]),
        tries=row["tries"],
        claims=row["claims"],
        next_at=from_us(row["next_us"]),
        ended_at=None if row["ended_us"] is None else from_us(row["ended_us"]),
        failure=None if row["failure"] is None else MailFailure(row["failure"]),
    )
