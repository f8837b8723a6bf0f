"""Look at events with the rules in force: facts, counters, and which rules fire. Nothing is decided here.

Events are looked at in the order in which they came, each with what those before it in the same batch added. Counters
are read in one go before, for all of them; what is added goes into the changeset, and the committer merges it with
what other processes added meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tutela.core.counters import Counted, CounterKind, Window
from tutela.core.counters.last_used import LAST_USED
from tutela.core.event_facts import STRANGERS, Contact, Told, facts_of
from tutela.core.events import Event, EventKind
from tutela.core.ids import AccountId
from tutela.core.operator import Technique
from tutela.core.plans import Answer
from tutela.core.rules.book import Book, Place
from tutela.core.rules.counting import Asked, CounterUse
from tutela.core.rules.types import Value
from tutela.core.rules.windows import is_added, total_with, window_us_of
from tutela.errors import CounterDamaged
from tutela.flows.opaque import Opaque
from tutela.ports.counting import CounterKey, ExpectedCount
from tutela.ports.events import ContactChange
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class Noticed:
    """One event that may be looked at, and how far."""

    event: Event
    told: Told  #: without what is between the two people, which those before it in the batch may change
    techniques: frozenset[Technique]  #: that have a basis
    contact: ContactChange | None = None  #: what it changes between the two
    is_new_public_item: bool = False
    answer: Answer = Answer.PUBLISH  #: that the banks gave about the item
    is_classification: bool = False  #: what a classifier said: nothing is done before a person looks
    is_quoting: bool = False  #: what is written may be another's words: nobody is asked about them, and no bank
    unkept: frozenset[str] = frozenset()  #: facts that rules read, and no licence lets anybody write down


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules made of one event."""

    noticed: Noticed
    facts: Mapping[str, Value]
    counts: Sequence[float | None]  #: by the place of each counter
    fired: tuple[Place, ...]

    @property
    def kept(self) -> Mapping[str, Value]:
        """Return the facts that may be written down."""
        unkept = self.noticed.unkept
        return {name: value for name, value in self.facts.items() if name not in unkept} if unkept else self.facts


class _Keyed(NamedTuple):
    """What an event has to do with a counter, and where that is kept."""

    asked: Asked
    use: CounterUse
    keys: list[CounterKey]


