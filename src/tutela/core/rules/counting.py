"""What a rule set counts, and what one event adds to it. The windows themselves are in `core.counters`."""

from dataclasses import dataclass

from tutela.core.counters import CounterKind
from tutela.core.units import Duration


@dataclass(frozen=True, slots=True)
class CounterUse:
    """One counter of a rule set; rules that count the same share it.

    An event is counted under each of its keys when `where` is definitely true of it and what is counted is known. The
    window ends with the newest event of the key, which is the present one unless events came out of order.
    """

    id: str  #: of kind, value, keys, window and condition: the same in every version and process
    kind: CounterKind
    window: Duration
    text: str  #: as it is shown: `count_distinct(recipient.id, by=author.id, within="24h", where=...)`
    thresholds: tuple[float, ...] | None
    """The numbers that it is compared with; none where more may depend on it than on which side of them it is."""
    is_by_words: bool = False  #: whether an event is counted depends on what somebody wrote
    is_of_answers: bool = False  #: it counts what classifiers said, as no other counter does: nobody did that


@dataclass(frozen=True, slots=True)
class Asked:
    """What one event has to do with one counter."""

    counter: int  #: its place in the rule set
    keys: tuple[str, ...]  #: several where it is kept by a list; the largest count is the value
    is_counted: bool  #: whether this event is added under them
    value: str | None = None  #: what must be different, of a distinct count
    amount: float = 1.0  #: what is added to a sum


MAX_KEYS = 32
"""Of one event in one counter: a message with more links is counted under the first ones."""
