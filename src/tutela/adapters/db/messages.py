"""Messages in the database: leased rows; see `ports.messages`. `send` is for the transaction of whoever writes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db.asked_records import BOUNCED, TOLD
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clock_tables import RUNS, clocks
from tutela.adapters.db.clocks import stop
from tutela.adapters.db.deliveries import tell_all
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among
from tutela.adapters.db.message_rows import message_of, message_row
from tutela.adapters.db.message_tables import WAITS, message_counts, messages
from tutela.core.audit import AuditEvent
from tutela.core.clocks import ClockId, ClockSubject
from tutela.core.ids import MessageId
from tutela.core.mail import MailFailure
from tutela.core.messages import (
    MAILS_PER_ADDRESS,
    MessageAbout,
    MessageChannel,
    MessageKind,
    MessageState,
    NewMessage,
    Settled,
    next_day,
    signal_of,
    start_of_day,
)
from tutela.errors import TakenOver
from tutela.ports.committer import Changeset
from tutela.ports.entropy import Entropy
from tutela.ports.messages import ClaimedMessage, Message, MessageCounts
from tutela.ports.webhooks import Lease, Notice

LATE_AFTER = timedelta(hours=1)
COUNTED_DAYS = timedelta(days=30)
_LAST_ID = "~"
"""Behind every id."""

_M, _N = messages.c, message_counts.c
_NEW = insert(messages)
_IS_ABOUT = (_M.about_kind == bindparam("about"), _M.about_id == bindparam("about_id"))
_BOUNCED = select(_M.id).where(
    *_IS_ABOUT, _M.channel == MessageChannel.EMAIL.value, _M.state == MessageState.BOUNCED.value
).limit(1)  # fmt: skip
_DUE = (
    select(messages)
    .where(
        WAITS, _M.next_us <= bindparam("now"), or_(_M.lease_us.is_(None), _M.lease_us <= bindparam("now")),
        among(_M.channel),
    )
    .order_by(_M.next_us, _M.id)
    .limit(bindparam("limit"))
)  # fmt: skip
_CLAIM = (
    update(messages)
    .where(_M.id == bindparam("b_id"))
    .values(holder=bindparam("b_holder"), lease_us=bindparam("b_until"), tries=_M.tries + 1, claims=_M.claims + 1)
)
_HELD = update(messages).where(
    _M.id == bindparam("b_id"), _M.holder == bindparam("b_holder"), _M.claims == bindparam("b_claims"), WAITS
)
_SETTLE = _HELD.values(
    state=bindparam("b_state"), next_us=bindparam("b_next"), ended_us=bindparam("b_ended"),
    failure=bindparam("b_failure"), holder=None, lease_us=None,
)  # fmt: skip
_PUT_OFF = _HELD.values(next_us=bindparam("b_next"), tries=_M.tries - 1, holder=None, lease_us=None)
_COUNT = {
    is_postgresql: dialect.insert(message_counts)
    .values(address_mac=bindparam("b_mac"), day_us=bindparam("b_day"), mails=1)
    .on_conflict_do_update(index_elements=["address_mac", "day_us"], set_={"mails": _N.mails + 1})
    for is_postgresql, dialect in ((False, sqlite), (True, postgresql))
}
_COUNTED = select(_N.mails).where(_N.address_mac == bindparam("mac"), _N.day_us == bindparam("day"))
_FORGET = delete(message_counts).where(_N.day_us < bindparam("b_before"))
_OWED = (
    select(clocks.c.subject_id)
    .where(
        RUNS,
        clocks.c.subject_kind == ClockSubject.NOTICE.value,
        clocks.c.clock == ClockId.CALIFORNIA_UPDATE.value,
        clocks.c.due_us <= bindparam("now"),
        ~exists().where(
            _M.about_kind == MessageAbout.NOTICE.value, _M.about_id == clocks.c.subject_id,
            _M.kind == MessageKind.UPDATE.value, _M.state == MessageState.WAITING.value,
        ),
    )
    .order_by(clocks.c.due_us, clocks.c.subject_id)
    .limit(bindparam("limit"))
)  # fmt: skip
_OF = select(messages).where(*_IS_ABOUT).order_by(_M.made_us, _M.id)
_PAGE = select(messages).where(_M.id < bindparam("before")).order_by(_M.id.desc()).limit(bindparam("limit"))
_COUNTS = select(
    func.count().filter(WAITS),
    func.count().filter(WAITS, _M.made_us <= bindparam("late")),
    func.count().filter(_M.state == MessageState.BOUNCED.value, _M.ended_us > bindparam("since")),
    func.count().filter(_M.state == MessageState.EXPIRED.value, _M.ended_us > bindparam("since")),
).where(_M.state.in_([MessageState.WAITING.value, MessageState.BOUNCED.value, MessageState.EXPIRED.value]))
_CAME_BACK = (
    update(messages)
    .where(
        _M.id == bindparam("b_id"), _M.channel == MessageChannel.EMAIL.value, _M.state == MessageState.SENT.value
    )
    .values(state=MessageState.BOUNCED.value, failure=MailFailure.BOUNCED.value)
)  # fmt: skip


def send(connection: Connection, new: NewMessage) -> MessageState:
    """Have somebody told, in the transaction of whoever has something to tell; return how it stands at once.

    Where nobody is to be written to, or an earlier mail about the same bounced, only the page tells it, and the clock
    that waits for it stops.
    """
    about = {"about": new.about.value, "about_id": new.about_id}
    is_barred = new.channel is MessageChannel.EMAIL and connection.execute(_BOUNCED, about).first() is not None
    state = MessageState.SHOWN if is_barred or new.channel is MessageChannel.NONE else MessageState.WAITING
    connection.execute(_NEW, message_row(new, state))
    _stop_clocks(connection, new.about, new.about_id, new.kind, state, new.at)
    return state


def run_messages(connection: Connection, changesets: Sequence[Changeset]) -> None:
    """Write the messages of *changesets*, inside the group's transaction."""
    for changeset in changesets:
        for new in changeset.messages:
            send(connection, new)


