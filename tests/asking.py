"""Clocks and messages of people who asked, as whoever opens and answers something makes them."""

from datetime import datetime

import make
from tutela.adapters.db.clocks import start, stop
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.messages import send
from tutela.bootstrap import House
from tutela.core.clocks import ClockFacts, ClockSubject, Signal, clocks_for
from tutela.core.ids import MessageId
from tutela.core.messages import MessageAbout, MessageChannel, MessageKind, NewMessage


def begin(house: House, subject_id: str, at: datetime, subject: ClockSubject = ClockSubject.APPEAL) -> None:
    """Start the clocks of something that was received."""
    facts = ClockFacts(at, frozenset({"US", "DE"}), "US", is_child=True, is_depicted=True)
    with write_transaction(house.engine) as connection:
        start(connection, subject, subject_id, clocks_for(subject, facts))


def hear(
    house: House, subject_id: str, at: datetime, *signals: Signal, subject: ClockSubject = ClockSubject.APPEAL
) -> None:
    """Stop what *signals* stop."""
    with write_transaction(house.engine) as connection:
        stop(connection, subject, subject_id, signals, at)


def tell(
    house: House, about_id: str, channel: MessageChannel = MessageChannel.EMAIL,
    kind: MessageKind = MessageKind.OUTCOME, about: MessageAbout = MessageAbout.NOTICE,
) -> MessageId:  # fmt: skip
    """Have somebody told."""
    new = NewMessage(MessageId(make.new_id("message")), about, about_id, kind, channel, house.clock.now())
    with write_transaction(house.engine) as connection:
        send(connection, new)
    return new.id
