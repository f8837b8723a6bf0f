"""Everything about reports on their way to authorities, and the channels that they take, as the faces get it."""

from dataclasses import dataclass

from tutela.flows.check_channel import CheckChannel
from tutela.flows.edit_report import FindReport
from tutela.flows.end_reports import EndReports
from tutela.flows.file_reports import FileReports
from tutela.flows.keep_channel import KeepChannel
from tutela.flows.keep_schema import KeepSchema
from tutela.flows.read_reports import ReadReports
from tutela.flows.watch_filings import WatchFilings
from tutela.ports.authority import ReportService
from tutela.ports.channels import Channels
from tutela.ports.filings import Filings
from tutela.ports.reports import ReportBook


@dataclass(frozen=True, slots=True)
class Filing:
    """The verbs, and what they stand on."""

    find: FindReport
    book: ReportBook
    filings: Filings
    channels: Channels
    keep: KeepChannel
    check: CheckChannel
    schema: KeepSchema
    work: FileReports
    end: EndReports
    read: ReadReports
    watch: WatchFilings
    service: ReportService
