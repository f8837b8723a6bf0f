"""What is kept of messages, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import make
from make import AT, Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clocks import DatabaseClocks, start
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.messages import DatabaseOutbox, send
from tutela.adapters.twins.clock import SetClock
from tutela.core.clocks import ClockFacts, ClockSubject, RunningClock, Signal, clocks_for
from tutela.core.ids import MessageId
from tutela.core.mail import MailFailure
from tutela.core.messages import (
    LEASE,
    MAILS_PER_ADDRESS,
    MessageAbout,
    MessageChannel,
    MessageKind,
    MessageState,
    NewMessage,
    Settled,
)
from tutela.core.webhooks import NOTIFIER_MESSAGE
from tutela.errors import TakenOver
from tutela.ports.webhooks import Lease, Notice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EMAIL, PLATFORM, NONE = MessageChannel.EMAIL, MessageChannel.PLATFORM, MessageChannel.NONE
EVERY = (EMAIL, PLATFORM)
CHILD = ClockFacts(AT, frozenset({"US", "DE"}), "US", is_child=True, is_depicted=True)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def box(desk: Desk) -> DatabaseOutbox:
    """Return the outbox in it."""
    return DatabaseOutbox(desk.engine, ChainWriter("test", SystemEntropy()), SystemEntropy())


def new(about_id: str = "ntc_1", channel: MessageChannel = EMAIL, **fields: object) -> NewMessage:
    """Return what somebody is to be told."""
    made = NewMessage(
        MessageId(make.new_id("message")), MessageAbout.NOTICE, about_id, MessageKind.RECEIPT, channel, AT
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


def put(desk: Desk, message: NewMessage) -> NewMessage:
    """Have it told, as whoever has something to tell does."""
    with write_transaction(desk.engine) as connection:
        send(connection, message)
    return message


def lease(holder: str = "one", after: timedelta = timedelta(0)) -> Lease:
    """Return a lease of a process at a moment."""
    return Lease(holder, AT + after, AT + after + LEASE.delta)


def state(box: DatabaseOutbox, message: NewMessage) -> MessageState:
    """Return how a message stands."""
    return next(each.state for each in box.of(message.about, message.about_id) if each.id == message.id)


def clocks(desk: Desk) -> dict[str, list[RunningClock]]:
    """Return the clocks of the notice of this test."""
    book = DatabaseClocks(desk.engine, ChainWriter("test", SystemEntropy()), SetClock(AT))
    found: dict[str, list[RunningClock]] = {}
    for each in book.of(ClockSubject.NOTICE, ["ntc_1"]).get("ntc_1", ()):
        found.setdefault(each.id.value, []).append(each)
    return found


def begin_clocks(desk: Desk) -> None:
    """Start the clocks of the notice of this test."""
    with write_transaction(desk.engine) as connection:
        start(connection, ClockSubject.NOTICE, "ntc_1", clocks_for(ClockSubject.NOTICE, CHILD))


def kinds(desk: Desk) -> list[str]:
    """Return what the audit says."""
    with desk.engine.connect() as connection:
        return list(connection.execute(select(t.audit_entries.c.kind)).scalars())


def test_a_message_is_claimed_by_one_and_settled_by_who_holds_it(desk: Desk, box: DatabaseOutbox) -> None:
    """Another process gets it once the claim has run out, and then the first writes nothing any more."""
    message = put(desk, new())
    [first] = box.claim(lease(), EVERY, 10)
    assert box.claim(lease("two"), EVERY, 10) == []
    [second] = box.claim(lease("two", LEASE.delta), EVERY, 10)
    assert (first.message.tries, second.message.tries) == (1, 2)

    with pytest.raises(TakenOver):
        box.settle(first, None, Settled(MessageState.SENT, AT), AT)
    assert state(box, message) is MessageState.WAITING
    box.settle(second, None, Settled(MessageState.SENT, AT + HOUR), AT + HOUR)
    with pytest.raises(TakenOver):
        box.settle(second, MailFailure.BOUNCED, Settled(MessageState.BOUNCED, AT), AT)
    assert state(box, message) is MessageState.SENT
    assert kinds(desk) == ["system:message:sent"]


def test_processes_that_claim_at_once_share_what_is_due(desk: Desk, box: DatabaseOutbox) -> None:
    """Each message is claimed by one, and none by nobody."""
    made = {put(desk, new(f"ntc_{number}")).id for number in range(24)}

    def claim(name: str) -> list[str]:
        claimed = list[str]()
        while some := box.claim(lease(name), EVERY, 3):
            claimed += [each.message.id for each in some]
        return claimed

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(claim, ("one", "two", "three", "four")))
    assert sorted(each for share in shares for each in share) == sorted(made)


def test_a_message_waits_for_its_moment_and_its_channel(desk: Desk, box: DatabaseOutbox) -> None:
    """What is put off counts no try."""
    mail, told = put(desk, new()), put(desk, new(channel=PLATFORM))
    assert [each.message.id for each in box.claim(lease(), (PLATFORM,), 10)] == [told.id]
    [claimed] = box.claim(lease(), EVERY, 10)
    assert claimed.message.id == mail.id
    box.put_off(claimed, AT + HOUR)
    assert box.claim(lease(after=HOUR - timedelta(seconds=1)), (EMAIL,), 10) == []
    [again] = box.claim(lease(after=HOUR), (EMAIL,), 10)
    assert again.message.tries == 1

    box.settle(again, MailFailure.TIMED_OUT, Settled(MessageState.WAITING, AT + 2 * HOUR), AT + HOUR)
    [third] = box.claim(lease(after=2 * HOUR), (EMAIL,), 10)
    assert (third.message.tries, third.message.failure) == (2, MailFailure.TIMED_OUT)


def test_as_many_as_are_asked_for_are_claimed_the_longest_due_first(desk: Desk, box: DatabaseOutbox) -> None:
    """Those that are left are claimed next."""
    made = [put(desk, new(f"ntc_{number}", at=AT + number * HOUR)) for number in (2, 0, 1)]
    order = [made[1].id, made[2].id, made[0].id]
    first = box.claim(lease(after=3 * HOUR), EVERY, 2)
    second = box.claim(lease(after=3 * HOUR), EVERY, 2)
    assert [each.message.id for each in first + second] == order


def test_who_is_not_written_to_has_it_on_the_page_at_once(desk: Desk, box: DatabaseOutbox) -> None:
    """The clock of the receipt stops; nothing waits."""
    begin_clocks(desk)
    message = put(desk, new(channel=NONE))

    assert state(box, message) is MessageState.SHOWN
    assert box.claim(lease(), EVERY, 10) == []
    [confirm] = clocks(desk)["us.ca1394.confirm"]
    assert (confirm.stopped_at, confirm.stopped_by) == (AT, Signal.RECEIPT_SHOWN)


def test_the_clock_of_a_receipt_stops_when_the_mail_is_out(desk: Desk, box: DatabaseOutbox) -> None:
    """Not before: a receipt that nobody took is none."""
    begin_clocks(desk)
    put(desk, new())
    [claimed] = box.claim(lease(), EVERY, 1)
    assert clocks(desk)["eu.dsa.receipt"][0].is_running
    box.settle(claimed, MailFailure.TIMED_OUT, Settled(MessageState.WAITING, AT), AT)
    assert clocks(desk)["eu.dsa.receipt"][0].is_running
    [claimed] = box.claim(lease(after=HOUR), EVERY, 1)
    box.settle(claimed, None, Settled(MessageState.SENT, AT + HOUR), AT + HOUR)

    assert clocks(desk)["eu.dsa.receipt"][0].stopped_at == AT + HOUR
    assert clocks(desk)["eu.dsa.decision"][0].is_running


def test_what_bounced_bars_further_mail_about_the_same(desk: Desk, box: DatabaseOutbox) -> None:
    """What is made later stands on the page at once; what waits is marked; another notice is not touched."""
    first, second = put(desk, new()), put(desk, new(kind=MessageKind.UPDATE, at=AT + HOUR))
    [claimed] = box.claim(lease(), EVERY, 1)
    assert (claimed.message.id, claimed.is_barred) == (first.id, False)
    box.settle(claimed, MailFailure.BOUNCED, Settled(MessageState.BOUNCED, AT), AT)

    third, other = put(desk, new(kind=MessageKind.OUTCOME)), put(desk, new("ntc_2"))
    platform = put(desk, new(channel=PLATFORM))
    assert state(box, third) is MessageState.SHOWN
    barred = {each.message.id: each.is_barred for each in box.claim(lease(after=HOUR), EVERY, 10)}
    assert barred == {second.id: True, other.id: False, platform.id: False}


def test_a_mail_that_came_back_later_is_noted_by_a_person(desk: Desk, box: DatabaseOutbox) -> None:
    """Once, and only of a mail that was sent."""
    message, told = put(desk, new()), put(desk, new("ntc_2", PLATFORM))
    assert not box.bounce(message.id, "per_1", AT)
    for claimed in box.claim(lease(), EVERY, 10):
        box.settle(claimed, None, Settled(MessageState.SENT, AT), AT)

    assert [box.bounce(each, "per_1", AT) for each in (message.id, told.id, message.id, MessageId("msg_0"))] == [
        True, False, False, False
    ]  # fmt: skip
    assert state(box, message) is MessageState.BOUNCED
    assert kinds(desk).count("operator:message:bounced") == 1


def test_a_platform_is_told_in_the_transaction_that_says_so(desk: Desk, box: DatabaseOutbox) -> None:
    """Where no endpoint asks for it, only the page tells it."""
    message = put(desk, new(channel=PLATFORM))
    [claimed] = box.claim(lease(), EVERY, 1)
    told = box.hand_over(claimed, Notice(NOTIFIER_MESSAGE, b"{}", 1), Settled(MessageState.SENT, AT), AT)

    assert told == 0
    assert state(box, message) is MessageState.SHOWN


def test_mails_to_an_address_are_counted_for_a_day(box: DatabaseOutbox) -> None:
    """More wait for the next day; another address is not touched; what is counted is forgotten."""
    assert [box.count_mail(b"a", AT) for _ in range(MAILS_PER_ADDRESS)] == [None] * MAILS_PER_ADDRESS
    midnight = AT.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    assert box.count_mail(b"a", AT) == midnight
    assert box.count_mail(b"b", AT) is None
    assert box.count_mail(b"a", midnight) is None
    assert box.forget_counts(midnight) == 2
    assert box.count_mail(b"a", midnight) is None


def test_an_update_is_made_when_its_clock_waits_for_it(desk: Desk, box: DatabaseOutbox) -> None:
    """After six days, once, by the way of the receipt; and again six days after it was sent."""
    begin_clocks(desk)
    put(desk, new(with_link=True))
    [claimed] = box.claim(lease(), EVERY, 1)
    box.settle(claimed, None, Settled(MessageState.SENT, AT), AT)

    assert box.owe_updates(AT + 6 * DAY - timedelta(seconds=1), 10) == 0
    assert [box.owe_updates(AT + 6 * DAY, 10) for _ in range(2)] == [1, 0]
    [_, update] = box.of(MessageAbout.NOTICE, "ntc_1")
    assert (update.kind, update.channel, update.with_link) == (MessageKind.UPDATE, EMAIL, True)
    [claimed] = box.claim(lease(after=6 * DAY + HOUR), EVERY, 1)
    box.settle(claimed, None, Settled(MessageState.SENT, AT), AT + 6 * DAY + HOUR)
    assert [each.is_running for each in clocks(desk)["us.ca1394.update"]] == [False, True]
    assert box.owe_updates(AT + 12 * DAY, 10) == 0
    assert box.owe_updates(AT + 12 * DAY + HOUR, 10) == 1


def test_an_update_for_who_is_not_written_to_stands_on_the_page(desk: Desk, box: DatabaseOutbox) -> None:
    """The next seven days begin at once."""
    begin_clocks(desk)
    assert box.owe_updates(AT + 6 * DAY, 10) == 1
    [update] = box.of(MessageAbout.NOTICE, "ntc_1")
    assert (update.channel, update.state) == (NONE, MessageState.SHOWN)
    assert clocks(desk)["us.ca1394.update"][0].stopped_by is Signal.UPDATE_SHOWN
    assert box.owe_updates(AT + 6 * DAY, 10) == 0


def test_a_message_is_of_one_piece_with_what_it_tells(desk: Desk, box: DatabaseOutbox) -> None:
    """It comes with the changeset of whoever has something to tell."""
    first, second = new(), new(channel=NONE)
    desk.commit(messages=(first, second))

    assert [state(box, each) for each in (first, second)] == [MessageState.WAITING, MessageState.SHOWN]


def test_messages_are_paged_and_counted(desk: Desk, box: DatabaseOutbox) -> None:
    """The newest first, of one state or all; each once."""
    made = [put(desk, new(f"ntc_{number}")) for number in range(5)]
    bounced = {made[0].id, made[3].id}
    for claimed in box.claim(lease(), EVERY, 10):
        if claimed.message.id in bounced:
            box.settle(claimed, MailFailure.BOUNCED, Settled(MessageState.BOUNCED, AT), AT)

    seen, before = list[str](), None
    while page := box.page(None, before, 2):
        seen += [each.id for each in page]
        before = page[-1].id
    assert seen == sorted((each.id for each in made), reverse=True)
    assert {each.id for each in box.page(MessageState.BOUNCED, None, 10)} == bounced
    counts = box.counts(AT + HOUR)
    assert (counts.waiting, counts.late, counts.bounced, counts.expired) == (3, 3, 2, 0)
    assert box.counts(AT + HOUR - timedelta(seconds=1)).late == 0
    assert box.counts(AT + 31 * DAY).bounced == 0
