"""Wire the clocks of, and the messages to, the people who asked."""

import hashlib
import hmac
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.db.messages import DatabaseOutbox
from tutela.adapters.mail.desk import DeskMail
from tutela.adapters.mail.line import MailServer
from tutela.bootstrap.loading import load_message_texts
from tutela.config import Settings
from tutela.core.messages import STATUS_PATH, MessageAbout
from tutela.flows.messaging import Messaging
from tutela.flows.read_clocks import ReadClocks
from tutela.flows.read_messages import ReadMessages
from tutela.flows.send_messages import SendMessages
from tutela.flows.watch_notice_clocks import WatchNoticeClocks
from tutela.ports.messages import Contacts, MailSender
from tutela.worker import Job, Worker

if TYPE_CHECKING:
    from tutela.bootstrap.house import House

MAILS_AT_ONCE = 4
"""Each in a thread: one mail takes as long as the server takes over it."""


def open_desk_mail(settings: Settings) -> MailSender | None:
    """Return what carries mails to the people who asked; none where it is not set up."""
    if not settings.desk_smtp_from:
        return None
    of = "desk" if settings.desk_smtp_host else "pages"
    host, port, user, password, starttls = (
        getattr(settings, f"{of}_smtp_{name}") for name in ("host", "port", "user", "password", "starttls")
    )
    return DeskMail(
        MailServer(
            host, port, settings.desk_smtp_from, is_tls_at_once=not starttls, user=user, password=password
        )
    )  # fmt: skip


def open_messaging(house: "House", mail: MailSender | None) -> Messaging:
    """Return the verbs of clocks and messages for *house*."""
    engine, chain, clock, entropy = house.engine, house.chain, house.clock, house.entropy
    outbox, book = DatabaseOutbox(engine, chain, entropy), DatabaseClocks(engine, chain, clock)
    site, counting = house.settings.desk_url or house.settings.public_url, house.keys.derive("message-addresses/1")
    contacts: dict[MessageAbout, Contacts] = {
        MessageAbout.NOTICE: house.notices.contacts,
        MessageAbout.APPEAL: house.appeals.contacts,
    }
    pool = ThreadPoolExecutor(MAILS_AT_ONCE, "message")  # its threads begin with the first message
    send = SendMessages(
        outbox, contacts, mail, load_message_texts(), f"{site}{STATUS_PATH}" if site else None,
        lambda address: hmac.digest(counting, address, hashlib.sha256), clock, entropy,
        f"{socket.gethostname()}/{os.getpid()}/{entropy.token(8).hex()}", pool.map,
    )  # fmt: skip
    return Messaging(
        ReadClocks(book, clock), WatchNoticeClocks(book, clock), ReadMessages(outbox, clock), send, outbox, clock
    )  # fmt: skip


def end_messaging(messaging: Messaging) -> None:
    """Let nothing out any more."""
    if messaging.send.mail is not None:
        messaging.send.mail.close()


def poster_of(house: "House") -> Worker:
    """Return what sends messages; nothing of it is wired before it is first run."""
    poster = Worker([])

    def send() -> int:
        return house.messaging.send(poster.must_end)

    poster.jobs.append(Job("send_messages", send, pause_seconds=1.0, follows_commits=True))
    return poster


def messaging_jobs(house: "House") -> list[Job]:
    """Return what is done in the background; wired when it first runs."""

    def watch() -> int:
        return house.messaging.watch(house.worker.must_end)

    def owe_updates() -> int:
        return house.messaging.owe_updates()

    def forget_counts() -> int:
        return house.messaging.forget_counts()

    return [
        Job("watch_notice_clocks", watch, pause_seconds=5.0),
        Job("owe_updates", owe_updates, pause_seconds=60.0),
        Job("forget_message_counts", forget_counts, pause_seconds=3600.0),
    ]