class DatabaseOutbox:
    """Keep messages. A claim is one conditional update, so that of two processes one sends."""

    def __init__(self, engine: Engine, chain: ChainWriter, entropy: Entropy) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._entropy = engine, chain, entropy

    def claim(self, lease: Lease, channels: Collection[MessageChannel], limit: int) -> list[ClaimedMessage]:
        """Claim messages that are due."""
        asked = {"now": rows.to_us(lease.now), "ids": sorted(channels), "limit": limit}
        with read_transaction(self._engine) as connection:  # nobody waits for the writing lock while nothing is due
            if connection.execute(_DUE, {**asked, "limit": 1}).first() is None:
                return []
        with write_transaction(self._engine) as connection:
            due = [message_of(row) for row in connection.execute(_DUE, asked).mappings()]
            held = {"b_holder": lease.holder, "b_until": rows.to_us(lease.until)}
            for each in due:
                connection.execute(_CLAIM, {"b_id": each.id, **held})
            return [_claimed(connection, each.id, lease.holder) for each in due]

    def settle(self, claimed: ClaimedMessage, failure: MailFailure | None, settled: Settled, now: datetime) -> None:
        """Store what came of a try."""
        with write_transaction(self._engine) as connection:
            self._settle(connection, claimed, failure, settled, now)

    def hand_over(self, claimed: ClaimedMessage, notice: Notice, settled: Settled, now: datetime) -> int:
        """Have the platform told, and store that it was."""
        with write_transaction(self._engine) as connection:
            told = tell_all(connection, notice, now, lambda: self._entropy.new_id("delivery"))
            ended = settled if told else Settled(MessageState.SHOWN, now)
            self._settle(connection, claimed, None, ended, now)
        return told

    def put_off(self, claimed: ClaimedMessage, until: datetime) -> None:
        """Let it wait without a try that counts."""
        with write_transaction(self._engine) as connection:
            _held(connection, _PUT_OFF, claimed, {"b_next": rows.to_us(until)})

    def count_mail(self, address_mac: bytes, now: datetime) -> datetime | None:
        """Count a mail to an address, unless there were too many."""
        day_us = rows.to_us(start_of_day(now))
        with write_transaction(self._engine) as connection:
            counted = connection.execute(_COUNTED, {"mac": address_mac, "day": day_us}).scalar()
            if counted is not None and counted >= MAILS_PER_ADDRESS:
                return next_day(now)
            connection.execute(_COUNT[connection.dialect.name == "postgresql"], {"b_mac": address_mac, "b_day": day_us})
        return None

    def owe_updates(self, now: datetime, limit: int) -> int:
        """Make the updates that are due and not on their way, each by the way of the message before it."""
        with read_transaction(self._engine) as connection:
            if connection.execute(_OWED, {"now": rows.to_us(now), "limit": 1}).first() is None:
                return 0
        with write_transaction(self._engine) as connection:
            owed = list(connection.execute(_OWED, {"now": rows.to_us(now), "limit": limit}).scalars())
            for notice_id in owed:
                send(connection, self._update(connection, notice_id, now))
        return len(owed)

    def of(self, about: MessageAbout, about_id: str) -> list[Message]:
        """Return what was told about one."""
        with read_transaction(self._engine) as connection:
            return _of(connection, about, about_id)

    def page(self, state: MessageState | None, before: str | None, limit: int) -> list[Message]:
        """Return messages, the newest first."""
        asked = _PAGE if state is None else _PAGE.where(_M.state == state.value)
        with read_transaction(self._engine) as connection:
            found = connection.execute(asked, {"before": _LAST_ID if before is None else before, "limit": limit})
            return [message_of(row) for row in found.mappings()]

    def counts(self, now: datetime) -> MessageCounts:
        """Return how they stand."""
        asked = {"late": rows.to_us(now - LATE_AFTER), "since": rows.to_us(now - COUNTED_DAYS)}
        with read_transaction(self._engine) as connection:
            return MessageCounts(*connection.execute(_COUNTS, asked).one())

    def bounce(self, message_id: MessageId, by: str, now: datetime) -> bool:
        """Note that a mail came back although it was taken."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_CAME_BACK, {"b_id": message_id}).rowcount != 1:
                return False
            self._chain.append(connection, [AuditEvent(BOUNCED, message_id, {"by": by})], now)
        return True

    def forget_counts(self, before: datetime) -> int:
        """Forget how many mails went to which address."""
        with write_transaction(self._engine) as connection:
            return connection.execute(_FORGET, {"b_before": rows.to_us(before)}).rowcount

    def _update(self, connection: Connection, notice_id: str, now: datetime) -> NewMessage:
        before = _of(connection, MessageAbout.NOTICE, notice_id)
        channel, with_link = (before[-1].channel, before[-1].with_link) if before else (MessageChannel.NONE, False)
        return NewMessage(
            MessageId(self._entropy.new_id("message")), MessageAbout.NOTICE, notice_id, MessageKind.UPDATE, channel,
            now, with_link,
        )  # fmt: skip

    def _settle(
        self, connection: Connection, claimed: ClaimedMessage, failure: MailFailure | None, settled: Settled,
        now: datetime,
    ) -> None:  # fmt: skip
        message, is_over = claimed.message, settled.state is not MessageState.WAITING
        _held(connection, _SETTLE, claimed, {
            "b_state": settled.state.value, "b_next": rows.to_us(settled.next_at),
            "b_ended": rows.to_us(now) if is_over else None, "b_failure": failure and failure.value,
        })  # fmt: skip
        if is_over:
            _stop_clocks(connection, message.about, message.about_id, message.kind, settled.state, now)
            said = {"message": message.id, "kind": message.kind.value, "channel": message.channel.value}
            kind = f"{TOLD}{settled.state.value}"
            self._chain.append(connection, [AuditEvent(kind, message.about_id, said)], now)


def _of(connection: Connection, about: MessageAbout, about_id: str) -> list[Message]:
    found = connection.execute(_OF, {"about": about.value, "about_id": about_id})
    return [message_of(row) for row in found.mappings()]


def _claimed(connection: Connection, message_id: str, holder: str) -> ClaimedMessage:
    row = connection.execute(select(messages).where(_M.id == message_id)).mappings().one()
    message = message_of(row)
    about = {"about": message.about.value, "about_id": message.about_id}
    is_barred = message.channel is MessageChannel.EMAIL and connection.execute(_BOUNCED, about).first() is not None
    return ClaimedMessage(message, holder, is_barred)


def _held(connection: Connection, statement: Any, claimed: ClaimedMessage, values: Mapping[str, Any]) -> None:
    """Write only what its holder writes: who was taken for dead must not go on beside who took over."""
    asked = {"b_id": claimed.message.id, "b_holder": claimed.holder, "b_claims": claimed.message.claims}
    if connection.execute(statement, {**asked, **values}).rowcount != 1:
        raise TakenOver("another process sends this by now", place=claimed.message.id)


def _stop_clocks(
    connection: Connection, about: MessageAbout, about_id: str, kind: MessageKind, state: MessageState, at: datetime
) -> None:
    if (signal := signal_of(kind, state)) is not None:
        stop(connection, ClockSubject(about.value), about_id, [signal], at)
