"""Wire the rota and what carries pages."""

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutela.adapters.db.pages import DatabasePages
from tutela.adapters.db.rota import DatabaseRota
from tutela.adapters.mail.line import MailServer
from tutela.adapters.paging.mail import MailPages
from tutela.adapters.paging.webhook import WebhookPages
from tutela.config import Settings
from tutela.core.units import Duration
from tutela.flows.acknowledge_page import AcknowledgePage
from tutela.flows.keep_rota import KeepRota
from tutela.flows.on_call import OnCall
from tutela.flows.page_for_danger import PageForDanger
from tutela.flows.read_pages import ReadPages
from tutela.flows.try_paging import TryPaging
from tutela.flows.watch_rota import WatchRota
from tutela.flows.who_is_on_call import WhoIsOnCall
from tutela.ports.pages import PageSender
from tutela.ports.webhooks import Sender

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_senders(settings: Settings, sender: Sender) -> list[PageSender]:
    """Return the channels that are set up: nothing goes out unless one is."""
    found: list[PageSender] = []
    if settings.pages_webhook_url:
        found.append(WebhookPages(settings.pages_webhook_url, settings.pages_webhook_secret, sender))
    if settings.pages_smtp_host:
        server = MailServer(
            settings.pages_smtp_host, settings.pages_smtp_port, settings.pages_smtp_from,
            is_tls_at_once=not settings.pages_smtp_starttls, user=settings.pages_smtp_user,
            password=settings.pages_smtp_password, site=settings.public_url,
        )  # fmt: skip
        found.append(MailPages(server))
    return found


def open_on_call(house: "House", senders: Sequence[PageSender]) -> OnCall:
    """Return the verbs of the rota and of pages for *house*."""
    clock, entropy = house.clock, house.entropy
    rota = DatabaseRota(house.engine, house.chain, clock)
    pages = DatabasePages(house.engine, house.chain, clock)
    people = house.staff.keep_people.people
    who = WhoIsOnCall(rota, people.all, clock, frozenset(each.channel for each in senders))
    holder = f"{socket.gethostname()}/{os.getpid()}/{entropy.token(8).hex()}"
    wait = Duration(minutes=house.settings.pages_wait_minutes)
    return OnCall(
        who=who,
        keep=KeepRota(rota, people.person, clock, entropy),
        page=PageForDanger(house.store, pages, rota, who, senders, clock, entropy, holder, wait),
        read=ReadPages(pages),
        acknowledge=AcknowledgePage(house.store, pages, who, clock),
        test=TryPaging(senders, clock),
        watch=WatchRota(who),
    )
