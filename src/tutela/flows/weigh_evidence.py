"""Say of evidence which kind it is, from when its time runs, and what holds it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tutela.core.filing.destruction import Fate, Kept, is_against_limit
from tutela.core.filing.evidence_kinds import EvidenceFacts, fate_of, kept
from tutela.core.filing.retention import RetentionTable
from tutela.core.ids import EvidenceId
from tutela.core.operator import OperatorProfile
from tutela.ports.clock import Clock
from tutela.ports.store import Reader, Store


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


def over_by_page(
    store: Store, page_of: Callable[[Reader, str], Sequence[EvidenceId]], table: RetentionTable,
    profile: Callable[[], OperatorProfile], clock: Clock,
) -> Iterator[list[Weighed]]:  # fmt: skip
    """Yield, a page at a time, what ends by itself now; *page_of* returns the ids after one, and none at the end."""
    after = ""
    while True:
        with store.read() as reader:
            page = page_of(reader, after)
            found = weigh_evidence(reader, page, table, profile(), clock.now())
        if not page:
            return
        after = page[-1]
        yield [each for each in found if each.fate is Fate.DESTROYED_BY_ITSELF]
