"""Give a decision of a person its window: what hides holds at once, and nothing else leaves before the window ends.

What it tells somebody is told at its end. What it would show again goes on as it is until then, by measures that end
with the window: expiry is a comparison at read time, so that nothing has to run at that moment, and no kill matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_answers import CaseAnswer
from tutela.core.ids import DecisionId, MeasureId
from tutela.core.measures import Measure, MeasureKind
from tutela.core.undo_windows import PAUSE, bound_of
from tutela.flows.enact import as_granted
from tutela.ports.committer import Changeset
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader
from tutela.ports.undo import NewWindow


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Open windows."""

    entropy: Entropy
    length: timedelta  #: nothing, and there are none

    def __call__(
        self, reader: Reader, changeset: Changeset, by: str, at: datetime, *, answer: CaseAnswer | None = None
    ) -> Changeset:
        """Return *changeset* with a window, or as it is where there are none."""
        if not self.length:
            return changeset
        length = self.length + PAUSE
        recent = reader.recent_windows(at - length)
        bound = bound_of(reader.last_changes(changeset.touched), recent, at, length)
        until = at + length if bound is None else min(bound, at + length)
        lingering = self._lingering(reader, changeset, at, until)
        root = answer.id if answer is not None else changeset.decisions[0].id
        ids = frozenset(each.id for each in lingering)
        return replace(
            changeset,
            measures=(*changeset.measures, *lingering),
            statements=tuple(replace(each, tell_at=max(each.tell_at, until)) for each in changeset.statements),
            audit=_with_granted(changeset.audit, lingering),
            window=NewWindow(root, by, at, until, bound, ids, answer),
        )

    def _lingering(self, reader: Reader, changeset: Changeset, at: datetime, until: datetime) -> list[Measure]:
        """Return what takes the place of what would show something again, until the window ends."""
        if not changeset.revocations:
            return []
        by = {each.measure_id: each.decision_id for each in changeset.revocations}
        standings = reader.standings({each.subject for each in changeset.revocations})
        held = (measure for standing in standings.values() for measure in standing.measures if measure.id in by)
        return [
            self._until(measure, by[measure.id], at, until)
            for measure in held
            if measure.holds_at(at) and measure.kind is not MeasureKind.WARN
        ]

    def _until(self, measure: Measure, by: DecisionId, at: datetime, until: datetime) -> Measure:
        return replace(
            measure,
            id=MeasureId(self.entropy.new_id("measure")),
            decision_id=by,
            starts_at=at,
            ends_at=until if measure.ends_at is None else min(until, measure.ends_at),
            is_automated=False,
            review_by=None,
        )


def _with_granted(audit: Sequence[AuditEvent], lingering: Sequence[Measure]) -> tuple[AuditEvent, ...]:
    """Return the entries, each of a decision with what lingers by it among what it granted (P8)."""
    if not lingering:
        return tuple(audit)

    def told(event: AuditEvent) -> AuditEvent:
        more: list[JSON] = [as_granted(each) for each in lingering if each.decision_id == event.subject]
        payload: Mapping[str, JSON] = event.payload
        granted = payload.get("granted")
        if not more or not isinstance(granted, list):
            return event
        return replace(event, payload={**payload, "granted": [*granted, *more]})

    return tuple(map(told, audit))
