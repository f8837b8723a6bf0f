"""Keep a machine within its quotas: what a bank may not do any more today is held for a person (P11)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import starmap

import structlog

from tutela.core.audit import JSON, AuditEvent
from tutela.core.banks import Detection
from tutela.core.bounds import Bound
from tutela.core.content import Item
from tutela.core.decisions import counts
from tutela.core.ids import BankId, DetectionId
from tutela.core.measures import Measure, MeasureKind, Standing, SubjectKind
from tutela.core.quotas import Limits, QuotaUse, Want, wants
from tutela.flows.look_up import Findings
from tutela.ports.store import Reader

_log = structlog.get_logger(__name__)
_OVER = frozenset({Bound.OVER_QUOTA})

Quota = tuple[BankId, MeasureKind]


@dataclass(slots=True)
class QuotaTally:
    """What banks have used today: what is recorded, and what the plan in the making takes.

    Two processes that plan at the same moment do not see what the other takes. The committer counts and checks in one
    statement, so that whoever comes second plans again, and finds the quota used up.
    """

    now: datetime
    limits: Limits
    is_exhausted: bool = False  #: the last resort of a submission takes nothing, so that no quota can refuse it
    used: Counter[Quota] = field(default_factory=Counter)
    held: set[Quota] = field(default_factory=set)  #: of which something was only held before today
    taken: dict[Want, BankId] = field(default_factory=dict)
    short: dict[DetectionId, tuple[Quota, ...]] = field(default_factory=dict)  #: of what was bounded, and why

    def read(self, reader: Reader, findings: Findings) -> None:
        """Read what the banks in *findings* have used today: nothing where none matched."""
        banks = {match.bank_id for found in findings.matches.values() for match in found if match.bank_id}
        for each in reader.quotas_used(self.now.date(), banks) if banks else ():
            quota = BankId(each.source), each.kind
            self.used[quota] = each.used
            if each.held:
                self.held.add(quota)

    def bounded(
        self, item: Item, standings: Iterable[Standing], detections: Sequence[Detection]
    ) -> tuple[Detection, ...]:
        """Return *detections* with the ceilings lowered of those that want more than is left, and take for the rest.

        Args:
            item: In which they were noticed.
            standings: Of the item, its author and the media: what is in force already takes nothing.
            detections: Of one media.
        """
        in_force = {
            Want(measure.kind, measure.subject, measure.clause_id)
            for standing in standings
            for measure in standing.measures
            if measure.is_automated and measure.holds_at(self.now)
        }
        return tuple(self._detection(item, in_force, each) if counts(each) else each for each in detections)

    def _detection(self, item: Item, in_force: set[Want], detection: Detection) -> Detection:
        match, bank_id = detection.match, detection.match.bank_id
        if bank_id is None:
            return detection
        wanted = wants(match, item.id, item.account_id) - in_force - self.taken.keys()
        if short := self._short(bank_id, wanted):
            self.short[detection.id] = short
            return replace(detection, match=match.bounded(_OVER))
        self.taken.update(dict.fromkeys(wanted, bank_id))
        self.used.update((bank_id, want.kind) for want in wanted)
        return detection

    def _short(self, bank_id: BankId, wanted: Iterable[Want]) -> tuple[Quota, ...]:
        """Return the quotas that have no room for what is wanted."""
        needed = Counter(want.kind for want in wanted)
        return tuple(
            (bank_id, kind)
            for kind, count in sorted(needed.items())
            if self.is_exhausted or self.used[bank_id, kind] + count > self.limits[kind]
        )

    def read_rules(self, reader: Reader, rules: Iterable[str]) -> None:
        """Read what *rules* have used today."""
        sources = [source_of(rule) for rule in rules]
        for each in reader.quotas_used(self.now.date(), sources) if sources else ():
            self.used[BankId(each.source), each.kind] = each.used

    def has_room(self, rule: str, wanted: Iterable[Want]) -> bool:
        """Take what *rule* wants, all of it, or nothing; return whether it was taken."""
        source, new = source_of(rule), set(wanted) - self.taken.keys()
        if self._short(source, new):
            return False
        self.taken.update(dict.fromkeys(new, source))
        self.used.update((source, want.kind) for want in new)
        return True

    def uses(self, measures: Iterable[Measure], detections: Iterable[Detection]) -> tuple[QuotaUse, ...]:
        """Return what the measures that are granted now take, and what was only held: from what is really written."""
        taken = Counter(quota for measure in measures if (quota := self._taken_by(measure)) is not None)
        held = Counter(quota for each in detections for quota in self.short.get(each.id, ()))
        return tuple(
            QuotaUse(quota[0], quota[1], self.now.date(), taken[quota], self.limits[quota[1]], held[quota])
            for quota in sorted(taken.keys() | held.keys())
        )

    def _taken_by(self, measure: Measure) -> Quota | None:
        kinds = [measure.kind]
        if measure.kind is MeasureKind.HOLD and measure.subject.kind is SubjectKind.MEDIA:
            kinds.append(MeasureKind.QUARANTINE)  # held until its bytes are preserved: it takes what it waits for
        for kind in kinds:
            if bank_id := self.taken.get(Want(kind, measure.subject, measure.clause_id)):
                return bank_id, kind
        return None

    def events(self, uses: Iterable[QuotaUse]) -> tuple[AuditEvent, ...]:
        """Return what is entered in the audit: what each bank took, and each quota the first time it is exceeded."""
        taken: dict[str, list[QuotaUse]] = {}
        for use in uses:
            taken.setdefault(use.source, []).append(use)
        exceeded = [
            AuditEvent(
                "system:quota:exceeded",
                use.source,
                {"kind": use.kind.value, "day": use.day.isoformat(), "limit": use.limit},
            )
            for each in taken.values()
            for use in each
            if use.held and (BankId(use.source), use.kind) not in self.held
        ]
        return *starmap(self._taken, taken.items()), *exceeded

    def _taken(self, source: str, uses: Iterable[QuotaUse]) -> AuditEvent:
        told: dict[str, JSON] = {use.kind.value: [use.count, use.held] for use in uses}
        return AuditEvent("system:quota:taken", source, {"day": self.now.date().isoformat(), "taken": told})


def source_of(rule: str) -> BankId:
    """Return under what name the quota of a rule is kept: no bank is called so."""
    return BankId(f"rule:{rule}")


def alarm(uses: Iterable[QuotaUse]) -> None:
    """Log each quota that something had to be held for, once that is committed."""
    for use in uses:
        if use.held:
            _log.error("quota_exceeded", source=use.source, kind=use.kind.value, held=use.held)
