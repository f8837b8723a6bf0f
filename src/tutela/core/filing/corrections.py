"""A report that corrects another one: after finish nothing is changed, so a new report names the old one and says why.

Source: CyberTipline Reporting API: `priorCTReports` names earlier reports, `additionalInfo` explains.
"""

from dataclasses import replace

from tutela.core.filing.report import Report
from tutela.errors import BadInput

HEAD = "This corrects report {}. "


def correcting(report: Report, earlier_id: str, why: str) -> Report:
    """Return *report* as a correction of the one that is finished under *earlier_id*.

    Each person reported carries the earlier number, and the narrative begins with the correction. An escalation is
    taken out: what was decided anew is no present danger unless somebody says so again.

    Raises:
        tutela.errors.BadInput: There is no number, no reason, nobody to name it under, or it is a batch, which says
            nothing but identifiers.
    """
    if not (earlier_id.isascii() and earlier_id.isdigit()):
        raise BadInput("The earlier report has no number.", place="earlier_id", remedy="Take it from its receipt.")
    if not why.strip():
        raise BadInput("A correction says what was wrong.", place="why", remedy="Say it in plain words.")
    if report.batch is not None:
        raise BadInput("A batch cannot say that it corrects.", place="batch", remedy="File a report of its own.")
    if not report.suspects:
        raise BadInput("Nobody is there to name it under.", place="suspects", remedy="Name the account.")
    number = int(earlier_id)
    suspects = tuple(
        replace(each, prior_reports=tuple(dict.fromkeys((*each.prior_reports, number)))) for each in report.suspects
    )
    note = " ".join(part for part in (HEAD.format(number) + why.strip(), report.note) if part)
    return replace(report, incident=replace(report.incident, escalation=None), suspects=suspects, note=note)
