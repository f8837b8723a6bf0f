"""Say of evidence which kind it is, from when its time runs, and what holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.filing.destruction import Fate, Kept, is_against_limit
from tutela.core.filing.evidence_kinds import EvidenceFacts, fate_of, kept
from tutela.core.filing.retention import RetentionTable
from tutela.core.ids import EvidenceId
from tutela.core.operator import OperatorProfile
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Weighed:
    """One thing that is kept, and what happens to it when nobody asks."""

    id: EvidenceId
    facts: EvidenceFacts
    kept: Kept
    fate: Fate
    is_against_limit: bool  #: a hold keeps it longer than the law of a region has it: for counsel

    @property
    def until(self) -> datetime | None:
        """Return when its time is over, by its time alone; none as long as it has not begun."""
        since = self.kept.since
        return None if since is None else self.kept.row.until(since, self.kept.regions)


def weigh_evidence(
    reader: Reader, ids: Iterable[EvidenceId], table: RetentionTable, profile: OperatorProfile, now: datetime
) -> list[Weighed]:
    """Return each that exists, by id."""
    facts = reader.evidence_facts(ids)
    holds = reader.holds_of(facts)
    found = []
    for each in sorted(facts):
        what = kept(facts[each], holds.get(each, ()), table, profile.user_regions)
        found.append(Weighed(each, facts[each], what, fate_of(facts[each], what, now), is_against_limit(what, now)))
    return found
