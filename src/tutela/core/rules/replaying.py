"""Try rules on events that happened: what would have come of them, and what would be otherwise. Pure.

Both sets of rules see the same events in the same order, each with counters of its own that begin empty; so whatever is
before the stretch that is asked about only warms them up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tutela.core.conduct import REPEATED_WITHIN
from tutela.core.event_facts import Recalled
from tutela.core.ids import AccountId, ClauseId, EventId
from tutela.core.rules.book import Book, Place
from tutela.core.rules.counting import Asked
from tutela.core.rules.rule import GrantMeasure, OpenCase
from tutela.core.rules.saying import filled
from tutela.core.rules.types import MICROSECONDS, FactValues
from tutela.core.rules.windows import Windows

_REPEATED_WITHIN_US = round(REPEATED_WITHIN.seconds * MICROSECONDS)

SAMPLES = 10
"""Of each rule."""

Case = tuple[AccountId, ClauseId]


@dataclass(frozen=True, slots=True)
class Sample:
    """One event at which a rule fired."""

    event_id: EventId
    account_id: AccountId
    because: str


@dataclass(slots=True)
class RuleRun:
    """What one rule did."""

    rule: str
    version: str
    clause_id: ClauseId
    fires: int = 0
    accounts: set[AccountId] = field(default_factory=set)
    cases: set[Case] = field(default_factory=set)
    measures: int = 0
    samples: list[Sample] = field(default_factory=list)


class Replayer:
    """Run a set of rules over events, in order."""

    def __init__(self, book: Book) -> None:
        """Begin with nothing counted."""
        self.book = book
        self.runs = {rule.name: RuleRun(rule.name, rule.version, rule.clause) for rule in book.places}
        self._windows = Windows(book.program)
        self._reading = frozenset(place for place, use in enumerate(book.program.counters) if use.is_by_words)
        self._last: dict[tuple[str, AccountId], int] = {}

    def see(self, event_id: EventId, at_us: int, event: Recalled, *, is_asked_about: bool) -> None:
        """Take one event in; of what only warms the counters up nothing is noted."""
        counts = self._windows.take(self._asked(event), at_us)
        if not is_asked_about:
            return
        for place in self.book.program.run(event.facts, counts):
            self._note(self.book.places[place], event_id, at_us, event.facts, counts)

    def forget(self, at_us: int) -> None:
        """Drop what nothing from *at_us* on needs any more."""
        self._windows.forget(at_us)

    def _asked(self, event: Recalled) -> Iterator[Asked]:
        """Yield what the event has to do with each counter: kept by what is known to be equal, if by nothing more."""
        asked = self.book.program.asked
        yield from (each for each in asked(event.counted) if each.counter not in self._reading)
        if self._reading:
            yield from (each for each in asked(event.facts) if each.counter in self._reading)

    def _note(
        self, rule: Place, event_id: EventId, at_us: int, facts: FactValues, counts: Sequence[float | None]
    ) -> None:
        run, about = self.runs[rule.name], rule.about(facts)
        if about is None:
            return
        run.fires += 1
        run.accounts.add(about)
        last = self._last.get((rule.name, about))
        if last is not None and at_us - last < _REPEATED_WITHIN_US:
            return
        self._last[rule.name, about] = at_us
        opens = [effect for effect in rule.then if isinstance(effect, OpenCase)]
        measures = sum(isinstance(effect, GrantMeasure) for effect in rule.then)
        run.measures += measures
        if opens or measures:
            run.cases.add((about, rule.clause))
        if len(run.samples) < SAMPLES:
            count = next((counts[each] for each in rule.counters), None)
            because = filled(opens[0].because, facts, count) if opens else ""
            run.samples.append(Sample(event_id, about, because))


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What would be otherwise by one rule. A rule that is new has no `before`, one that is gone no `after`."""

    rule: str
    before: RuleRun | None
    after: RuleRun | None

    @property
    def is_same(self) -> bool:
        """Return whether nothing would be otherwise."""
        if self.before is None or self.after is None:
            return False
        was, is_now = self.before, self.after
        return (was.fires, was.accounts, was.cases, was.measures) == (
            is_now.fires, is_now.accounts, is_now.cases, is_now.measures,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What would be otherwise altogether: a case that another rule opens as well is neither won nor lost."""

    rules: tuple[RuleChange, ...]
    cases_won: frozenset[Case]
    cases_lost: frozenset[Case]
    accounts_won: frozenset[AccountId]
    accounts_lost: frozenset[AccountId]
    measures_before: int
    measures_after: int
    cases_by_others: frozenset[Case]  #: of rules that would do something else: those that other rules open already


def difference(before: Mapping[str, RuleRun], after: Mapping[str, RuleRun]) -> Difference:
    """Return what is otherwise between two runs over the same events."""
    names = sorted(before.keys() | after.keys())
    cases = [_all(runs.values(), "cases") for runs in (before, after)]
    accounts = [_all(runs.values(), "accounts") for runs in (before, after)]
    changes = tuple(RuleChange(name, before.get(name), after.get(name)) for name in names)
    return Difference(
        rules=changes,
        cases_won=frozenset(cases[1] - cases[0]),
        cases_lost=frozenset(cases[0] - cases[1]),
        accounts_won=frozenset(accounts[1] - accounts[0]),
        accounts_lost=frozenset(accounts[0] - accounts[1]),
        measures_before=sum(run.measures for run in before.values()),
        measures_after=sum(run.measures for run in after.values()),
        cases_by_others=frozenset().union(*(_by_others(each, before) for each in changes if not each.is_same)),
    )


def _by_others(change: RuleChange, before: Mapping[str, RuleRun]) -> set[Case]:
    """Return the cases of a changed rule that are laid before people without it: it wins nothing by them."""
    others = (run for name, run in before.items() if name != change.rule)
    return set() if change.after is None else change.after.cases & _all(others, "cases")


def _all(runs: Iterable[RuleRun], name: str) -> set:  # type: ignore[type-arg]  # of cases, or of accounts
    return set().union(*(getattr(run, name) for run in runs))
