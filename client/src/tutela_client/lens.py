"""What measures do to the sight of one class of viewers: made from the rows, or remembered where the same holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tutela_client.in_force import FOREVER, Holdings, InForce
from tutela_client.reach import AUTHOR, effect_of, join_of, reasons_of
from tutela_client.table import EffectTable, shipped_table
from tutela_client.verdict import CLEAR, Cause, Reason, Verdict

_INVOLVED = frozenset({AUTHOR, "staff"})


def see(
    viewer_class: str, surface: str, measures: Iterable[InForce], *, now: datetime, table: EffectTable | None = None,
    countries: frozenset[str] = frozenset(),
) -> Verdict:  # fmt: skip
    """Return the join of what *measures* do at *now* for one viewer class, with all that acted.

    A start or end bounds `valid_until`.
    """
    rows, held = table or shipped_table(), tuple(measures)
    where = (viewer_class, surface, rows, countries)
    holding = [measure for measure in held if measure.holds_at(now)]
    changes = [measure.ends_at for measure in holding if measure.ends_at is not None]
    changes += [measure.starts_at for measure in held if measure.starts_at > now]
    verdict = _dated(join_of(holding, *where), min(changes, default=None), reasons_of(holding, *where))
    causes = frozenset(
        Cause(measure.id, rows.row_of(measure.kind, viewer_class, surface))
        for measure in holding
        if effect_of(measure, *where) != CLEAR
    )
    return replace(verdict, causes=causes) if causes else verdict


def _dated(verdict: Verdict, until: datetime | None, reasons: frozenset[Reason]) -> Verdict:
    """Return *verdict* with what is not the same for all on which the same holds. Written out: it is asked often."""
    if until is None and not reasons:
        return verdict
    return Verdict(
        verdict.exposure, verdict.disabled_actions, verdict.ads, verdict.earns, verdict.rank_factor, verdict.notices,
        reasons, verdict.openable, until,
    )  # fmt: skip


class Lens:
    """One viewer class on one surface at one moment. `part` is asked for every item: it does little where it can."""

    __slots__ = ("_memo", "_now", "_verdicts", "_where", "is_involved")

    def __init__(
        self, viewer_class: str, surface: str, now: datetime, table: EffectTable, places: frozenset[str]
    ) -> None:
        """Look from *places*; none known counts as every country."""
        self._where = (viewer_class, surface, table, places)
        self._now, self._memo = now, table.memo
        self.is_involved = viewer_class in _INVOLVED  #: nobody's block or choice keeps them from it
        # A surface that nobody registered is None here: names that callers make up fill nothing.
        self._verdicts = table.memo.verdicts(surface if surface in table.surfaces else None, viewer_class)

    def part(self, held: Holdings) -> Verdict:
        """Return what is in force on one thing does; from the memo where the same holds on another one."""
        if held.since <= self._now < held.until:
            return self._verdicts.get(held.key) or self._remembered(held, held.timed_key)
        return replace(self.anew(held), causes=frozenset())

    def anew(self, held: Holdings) -> Verdict:
        """Return the same without the memo, with all that acted."""
        viewer_class, surface, table, places = self._where
        return see(viewer_class, surface, held.measures, now=self._now, table=table, countries=places)

    def _remembered(self, held: Holdings, key: object) -> Verdict:
        if held.has_countries:
            key = (key, self._where[3])
        return self._verdicts.get(key) or self._memo.keep(self._verdicts, key, self._made(held))

    def _made(self, held: Holdings) -> Verdict:
        """Make the verdict from the one for everything on which the same holds, whenever it ends, whoever decided."""
        shared = (held.token, self._where[3]) if held.has_countries else held.token
        verdict = self._verdicts.get(shared)
        if verdict is None:
            verdict = self._memo.keep(self._verdicts, shared, join_of(held.holding, *self._where))
        return _dated(verdict, None if held.until is FOREVER else held.until, reasons_of(held.holding, *self._where))


class AuthorLens(Lens):
    """The author's own: who decided, and why, is part of what is seen."""

    __slots__ = ()

    def part(self, held: Holdings) -> Verdict:
        """Return what is in force on one thing does, with the reasons that may be told."""
        if held.since <= self._now < held.until:
            return self._remembered(held, held.told_key)
        return replace(self.anew(held), causes=frozenset())


class ExplainingLens(Lens):
    """The same without the memo, which does not remember what acted."""

    __slots__ = ()

    def part(self, held: Holdings) -> Verdict:
        """Return what is in force on one thing does, with all that acted."""
        return self.anew(held)
