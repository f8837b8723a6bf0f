"""Make a request of one step: its document, or the bytes of its file, and whom it goes to."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.filing.channel import Channel, channel_facts
from tutela.core.filing.outgoing import sent_name, verified
from tutela.core.filing.package import Conditions, Package
from tutela.core.filing.preflight import Validator, documents
from tutela.core.filing.states import Filing, Send, Step
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.errors import BadInput
from tutela.ports.authority import Content, Endpoint, Reply, ReportService
from tutela.ports.clock import Clock
from tutela.ports.reports import StoredFile, StoredReport
from tutela.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Going:
    """A report with everything that its next step needs."""

    report: StoredReport | None  #: none: what it says cannot be opened any more
    files: tuple[StoredFile, ...]
    channel: Channel
    at: Endpoint
    validator: Callable[[], Validator | None]  #: of the schema that was downloaded

    @property
    def package(self) -> Package:
        """Return what it says.

        Raises:
            tutela.errors.BadInput: Nobody can open it.
        """
        if self.report is None:
            raise BadInput("What the report says cannot be opened.", place="report", remedy="Draw it up anew.")
        return self.report.package


@dataclass(frozen=True, slots=True)
class SendStep:
    """Make requests. Nothing is sent before what is returned is called."""

    service: ReportService
    vault: Vault
    clock: Clock

    def made(self, going: Going, filing: Filing, send: Send) -> Callable[[], Reply]:
        """Return what sends the step; its errors are those of reading the vault.

        Raises:
            tutela.errors.BadInput: A document cannot be written, or the schema that was downloaded refuses it.
        """
        at, number = going.at, filing.report_id or ""
        if send.step is Step.SUBMIT:
            document = self._report(going)
            return lambda: self.service.submit(at, document)
        if send.step is Step.FILEINFO:
            details = self._details(going, filing, send.file or 0)
            return lambda: self.service.fileinfo(at, details)
        if send.step is Step.UPLOAD:
            content = self._content(going, send.file or 0)
            return lambda: self.service.upload(at, number, content)
        if send.step is Step.FINISH:
            return lambda: self.service.finish(at, number)
        return lambda: self.service.retract(at, number)

    def _report(self, going: Going) -> bytes:
        """Return the document, after a look at all of them: once it is open nothing can be mended."""
        now, channel = self.clock.now(), going.channel
        conditions = Conditions(now, channel_facts(channel), channel.schema_url, channel.features)
        for problem in documents(going.package, conditions, going.validator()):
            raise BadInput(problem.sentence, place=problem.place, remedy=problem.remedy)
        return report_xml(going.package.report, schema_url=channel.schema_url, now=now, features=channel.features)

    def _details(self, going: Going, filing: Filing, position: int) -> bytes:
        return file_details_xml(
            going.package.files[position].details,
            report_id=filing.report_id or "",
            file_id=filing.files[position].file_id or "",
            schema_url=going.channel.schema_url,
            now=self.clock.now(),
            features=going.channel.features,
        )

    def _content(self, going: Going, position: int) -> Content:
        file = going.files[position]
        name = sent_name(position, going.package.files[position].details.original_name)
        chunks = verified(self.vault.read(file.content_id), file.md5, file.size_bytes)
        return Content(name, file.size_bytes, chunks)
