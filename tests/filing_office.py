"""A house that files with the stand-in of the authority, over real HTTP."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

import make
from core.filing import reports as drawn
from filed import AUTHORITY, OFFICER, Process, a_package
from make import Home
from tutela.core.filing.channel import Channel, ChannelChange
from tutela.core.filing.states import Environment, Filing, Phase
from tutela.core.ids import PersonId, ReportId
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.flows.channel_door import Credentials
from tutela.flows.filing import Filing as Verbs
from tutela.ports.filings import StoredFiling
from tutela.ports.vault import Manifest
from tutela.sandbox.ncmec.authority import ReceivedReport
from tutela.sandbox.ncmec.faults import Fault
from tutela.sandbox.ncmec.server import Sandbox

ADA = Principal(OFFICER, ROLE_SCOPES[StaffRole.CHILD_SAFETY_OFFICER], PersonId(OFFICER))
SANDBOX = Credentials("sandbox", "sandbox")
SCHEMA_URL = "https://authority.alt/ispws/xsd"
SETTINGS = ChannelChange(reporter=drawn.REPORTER, schema_url=SCHEMA_URL)


@dataclass(frozen=True)
class FilingOffice:
    """The house, the stand-in, and what tests say to both."""

    home: Home
    sandbox: Sandbox

    @property
    def verbs(self) -> Verbs:
        """Return what files."""
        return self.home.house.filing

    @property
    def process(self) -> Process:
        """Return the house as drafts and approvals are made in it."""
        house = self.home.house
        desk = make.Desk(house.engine, house.store, house.committer)
        filing: Any = house.filing
        return Process(house.engine, desk, filing.book, filing.filings, self.home.clock, house.keys, "main")

    def set_up(self, environment: Environment = Environment.TEST, *, is_on: bool = True) -> Channel:
        """Set the channel up to the stand-in, check it, and switch it on."""
        change = ChannelChange(
            environment=environment, base_url=self.sandbox.url, reporter=drawn.REPORTER, schema_url=SCHEMA_URL
        )
        self.verbs.keep.set(ADA, AUTHORITY, change, SANDBOX)
        channel = self.verbs.check.check(ADA, AUTHORITY)
        return self.verbs.keep.enable(ADA, AUTHORITY) if is_on else channel

    def seal(self, content: bytes) -> Manifest:
        """Put bytes into the vault."""
        with self.home.house.vault.receive(period="evidence", max_bytes=2**40) as writer:
            writer.write(content)
            return writer.finish()

    def queue(
        self, *contents: bytes, environment: Environment = Environment.TEST, package: dict[str, Any] | None = None,
        **fields: Any,
    ) -> ReportId:  # fmt: skip
        """Approve a report about a new case, with files of these bytes."""
        held = [(manifest.content_id, manifest.size_bytes) for manifest in map(self.seal, contents)]
        draft = self.process.draft(package=a_package(contents, **(package or {})))
        return self.process.approve(draft, held, environment, **fields).id

    def break_next(self, *faults: Fault) -> None:
        """Have the next requests go wrong."""
        for fault in faults:
            self.sandbox.faults.add(fault)

    def work(self) -> int:
        """File what is due now."""
        return self.verbs.work.work(lambda: False)

    def run(self, *ids: ReportId, hours: float = 200.0) -> None:
        """File until these are over, moving on to the next time at which something is due."""
        until = self.home.clock.now() + timedelta(hours=hours)
        while True:
            self.work()
            waiting = [each for each in map(self.stored, ids) if not each.filing.is_over]
            times = [each.filing.not_before for each in waiting if each.filing.not_before is not None]
            now = self.home.clock.now()
            if not waiting or now > until or (not times and all(each.filing.not_before is None for each in waiting)):
                return
            ahead = max(min(times) - now, timedelta())
            self.home.clock.set(now + ahead)
            self.sandbox.offset += ahead

    def stored(self, report_id: ReportId) -> StoredFiling:
        """Return how far a report is."""
        found = self.verbs.filings.filing(report_id)
        assert found is not None
        return found

    def filing(self, report_id: ReportId) -> Filing:
        """Return how far a report is."""
        return self.stored(report_id).filing

    def phase(self, report_id: ReportId) -> Phase:
        """Return where a report is."""
        return self.filing(report_id).phase

    def log(self, report_id: ReportId) -> list[str]:
        """Return what the log of steps says."""
        return [each.step.note for each in self.verbs.filings.steps(report_id)]

    def finished(self) -> list[ReceivedReport]:
        """Return what the authority has in earnest."""
        return list(self.sandbox.authority.finished())

    def channel(self) -> Channel:
        """Return the channel as it is."""
        found = self.verbs.channels.channel(AUTHORITY)
        assert found is not None
        return found

    def wish(self, path: str, **sent: Any) -> Any:
        """Rule the stand-in over HTTP."""
        return httpx.post(self.sandbox.control_url + path, json=sent, timeout=60).json()


def received(reports: Sequence[ReceivedReport]) -> Iterator[list[str]]:
    """Yield the digests of the files of each report."""
    for each in reports:
        yield sorted(file.md5 for file in each.files.values())
