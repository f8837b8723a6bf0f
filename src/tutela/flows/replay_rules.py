"""Try a candidate set of rules on recorded events, beside the rules in force, and say what would be otherwise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.content import Account
from tutela.core.event_facts import BODY, Recalled, recalled
from tutela.core.events import EventKind, techniques_for
from tutela.core.ids import AccountId, EventId
from tutela.core.operator import OperatorProfile, Technique
from tutela.core.permissions import Principal, demand
from tutela.core.rules.book import Book, RuleInForce
from tutela.core.rules.replaying import Difference, Replayer, difference
from tutela.core.rules.rule import RuleState
from tutela.core.rules.types import FactValues
from tutela.errors import BadInput, KeyMissing
from tutela.flows.rule_engine import RuleEngine
from tutela.flows.try_rules import TryRules
from tutela.ports.clock import Clock
from tutela.ports.events import EventPlace, Judged, RecordedEvent
from tutela.ports.store import Reader, Store

PAGE_EVENTS = 1_000
MAX_EVENTS = 1_000_000
"""Of one replay; what is older than the newest so many is left out, and that is said."""

SHOWN_ACCOUNTS = 1_000
"""Of those won or lost, whose names are read."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to."""

    since: datetime
    until: datetime
    events: int  #: that were asked about
    warmed_up: int  #: before them
    is_cut: bool  #: more were recorded than a replay looks at
    without_text: int  #: of which no text is kept: `UNKNOWN_LATER` is unknown to rules
    without_basis: int  #: recorded, and not among `events`: nobody may look at them any more (P12)
    difference: Difference
    judged: Mapping[str, Judged]  #: by rule of the candidate set: what people decided about the accounts that it met
    accounts: Mapping[AccountId, Account]  #: of those won or lost, and of samples


Progress = Callable[[int, int], None]
"""Told how many events were looked at, and of how many."""


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """Try rules. Nothing is written, and nothing is acted on."""

    store: Store
    clock: Clock
    engine: RuleEngine
    tries: TryRules
    kinds: Callable[[], Mapping[str, EventKind]]
    profile: Callable[[], OperatorProfile]
    unseal: Callable[[EventId, bytes, datetime], FactValues]

    def __call__(
        self, principal: Principal, candidate: "Candidate", *, most: int = MAX_EVENTS,
        on_progress: Progress = lambda _seen, _all: None,
    ) -> Replayed:  # fmt: skip
        """Return what would have been otherwise with *candidate*, beside the live rules.

        Args:
            principal: Who asks.
            candidate: What would be in force instead, and how far back it is asked about.
            most: Of how many events, the newest, at most.
            on_progress: Called after each page.

        Raises:
            tutela.errors.RuleProblem: A rule of the candidate cannot be used; every mistake is told with its place.
            tutela.errors.BadInput: A rule that is to be left out is not live.
        """
        demand(principal, "rules")
        replayers = self._replayers(candidate)
        run = _Run(replayers, self._recall(), self.clock.now(), candidate.since)
        with self.store.read() as reader:
            recorded = reader.recorded_count(run.warms, run.until)
            if recorded > most:
                run.place = reader.recorded_place(run.warms, recorded - most)
        while page := self._page(run):
            run.take(page)
            on_progress(run.passed, min(recorded, most))
        found = difference(replayers[0].runs, replayers[1].runs)
        with self.store.read() as reader:
            judged = {name: reader.judged(each.accounts, each.clause_id) for name, each in replayers[1].runs.items()}
            accounts = _accounts(reader, found)
        return Replayed(
            run.begins,
            run.until,
            run.seen,
            run.warmed,
            recorded > most,
            run.without_text,
            run.without_basis,
            found,
            judged,
            accounts,
        )

    def _recall(self) -> "Recall":
        """Return what says how far a recorded event may be looked at: as its channel and regions let anybody now."""
        kinds, bases, now = self.kinds(), self.profile().bases, self.clock.now()

        def recall(recorded: RecordedEvent) -> Recalled | None:
            event, regions = recorded.event, recorded.facts.get("event.regions")
            known = regions if isinstance(regions, tuple) else ()
            techniques = techniques_for(kinds.get(event.kind), event.channel, known, bases, now)
            if Technique.BEHAVIOUR not in techniques:
                return None
            unsealed = self._unsealed(recorded) if Technique.TEXT in techniques else None
            return recalled(recorded.facts, techniques, unsealed)

        return recall

    def _unsealed(self, recorded: RecordedEvent) -> FactValues | None:
        """Return what was written, where that is kept and its key still there."""
        if recorded.sealed is None:
            return None
        try:
            return self.unseal(recorded.event.id, recorded.sealed, recorded.event.received_at)
        except KeyMissing:
            return None

    def _page(self, run: "_Run") -> Sequence[RecordedEvent]:
        # Each page from a snapshot of its own: a replay may take minutes, and must keep nobody from tidying up.
        with self.store.read() as reader:
            return reader.recorded_events(run.warms, run.until, run.place, PAGE_EVENTS)

    def _replayers(self, candidate: "Candidate") -> tuple[Replayer, Replayer]:
        live = {place.name: place for place in self.engine.book.places if place.state is RuleState.LIVE}
        for name in candidate.without:
            if name not in live:
                raise BadInput("no live rule has this name", place="without", remedy=f"Live: {', '.join(live)}.")
        now = [RuleInForce(each.checked.rule, each.version, RuleState.LIVE) for each in live.values()]
        new = [checked.rule for _, checked in self.tries.read(candidate.source)] if candidate.source else []
        replaced = {rule.name for rule in new} | set(candidate.without)
        then = [each for each in now if each.rule.name not in replaced]
        then += [RuleInForce(rule, CANDIDATE, RuleState.LIVE) for rule in new]
        words = self.tries.bounds.vocabulary
        return Replayer(Book.of(now, words)), Replayer(Book.of(then, words))


