"""Lay a report out in the order in which an authority without an interface asks for it, to be copied from."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.filing.hand_form import FilledSection, HandForm, as_text, fill
from tutela.core.permissions import Principal
from tutela.errors import BadInput
from tutela.flows.edit_report import FindReport


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A report as one authority asks for it."""

    form: HandForm
    sections: tuple[FilledSection, ...]
    text: str


@dataclass(frozen=True, slots=True)
class LayOutByHand:
    """Lay out what was drawn up, for whichever authority takes it by hand. Nothing of the report is left out."""

    find: FindReport
    forms: Mapping[str, HandForm]

    def __call__(self, principal: Principal, report_id: str, authority: str) -> LaidOut:
        """Return a report in the order of *authority*.

        Raises:
            tutela.errors.UnknownReport: There is none.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.BadInput: The authority has an interface, or is none.
        """
        report = self.find(principal, report_id)
        form = self.forms.get(authority)
        if form is None:
            known = ", ".join(sorted(self.forms))
            raise BadInput("Nothing is filed by hand there.", place="authority", remedy=f"Name one of {known}.")
        sections = fill(form, report.package)
        return LaidOut(form, sections, as_text(form, sections, title=f"Report {report.id}, for {authority}"))
