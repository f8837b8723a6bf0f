"""Messages go out by the way that people chose, at least once, whatever happens to servers and processes."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

import make
from laws import examples
from make import Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db import tables as t
from tutela.adapters.db import webhook_tables
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.messages import DatabaseOutbox, send
from tutela.adapters.db.webhooks import DatabaseWebhooks
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.twins.clock import SetClock
from tutela.adapters.twins.mail import MailTwin
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.bootstrap.loading import load_message_texts
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
)
from tutela.core.webhooks import NOTIFIER_MESSAGE, STANDING_CHANGED
from tutela.errors import WrongKey
from tutela.flows.keep_webhooks import KeepWebhooks
from tutela.flows.send_messages import SendMessages
from tutela.ports.messages import Letter, Message

pytestmark = pytest.mark.both_databases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANNA = "anna@example.org"
LINK = "https://desk.example/desk/status"


@dataclass
class Known:
    """How people are reached, as whoever keeps what they sent would say."""

    addresses: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    is_locked: bool = False

    def contact_of(self, about: MessageAbout, about_id: str) -> str | None:
        """Return the address of one."""
        del about
        if self.is_locked:
            raise WrongKey(place="keys")
        return self.addresses.get(about_id)

    def language_of(self, about: MessageAbout, about_id: str) -> str:
        """Return the language of one."""
        del about
        return self.languages.get(about_id, "en")


@dataclass
class Room:
    """An outbox, a mail server, a clock, and whom one writes to."""

    desk: Desk
    mail: MailTwin = field(default_factory=MailTwin)
    clock: SetClock = field(default_factory=SetClock)
    known: Known = field(default_factory=lambda: Known({"ntc_1": ANNA}))

    @property
    def chain(self) -> ChainWriter:
        """Return who writes the audit."""
        return ChainWriter("test", SystemEntropy())

    @property
    def box(self) -> DatabaseOutbox:
        """Return the outbox."""
        return DatabaseOutbox(self.desk.engine, self.chain, SystemEntropy())

    def process(self, name: str = "one", mail: MailTwin | None = None) -> SendMessages:
        """Return a process that sends."""
        return SendMessages(
            self.box, dict.fromkeys(MessageAbout, self.known), mail or self.mail, load_message_texts(), LINK,
            lambda address: hashlib.sha256(address).digest(), self.clock, SystemEntropy(), name,
        )  # fmt: skip

    def put(self, about_id: str = "ntc_1", kind: MessageKind = MessageKind.OUTCOME, **fields: object) -> MessageId:
        """Have somebody told."""
        made = {"channel": MessageChannel.EMAIL, "at": self.clock.now(), **fields}
        new = NewMessage(MessageId(make.new_id("message")), MessageAbout.NOTICE, about_id, kind, **made)  # type: ignore[arg-type]  # of any field
        with write_transaction(self.desk.engine) as connection:
            send(connection, new)
        return new.id

    def message(self, message_id: MessageId) -> Message:
        """Return how one stands."""
        return next(each for each in self.box.page(None, None, 10_000) if each.id == message_id)

    def state(self, message_id: MessageId) -> MessageState:
        """Return its state."""
        return self.message(message_id).state

    def pass_time(self, span: timedelta) -> None:
        """Let time go by."""
        self.clock.set(self.clock.now() + span)

    def audited(self) -> bytes:
        """Return all that the audit holds."""
        with self.desk.engine.connect() as connection:
            return b"".join(bytes(each) for each in connection.execute(select(t.audit_payloads.c.body)).scalars())


@pytest.fixture
def room(database_url: str) -> Iterator[Room]:
    """Return a room on the test's database."""
    with make.database(database_url) as opened:
        yield Room(opened)


def test_a_mail_is_written_in_their_language_with_a_link_only_where_they_asked(room: Room) -> None:
    """To the address that is opened at that moment."""
    room.known.addresses["ntc_2"] = "bea@example.org"
    room.known.languages["ntc_2"] = "de-AT"
    first, second = room.put(), room.put("ntc_2", with_link=True)

    assert room.process()() == 2
    [english], [german] = room.mail.to(ANNA), room.mail.to("bea@example.org")
    assert english.id == first
    assert LINK not in english.text
    assert german.text.startswith("Hallo")
    assert LINK in german.text
    assert [room.state(each) for each in (first, second)] == [MessageState.SENT] * 2
    assert room.process()() == 0


