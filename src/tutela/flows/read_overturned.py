"""Read what people decided anew about the cases of a report, and what a correction says of that."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.filing.moments import written
from tutela.core.filing.provenance import Origin, Provenance
from tutela.core.ids import CaseId, PersonId
from tutela.core.policy import Policy
from tutela.ports.decisions import Decision
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class DecidedAnew:
    """What was found of some cases, and stands no more."""

    case_ids: tuple[CaseId, ...]  #: about which no finding stands any more
    finding: Decision  #: the last one that was reversed
    reversal: Decision


def read_overturned(reader: Reader, case_ids: Iterable[CaseId]) -> DecidedAnew | None:
    """Return what overturned last what people had found of these cases; none where a finding stands about each."""
    gone = tuple(each for each in dict.fromkeys(case_ids) if reader.found_case(each) is None)
    undone = {each.finding_id: each.reversal_id for case_id in gone for each in reader.overturned_of_case(case_id)}
    decisions = reader.decisions([*undone, *undone.values()])
    last = max(undone, key=lambda each: (decisions[undone[each]].at, undone[each], each), default=None)
    return None if last is None else DecidedAnew(gone, decisions[last], decisions[undone[last]])


def why_overturned(reader: Reader, anew: DecidedAnew, policy: Policy) -> tuple[str, Provenance]:
    """Return what a correction says of it, and who says so."""
    by, clause_id = anew.reversal, anew.finding.clause_id
    title = "" if clause_id is None else f" {policy.clause(clause_id).title}"
    told = f"People of the provider decided anew on {written(by.at)}: what was reported does not violate the clause"
    said = reader.findings([by.id]).get(by.id)
    # What was found instead is another matter: nothing of it stands in a correction.
    line = said.facts.line if said is not None and said.is_reversal else ""
    why = f"{told}{title}." + (f" In their words: {line}" if line else "")
    return why, Provenance(Origin.TYPED, by.at, PersonId(by.decided_by or ""))