CANDIDATE = "candidate"
"""The version of a rule that is only tried."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is tried."""

    source: str | bytes  #: rules as in a file: each takes the place of the live one of its name; empty for none
    since: timedelta  #: how far back it is asked about
    without: tuple[str, ...] = ()  #: live rules that would not be there


Recall = Callable[[RecordedEvent], Recalled | None]
"""Says how far a recorded event may be looked at; none where it may not be."""


class _Run:
    """How far a replay has come."""

    def __init__(self, replayers: tuple[Replayer, Replayer], recall: Recall, now: datetime, since: timedelta) -> None:
        self._recall = recall
        self.replayers, self.until, self.begins = replayers, now, now - since
        self.warms = self.begins - _longest(*(each.book for each in replayers))
        self.place: EventPlace | None = None
        self.passed = self.seen = self.warmed = self.without_text = self.without_basis = 0

    def take(self, page: Sequence[RecordedEvent]) -> None:
        """Show a page to both sets of rules."""
        for each in page:
            self._show(each)
        self.passed += len(page)
        last = page[-1].event
        self.place = EventPlace(last.received_us, last.id)
        for replayer in self.replayers:
            replayer.forget(last.received_us)

    def _show(self, recorded: RecordedEvent) -> None:
        event, is_asked = recorded.event, recorded.event.received_at >= self.begins
        recalled = self._recall(recorded)
        if recalled is None:
            self.without_basis += is_asked
            return
        for replayer in self.replayers:
            replayer.see(event.id, event.at_us, recalled, is_asked_about=is_asked)
        self.seen += is_asked
        self.warmed += not is_asked
        self.without_text += is_asked and "text.length" in recalled.facts and BODY not in recalled.facts


def _longest(*books: Book) -> timedelta:
    windows = [use.window.delta for book in books for use in book.program.counters]
    return max(windows, default=timedelta(0))


def _accounts(reader: Reader, found: Difference) -> dict[AccountId, Account]:
    shown = sorted(found.accounts_won | found.accounts_lost)[:SHOWN_ACCOUNTS]
    runs = [run for change in found.rules for run in (change.before, change.after) if run is not None]
    return reader.accounts_by_id({*shown, *(sample.account_id for run in runs for sample in run.samples)})