@dataclass(slots=True)
class LookWithRules:
    """One look at a batch of events from one snapshot."""

    reader: Reader
    book: Book
    opaque: Opaque
    seen: list[Seen] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    expects: dict[CounterKey, ExpectedCount] = field(default_factory=dict)
    _windows: dict[CounterKey, Window] = field(default_factory=dict)
    _unknown: set[CounterKey] = field(default_factory=set)
    _stored: dict[CounterKey, int] = field(default_factory=dict)  #: additions, as they were read

    def __call__(self, events: Sequence[Noticed]) -> list[Seen]:
        """Return what the rules made of *events*, in order."""
        known = self._contacts(events)
        facts = [self._facts(each, known) for each in events]
        asked = [[self._keyed(each) for each in self.book.program.asked(one)] for one in facts]
        self._read(asked)
        self.seen = [self._look(*each) for each in zip(events, facts, asked, strict=True)]
        return self.seen

    # ------------------------------------------------------------------------------------------------------- facts

    def _contacts(self, events: Iterable[Noticed]) -> dict[tuple[AccountId, AccountId], Contact]:
        pairs = {
            (each.event.author_id, each.event.recipient_id) for each in events if each.event.recipient_id is not None
        }
        pairs |= {(other, one) for one, other in pairs}
        return self.reader.contacts(pairs) if pairs else {}

    def _facts(self, noticed: Noticed, known: dict[tuple[AccountId, AccountId], Contact]) -> dict[str, Value]:
        event = noticed.event
        if event.recipient_id is None:
            return facts_of(noticed.told)
        pair = event.author_id, event.recipient_id
        facts = facts_of(noticed.told, known.get(pair, STRANGERS))
        if noticed.contact is not None:
            known[pair] = met(known.get(pair, STRANGERS), noticed.contact)
            known[pair[::-1]] = met_by(known.get(pair[::-1], STRANGERS), noticed.contact)
        return facts

    # ---------------------------------------------------------------------------------------------------- counters

    def _keyed(self, asked: Asked) -> "_Keyed":
        use = self.book.program.counters[asked.counter]
        return _Keyed(asked, use, [(use.id, self.opaque.key(each)) for each in asked.keys])

    def _read(self, asked: Iterable[Sequence["_Keyed"]]) -> None:
        wanted = {key: each.use for one in asked for each in one for key in each.keys}
        if not wanted:
            return
        stored, full = self.reader.counter_windows(wanted), self.reader.full_counters()
        # What a full counter turned away is unknown, and not none; so is what was damaged, until it begins anew.
        self._unknown |= {key for key in wanted if key not in stored and key[0] in full}
        for key, use in wanted.items():
            self._stored[key] = stored[key].additions if key in stored else 0
            self._windows[key] = self._window(key, use, stored[key].state if key in stored else None)

    def _window(self, key: CounterKey, use: CounterUse, state: bytes | None) -> Window:
        window_us = window_us_of(use)
        if state is None:
            return Window.empty(use.kind, window_us)
        try:
            return LAST_USED.decode(use.kind, window_us, state)
        except CounterDamaged:
            self._unknown.add(key)
            return Window.empty(use.kind, window_us)

    def _look(self, noticed: Noticed, facts: dict[str, Value], asked: Sequence["_Keyed"]) -> Seen:
        program = self.book.program
        counts: list[float | None] = [None] * len(program.counters)
        for each in asked:
            counts[each.asked.counter] = self._count(noticed.event.at_us, *each)
        fired = tuple(self.book.places[place] for place in program.run(facts, counts))
        return Seen(noticed, facts, counts, fired)

    def _count(self, at_us: int, asked: Asked, use: CounterUse, keys: Sequence[CounterKey]) -> float | None:
        value = self.opaque.number(asked.value) if asked.value is not None else 0
        found: list[float] = []
        for key in keys:
            window = self._windows[key]
            if is_added(asked):
                counted = Counted(use.id, key[1], use.kind, window.window_us, at_us, value, asked.amount)
                self.counted.append(counted)
            total = total_with(window, asked, at_us, value)
            self._expect(key, use, total)
            if key not in self._unknown:
                found.append(total)
        return max(found, default=None)

    def _expect(self, key: CounterKey, use: CounterUse, total: float) -> None:
        """Note by how much the counter may grow before any rule would be answered otherwise."""
        slack = slack_of(use, total)
        if slack is None:
            return
        known = self.expects.get(key)
        if known is None or known.slack is None or slack < known.slack:
            self.expects[key] = ExpectedCount(self._stored[key], slack)


def contact_of(event: Event, kind: EventKind) -> ContactChange | None:
    """Return what an event changes between two people; none where there is no second one, or nothing changes."""
    if event.recipient_id is None or not (kind.is_contact or kind.is_refusal):
        return None
    return ContactChange(
        event.author_id, event.recipient_id, event.at, is_contact=kind.is_contact,
        is_message=kind.is_communication, is_refusal=kind.is_refusal,
    )  # fmt: skip


def slack_of(use: CounterUse, total: float) -> int | None:
    """Return how many additions by others leave every comparison of the counter as it is; none for any number.

    Past all its thresholds nothing changes any more, and what is only shown need not be exact.
    """
    if use.thresholds is None or use.kind is CounterKind.SUM:
        return 0
    ahead = [threshold - total for threshold in use.thresholds if threshold >= total]
    return max(0, int(min(ahead)) - 1) if ahead else None


def met(contact: Contact, change: ContactChange) -> Contact:
    """Return what is between two people after the first of them did something."""
    return Contact(_first(contact, change), contact.sent + change.is_message, contact.received, contact.is_refused)


def met_by(contact: Contact, change: ContactChange) -> Contact:
    """Return the same, as the other of them sees it."""
    received, is_refused = contact.received + change.is_message, contact.is_refused or change.is_refusal
    return Contact(_first(contact, change), contact.sent, received, is_refused)


def _first(contact: Contact, change: ContactChange) -> datetime | None:
    first_at = contact.first_at
    return change.at if change.is_contact and (first_at is None or change.at < first_at) else first_at