def test_a_mail_server_that_is_down_for_a_day_loses_nothing(room: Room) -> None:
    """It is asked now and then, and not for each of them at once; when it is back, all are out within two hours."""
    asked: list[str] = []
    room.mail.failure = MailFailure.NOT_CONNECTED
    room.mail.on_letter = lambda letter: asked.append(letter.id)
    for number in range(40):
        room.known.addresses[f"ntc_{number}"] = f"p{number}@example.org"
        room.put(f"ntc_{number}")
    process = room.process()
    for _ in range(24 * 3):
        process()
        room.pass_time(timedelta(minutes=20))
    tried_while_down = len(asked)
    assert room.mail.came == []
    assert tried_while_down < 40 * 24

    room.mail.failure = None
    for _ in range(24):
        process()
        room.pass_time(timedelta(minutes=5))
    assert sorted(each.address for each in room.mail.came) == sorted(f"p{number}@example.org" for number in range(40))
    assert room.box.counts(room.clock.now()).waiting == 0


def test_a_silent_mail_server_keeps_no_platform_from_being_told(room: Room) -> None:
    """Only mail is paused."""
    room.mail.failure = MailFailure.TIMED_OUT
    room.put()
    process = room.process()
    process()
    told = room.put("ntc_2", channel=MessageChannel.PLATFORM)
    assert process() == 1
    assert room.state(told) is MessageState.SHOWN


def test_an_address_that_bounces_is_written_to_no_more(room: Room) -> None:
    """The answer then stands on the page only, and whoever works there sees that."""
    room.mail.bounce(ANNA)
    receipt, update = room.put(kind=MessageKind.RECEIPT), room.put(kind=MessageKind.UPDATE)
    with capture_logs() as logs:
        room.process()()
    outcome = room.put()
    room.process()()

    assert [room.state(each) for each in (receipt, outcome)] == [MessageState.BOUNCED, MessageState.SHOWN]
    assert room.state(update) in {MessageState.BOUNCED, MessageState.SHOWN}
    assert room.box.counts(room.clock.now()).bounced >= 1
    assert any(each["event"] == "message_not_delivered" and each["log_level"] == "error" for each in logs)


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: c@d", "x" * 100_000, "a@b, c@d"])
def test_what_is_no_address_is_asked_of_no_mail_server(room: Room, address: str) -> None:
    """It ends like one that bounced; an empty one like none."""
    room.known.addresses["ntc_1"] = address
    message = room.put()
    room.process()()

    assert room.state(message) is MessageState.BOUNCED
    assert room.mail.came == []


def test_who_cannot_be_reached_any_more_has_it_on_the_page(room: Room) -> None:
    """Because what they sent was destroyed, or no mail server is set up."""
    room.known.addresses.clear()
    message = room.put()
    room.process()()
    assert room.state(message) is MessageState.SHOWN

    room.known.addresses["ntc_1"] = ANNA
    other = room.put()
    without = room.process()
    without.mail = None
    without()
    assert room.state(other) is MessageState.SHOWN


def test_a_key_that_is_not_at_hand_is_waited_for(room: Room) -> None:
    """Nothing ends because of it."""
    room.known.is_locked = True
    message = room.put()
    process = room.process()
    process()
    assert room.state(message) is MessageState.WAITING

    room.known.is_locked = False
    room.pass_time(HOUR)
    process()
    assert room.state(message) is MessageState.SENT


def test_nobody_s_mailbox_is_filled(room: Room) -> None:
    """Whoever types another person's address into many forms: so many a day, and the rest the days after."""
    for number in range(MAILS_PER_ADDRESS + 5):
        room.known.addresses[f"ntc_{number}"] = (
            ANNA if number % 2 else ANNA.upper().replace("EXAMPLE.ORG", "example.org")
        )
        room.put(f"ntc_{number}")
    process = room.process()
    process()
    assert len(room.mail.came) == MAILS_PER_ADDRESS
    room.pass_time(DAY)
    process()
    assert len(room.mail.came) == MAILS_PER_ADDRESS + 5


def test_a_platform_is_told_ids_and_a_code_and_nobody_else_is(room: Room, tmp_path: Path) -> None:
    """Only endpoints that asked for it; and what they are told holds no word."""
    keys = FileKeyRing.create(tmp_path / "keys", tmp_path / "keys" / "master.key")
    webhooks = DatabaseWebhooks(room.desk.engine, room.chain, room.clock)
    keep = KeepWebhooks(
        room.desk.store, webhooks, None, ReceiverTwin(), keys, room.clock, SystemEntropy(), allows_private=False  # type: ignore[arg-type]  # no delivery is looked at
    )  # fmt: skip
    for name, events in (("app", (NOTIFIER_MESSAGE,)), ("feed", (STANDING_CHANGED,))):
        keep.add(name, f"https://{name}.example/", by="ops", events=events)
    room.known.addresses["ntc_1"] = "user-7"
    message = room.put(channel=MessageChannel.PLATFORM)
    room.process()()

    assert room.state(message) is MessageState.SENT
    with room.desk.engine.connect() as connection:
        [row] = connection.execute(select(webhook_tables.webhook_deliveries)).mappings().all()
    assert row["event"] == NOTIFIER_MESSAGE
    assert (
        bytes(row["body"])
        .decode()
        .endswith(f'"data":{{"message":"{message}","about":"notice","id":"ntc_1","kind":"outcome","user":"user-7"}}}}')
    )


