"""Read how well people agree: of everybody for those who keep quality, and one's own for whoever answers cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.agreement import Agreement, PairKind, agreement
from tutela.core.ids import ClauseId
from tutela.core.permissions import Principal, demand
from tutela.core.units import Duration
from tutela.errors import BadInput
from tutela.ports.clock import Clock
from tutela.ports.quality import FigureFilter, SampleCount
from tutela.ports.store import Store

PERIOD = Duration(days=90)
"""Of which time the figures are, where none is named: as long as exposure figures are kept."""

LONGEST = Duration(days=366)


class By(StrEnum):
    """What pairs are counted by."""

    CLAUSE = "clause"
    KIND = "kind"
    REVIEWER = "reviewer"  #: a pair counts for both of them


@dataclass(frozen=True, slots=True)
class AskedFigures:
    """Which figures; what is not given does not narrow."""

    by: By = By.CLAUSE
    since: datetime | None = None
    until: datetime | None = None
    clause: str | None = None
    kind: PairKind | None = None
    person: str | None = None
    after: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """A page of figures, of which time they are, and what became of the samples that were drawn in it."""

    rows: tuple[Agreement, ...]
    since: datetime
    until: datetime
    following: str | None
    samples: SampleCount | None = None  #: none among one's own
    withholds_few: bool = False  #: of a colleague, too few are no number at all


@dataclass(frozen=True, slots=True)
class ReadAgreement:
    """Read figures of agreement."""

    store: Store
    clock: Clock

    def __call__(self, principal: Principal, asked: AskedFigures) -> Figures:
        """Return the figures of everybody.

        Raises:
            tutela.errors.BadInput: The time is none, or longer than a year.
        """
        demand(principal, "quality")
        wanted = self._wanted(asked, asked.person)
        with self.store.read() as reader:
            tallies = reader.tallies(asked.by.value, wanted)
            samples = reader.sample_count(wanted.since, wanted.until)
        is_of_person = asked.by is By.REVIEWER or asked.person is not None
        withholds_few = is_of_person and asked.person != principal.id
        rows, following = _page(agreement(tallies), asked)
        return Figures(rows, wanted.since, wanted.until, following, samples, withholds_few)

    def own(self, principal: Principal, asked: AskedFigures) -> Figures:
        """Return the figures of whoever asks; nobody else's are in them.

        Raises:
            tutela.errors.BadInput: The time is none, or longer than a year.
        """
        demand(principal, "cases")
        wanted = self._wanted(asked, principal.id)
        with self.store.read() as reader:
            tallies = reader.tallies(By.REVIEWER.value, wanted)
        rows, following = _page(agreement(tallies), asked)
        return Figures(rows, wanted.since, wanted.until, following)

    def _wanted(self, asked: AskedFigures, person: str | None) -> FigureFilter:
        until = asked.until or self.clock.now()
        since = asked.since or until - PERIOD.delta
        if not since < until <= since + LONGEST.delta:
            raise BadInput("the time begins before it ends, and is at most a year", place="since")
        clause = None if asked.clause is None else ClauseId(asked.clause)
        return FigureFilter(since, until, clause, asked.kind, person)


def _page(rows: Sequence[Agreement], asked: AskedFigures) -> tuple[tuple[Agreement, ...], str | None]:
    keys = sorted({row.key for row in rows if row.key > asked.after})
    shown = set(keys[: asked.limit])
    following = keys[asked.limit - 1] if len(keys) > asked.limit else None
    return tuple(row for row in rows if row.key in shown), following
