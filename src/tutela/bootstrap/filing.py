"""Wire what files reports with authorities."""

import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from tutela.adapters.authority.service import HttpReportService
from tutela.adapters.db.channels import DatabaseChannels
from tutela.adapters.db.filings import DatabaseFilings
from tutela.adapters.db.reports import DatabaseReports
from tutela.core.filing.preflight import Validator
from tutela.core.units import Duration
from tutela.flows.channel_door import ChannelDoor
from tutela.flows.check_channel import CheckChannel
from tutela.flows.edit_report import FindReport
from tutela.flows.end_reports import EndReports
from tutela.flows.file_reports import FileReports
from tutela.flows.filing import Filing
from tutela.flows.keep_channel import KeepChannel
from tutela.flows.keep_schema import KeepSchema
from tutela.flows.read_reports import ReadReports
from tutela.flows.send_step import SendStep
from tutela.flows.watch_filings import WatchFilings
from tutela.ports.authority import ReportService
from tutela.worker import Job, Worker

if TYPE_CHECKING:
    from tutela.bootstrap.house import House

PAUSE_SECONDS = 1.0
"""Between two looks for a report that is due."""

BEATS = 4
"""How often a process that files says in one lease that it is alive."""

WATCH_SECONDS = 60.0

GRACE_SECONDS = 10.0
"""How long a request that is under way may take after the order to stop: broken off, a file is sent anew."""

AUTHORITY_TESTED = "authority_tested"


def open_filing(house: "House", service: ReportService | None = None) -> Filing:
    """Return the verbs of filing for *house*."""
    engine, chain, clock, settings = house.engine, house.chain, house.clock, house.settings
    book = DatabaseReports(engine, chain, house.keys, clock)
    filings, channels = DatabaseFilings(engine, chain, clock), DatabaseChannels(engine, chain, clock)
    find = FindReport(house.store, book)
    service = service or HttpReportService(settings.filing_answer_seconds)
    door = ChannelDoor(channels, house.keys)
    check = CheckChannel(channels, filings, service, door, clock, lambda: house.profile.mark_done(AUTHORITY_TESTED))
    schema = KeepSchema(channels, service, door, _open_schema, clock)
    work = FileReports(
        book, filings, channels, door, check, schema.validator, SendStep(service, house.vault, clock), clock,
        house.entropy, f"{socket.gethostname()}/{os.getpid()}/{house.entropy.token(8).hex()}",
        Duration(seconds=settings.filing_lease_seconds), settings.filing_lease_seconds / BEATS, time.sleep,
    )  # fmt: skip
    return Filing(
        find, book, filings, channels, KeepChannel(channels, filings, door, clock), check, schema, work,
        EndReports(find, filings, clock), ReadReports(find, filings), WatchFilings(filings, channels, clock), service,
    )  # fmt: skip


def filing_workers(house: "House") -> tuple[Worker, Worker]:
    """Return what files, and what watches beside it; nothing of it is wired before it is first run."""
    filer = Worker([])
    filer.jobs.append(Job("file_reports", lambda: house.filing.work.work(filer.must_end), pause_seconds=PAUSE_SECONDS))

    def watch() -> int:
        return house.filing.watch()  # wired when it is first run

    # A thread of its own: a long upload keeps nobody from hearing that another report expires.
    watcher = Worker(
        [
            Job("check_channels", _Checks(house), pause_seconds=WATCH_SECONDS),
            Job("watch_filings", watch, pause_seconds=WATCH_SECONDS),
        ]
    )
    return filer, watcher


class _Checks:
    """Ask every authority at start, and then whenever it is time."""

    def __init__(self, house: "House") -> None:
        self._house, self._is_first = house, True

    def __call__(self) -> None:
        check = self._house.filing.check
        if self._is_first:
            check.check_all()
            self._is_first = False
        check.check_due()


def end_soon(filing: Filing, seconds: float = GRACE_SECONDS) -> threading.Timer:
    """Break off what is under way after a while, unless what is returned is cancelled."""
    timer = threading.Timer(seconds, filing.service.close)
    timer.daemon = True
    timer.start()
    return timer


def _open_schema(schema: bytes) -> Validator:
    from tutela.adapters.authority.schema_check import SchemaCheck  # noqa: PLC0415  # few have a schema, and it is a parser of its own

    return SchemaCheck(schema)