def test_no_address_and_no_text_is_in_logs_audit_or_rows(room: Room) -> None:
    """P10: whatever happens to a message."""
    address = "planted.person@planted-host.example"
    room.known.addresses |= {"ntc_1": address, "ntc_2": address, "ntc_3": address}
    with capture_logs() as logs:
        for about_id, failure in (("ntc_1", None), ("ntc_2", MailFailure.BOUNCED), ("ntc_3", MailFailure.TLS)):
            room.mail.failure = failure
            room.put(about_id)
            room.process()()
    rows = room.box.page(None, None, 10)
    for held in (str(logs), room.audited().decode(), str(rows), str(room.mail.came)):
        assert "planted" not in held
        assert "Hello" not in held


class DiedError(BaseException):
    """The process was killed."""


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 2)),
        st.tuples(st.just("run"), st.integers(0, 1)),
        st.tuples(st.just("die"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.sampled_from([1, 70, 4000])),
        st.tuples(st.just("server"), st.sampled_from([None, MailFailure.NOT_CONNECTED, MailFailure.REJECTED])),
    ),
    max_size=20,
)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_whenever_a_process_is_killed_nothing_is_lost_and_only_a_kill_sends_twice(
    room: Room, steps: list[tuple[str, object]]
) -> None:
    """Before a mail is handed over, or after it and before that is written down; the next process goes on."""
    room.mail = MailTwin()
    processes = [room.process(name) for name in ("one", "two")]
    made: list[MessageId] = []
    kills = 0
    for verb, what in steps:
        if verb == "put":
            room.known.addresses[f"ntc_{what}"] = f"p{what}@example.org"
            made.append(room.put(f"ntc_{what}"))
        elif verb == "wait":
            room.pass_time(timedelta(seconds=what))  # type: ignore[arg-type]  # see the steps
        elif verb == "server":
            room.mail.failure = what  # type: ignore[assignment]  # as above
        elif verb == "run":
            processes[what]()  # type: ignore[call-overload]  # as above
        else:
            kills += _killed(room, processes[0], int(what))  # type: ignore[call-overload]  # as above
    room.mail.failure = None
    for process in (each for each, _ in zip(cycle(processes), range(4), strict=False)):
        room.pass_time(LEASE.delta + HOUR + HOUR / 2)
        process()

    assert [room.state(each) for each in made] == [MessageState.SENT] * len(made)
    came = [each.id for each in room.mail.came]
    assert set(came) == set(made)
    assert len(came) - len(made) <= kills


def _killed(room: Room, process: SendMessages, after: int) -> int:
    """Run a process that dies at one of its mails, before or after the server has it; return whether it did."""
    seen = 0

    def dies(letter: Letter) -> MailFailure | None:
        nonlocal seen
        seen += 1
        if seen > after:
            if after % 2 and room.mail.failure is None:
                room.mail.came.append(letter)
            raise DiedError
        return None

    room.mail.on_letter = dies
    with suppress(DiedError):
        process()
        seen = after
    room.mail.on_letter = None
    return int(seen > after)


def test_a_claim_that_ran_out_is_settled_by_the_second_process_alone(room: Room) -> None:
    """The first, which was only slow, writes nothing any more."""
    message = room.put()
    slow, quick = room.process("slow"), room.process("quick")

    def stalls(letter: Letter) -> MailFailure | None:
        del letter
        room.mail.on_letter = None
        room.pass_time(LEASE.delta)
        quick()
        return MailFailure.BOUNCED

    room.mail.on_letter = stalls
    with capture_logs() as logs:
        slow()
    assert room.state(message) is MessageState.SENT
    assert any(each["event"] == "message_taken_over" for each in logs)


def test_a_house_that_closes_gives_back_what_it_has_in_hand(room: Room) -> None:
    """Another process sends it at once, without a try that counts."""
    message = room.put()
    room.mail.close()
    assert room.process(mail=room.mail).outbox.counts(room.clock.now()).waiting == 1
    is_asked = iter((False, True))
    room.process()(lambda: next(is_asked))
    assert (room.state(message), room.message(message).tries) == (MessageState.WAITING, 0)
    fresh = MailTwin()
    room.process("two", fresh)()
    assert [each.id for each in fresh.came] == [message]
