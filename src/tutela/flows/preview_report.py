"""Show a report as the authority would read it: documents, files, where everything comes from, what is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tutela.core.filing.completeness import Meter, measure
from tutela.core.filing.drawing_up import is_kind_chosen
from tutela.core.filing.fitting import places
from tutela.core.filing.package import Package
from tutela.core.filing.problems import Problem
from tutela.core.filing.terms import Terms
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.core.permissions import Principal, demand_one
from tutela.errors import BadInput
from tutela.flows.check_report import CheckReport, written
from tutela.flows.edit_report import FindReport
from tutela.ports.clock import Clock
from tutela.ports.reports import ReportState, StoredReport

LATER = "0"
"""In the place of a number that the authority gives only when it is sent."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it would be sent; none where it cannot be written yet."""

    name: str
    xml: bytes | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A report to be read before it is approved, or after."""

    report: StoredReport
    package: Package  #: as it would be sent
    problems: tuple[Problem, ...]
    meter: Meter
    documents: tuple[Document, ...]
    moved: tuple[str, ...]  #: places whose texts lie in a file beside it
    written: dict[str, bytes]  #: the files that would be written for it, by key
    is_kind_chosen: bool


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """Show reports to whoever draws them up or approves them."""

    find: FindReport
    check: CheckReport
    clock: Clock

    def __call__(self, principal: Principal, report_id: str) -> Preview:
        """Return a report as it would be sent now, or as it was approved. No bytes are read.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand_one(principal, ("reports", "file"))
        scope = "reports" if principal.may("reports") else "file"
        report = self.find(principal, report_id, scope)
        checked = self.check(report.package, report.authority, report.override, reads_bytes=False)
        is_open = report.state in {ReportState.DRAFT, ReportState.PREPARED}
        package = checked.package if is_open else report.package
        return Preview(
            report=report,
            package=package,
            problems=checked.problems if is_open else (),
            meter=measure(package),
            documents=self._documents(package, checked.terms),
            moved=places(checked.packed.supplements),
            written=written(checked.packed),
            is_kind_chosen=is_kind_chosen(package),
        )

    def _documents(self, package: Package, terms: Terms) -> tuple[Document, ...]:
        url, now, features = terms.schema_url, self.clock.now(), terms.features
        report = partial(report_xml, package.report, schema_url=url, now=now, features=features)
        made = [Document("report", _written(report))]
        for at, each in enumerate(package.files):
            write = partial(
                file_details_xml, each.details, report_id=LATER, file_id=LATER, schema_url=url, now=now,
                features=features,
            )  # fmt: skip
            made.append(Document(f"files.{at}", _written(write)))
        return tuple(made)


def _written(write: Callable[[], bytes]) -> bytes | None:
    try:
        return write()
    except BadInput:  # the problems say what is missing
        return None
