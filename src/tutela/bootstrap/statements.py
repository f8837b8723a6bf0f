"""Wire what tells people of measures, and the EU Transparency Database of what they were told."""

import os
import socket
from typing import TYPE_CHECKING

from tutela.adapters.db.origins import DatabaseOrigins
from tutela.adapters.db.statements import DatabaseStatements
from tutela.adapters.db.transparency_channel import DatabaseTransparencyChannel
from tutela.adapters.db.transparency_records import DatabaseTransparencyRecords
from tutela.adapters.transparency.service import HttpTransparencyService
from tutela.bootstrap.loading import load_reason_words, load_reasons
from tutela.core.dsa.batches import MOST_ASKED
from tutela.core.units import Duration
from tutela.flows.draw_up_records import DrawUpRecords
from tutela.flows.gather_reasons import GatherReasons
from tutela.flows.keep_statements import DEFAULT_LANGUAGE, KeepStatements
from tutela.flows.keep_transparency import KeepTransparency
from tutela.flows.submit_records import SubmitRecords
from tutela.flows.tell_statements import TellStatements
from tutela.flows.transparency_door import TransparencyDoor
from tutela.flows.verbs_of_statements import StatementVerbs
from tutela.flows.watch_statements import WatchStatements
from tutela.ports.transparency import TransparencyService
from tutela.worker import Job, Worker

if TYPE_CHECKING:
    from tutela.bootstrap.house import House

TELL_SECONDS = 1.0
SUBMIT_SECONDS = 5.0


def open_statements(house: "House", service: TransparencyService | None = None) -> StatementVerbs:
    """Return the verbs of statements for *house*."""
    engine, chain, clock, entropy = house.engine, house.chain, house.clock, house.entropy
    book = DatabaseStatements(engine, chain, clock, entropy)
    records = DatabaseTransparencyRecords(engine, chain, clock)
    channels = DatabaseTransparencyChannel(engine, chain, clock)
    words = load_reason_words()
    gather = GatherReasons(house.store, book, DatabaseOrigins(engine), load_reasons(), house.profile.read)
    seconds = house.settings.filing_answer_seconds
    service = service or HttpTransparencyService(seconds)
    door = TransparencyDoor(channels, house.keys)
    holder = f"{socket.gethostname()}/{os.getpid()}/{entropy.token(8).hex()}"
    # Longer than all requests of one claim may take together, so that nobody goes on with it meanwhile.
    lease = Duration(seconds=(MOST_ASKED + 2) * seconds)
    return StatementVerbs(
        keep=KeepStatements(house.store, book, gather, words, house.policy, clock, house.appeals.links),
        tell=TellStatements(house.store, book, clock),
        watch=WatchStatements(book, records, channels, clock),
        draw_up=DrawUpRecords(
            book, gather, words[DEFAULT_LANGUAGE], house.policy, house.profile.read, channels.channel, clock, entropy
        ),
        submit=SubmitRecords(records, channels, door, service, clock, entropy, holder, lease),
        transparency=KeepTransparency(channels, records, door, service, clock, entropy),
        service=service,
    )


def statement_jobs(house: "House") -> list[Job]:
    """Return what is done in the background beside everything else; wired when it first runs."""

    def tell() -> int:
        return house.statements.tell()

    def draw_up() -> int:
        return house.statements.draw_up()

    def watch() -> object:
        return house.statements.watch()

    return [
        Job("tell_statements", tell, pause_seconds=TELL_SECONDS),
        Job("draw_up_records", draw_up, pause_seconds=SUBMIT_SECONDS),
        Job("watch_statements", watch, pause_seconds=60.0),
    ]


def submitting_worker(house: "House") -> Worker:
    """Return what sends records, in a thread of its own: a database that is slow keeps nobody else waiting."""
    worker = Worker([])

    def submit() -> int:
        return house.statements.submit(worker.must_end)

    worker.jobs.append(Job("submit_records", submit, pause_seconds=SUBMIT_SECONDS))
    return worker
