"""Every clock of notices, appeals and orders as a row: from when, how long, of whom, and what stops it.

Source: section 3.5 of the duties; each row names its law. Durations are lengths of time, not dates of a calendar: 7
days are 168 hours, in every zone and across every change of the clocks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tutela.core.clocks.kinds import Aim, Begins, ClockFacts, ClockId, ClockSubject, Signal
from tutela.core.filing.retention import EUROPEAN_UNION
from tutela.core.units import Duration

EEA = EUROPEAN_UNION | {"IS", "LI", "NO"}
"""Where the Digital Services Act holds."""


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock."""

    id: ClockId
    subject: ClockSubject
    begins: Begins
    applies: Callable[[ClockFacts], bool]
    stops: frozenset[Signal]  #: what it asks for
    lapses: frozenset[Signal]  #: after which it is not asked for any more: neither kept nor missed
    source: str
    target: Duration | Aim | None = None
    limit: Duration | None = None
    is_ordered: bool = False  #: the limit is what the order itself says
    repeats: bool = False  #: begins anew at each stop


def _serves(facts: ClockFacts, *countries: str) -> bool:
    return not facts.served or not facts.served.isdisjoint(countries)


def _may_be_from(facts: ClockFacts, country: str) -> bool:
    return facts.country in {"", country}


def is_european(facts: ClockFacts) -> bool:
    """Return whether the Digital Services Act counts: what is offered in the EEA, wherever who asks is."""
    return _serves(facts, *EEA)


def _is_american_request(facts: ClockFacts) -> bool:
    return _serves(facts, "US") and (facts.is_intimate or facts.is_child)


def _is_californian(facts: ClockFacts) -> bool:
    """Return whether a Californian may have asked who says to be shown as a minor: of a state nobody asks."""
    return _serves(facts, "US") and _may_be_from(facts, "US") and facts.is_child and facts.is_depicted


def _is_british_request(facts: ClockFacts) -> bool:
    return _serves(facts, "GB") and _may_be_from(facts, "GB") and facts.is_intimate


def _is_australian_notice(facts: ClockFacts) -> bool:
    return facts.country == "AU" and facts.is_authority and facts.acts


_CALIFORNIA = "California Civil Code 3273.65 to 3273.67 (AB 1394)"
_RECEIVED = frozenset({Signal.RECEIPT_SENT, Signal.RECEIPT_SHOWN})
_UPDATED = frozenset({Signal.UPDATE_SENT, Signal.UPDATE_SHOWN})
_DECIDED = frozenset({Signal.DECIDED})
_OVER = frozenset({Signal.WITHDRAWN})
_STAYS = frozenset({Signal.REFUSED, Signal.WITHDRAWN})
_NOTICE, _APPEAL, _ORDER = ClockSubject.NOTICE, ClockSubject.APPEAL, ClockSubject.ORDER

_ROWS = (
    ClockRow(
        ClockId.TIDA_REMOVE, _NOTICE, Begins.VALID, _is_american_request,
        frozenset({Signal.REMOVED}), _STAYS, "TAKE IT DOWN Act, Pub. L. 119-12, section 3",
        target=Duration(hours=24), limit=Duration(hours=48),
    ),
    ClockRow(
        ClockId.CALIFORNIA_CONFIRM, _NOTICE, Begins.RECEIPT, _is_californian,
        _RECEIVED, _OVER, _CALIFORNIA, target=Aim.RECEIPT, limit=Duration(hours=36),
    ),
    ClockRow(
        ClockId.CALIFORNIA_UPDATE, _NOTICE, Begins.RECEIPT, _is_californian,
        _UPDATED, _DECIDED | _OVER, _CALIFORNIA,
        target=Duration(days=6), limit=Duration(days=7), repeats=True,
    ),
    ClockRow(
        ClockId.CALIFORNIA_DECIDE, _NOTICE, Begins.RECEIPT, _is_californian,
        _DECIDED, _OVER, f"{_CALIFORNIA}: 60 days only for what is beyond one's control",
        target=Aim.DECISION, limit=Duration(days=30),
    ),
    ClockRow(
        ClockId.UK_REMOVE, _NOTICE, Begins.RECEIPT, _is_british_request,
        frozenset({Signal.REMOVED}), _STAYS, "Online Safety Act 2023, section 10(3A)",
        target=Duration(hours=24), limit=Duration(hours=48),
    ),
    ClockRow(
        ClockId.AUSTRALIA_REMOVE, _NOTICE, Begins.RECEIPT, _is_australian_notice,
        frozenset({Signal.REMOVED}), _STAYS, "Online Safety Act 2021 (Cth)", target=Aim.DECISION,
        limit=Duration(hours=24),
    ),
    ClockRow(
        ClockId.AUSTRALIA_REMOVE, _ORDER, Begins.RECEIPT, _is_australian_notice,
        frozenset({Signal.EFFECT_GIVEN}), _STAYS, "Online Safety Act 2021 (Cth)", target=Aim.EFFECT,
        limit=Duration(hours=24),
    ),
    ClockRow(
        ClockId.DSA_RECEIPT, _NOTICE, Begins.RECEIPT, is_european, _RECEIVED, _OVER,
        "Regulation (EU) 2022/2065, Article 16(4): without undue delay", target=Aim.RECEIPT,
    ),
    ClockRow(
        ClockId.DSA_DECISION, _NOTICE, Begins.RECEIPT, is_european, _DECIDED, _OVER,
        "Regulation (EU) 2022/2065, Article 16(6): timely", target=Aim.DECISION,
    ),
    ClockRow(
        ClockId.OWN_RECEIPT, _NOTICE, Begins.RECEIPT, lambda facts: not is_european(facts), _RECEIVED, _OVER,
        "our own: every notice gets a receipt at once (P7)", target=Aim.RECEIPT,
    ),
    ClockRow(
        ClockId.OWN_DECISION, _NOTICE, Begins.RECEIPT, lambda facts: not is_european(facts), _DECIDED, _OVER,
        "our own: every notice gets an outcome (P7)", target=Aim.DECISION,
    ),
    ClockRow(
        ClockId.HOLD_DECIDE, _NOTICE, Begins.HELD, lambda facts: facts.held_at is not None,
        _DECIDED, _OVER, "our own: the ceiling of a claim that nobody has looked at", target=Aim.DECISION,
        limit=Duration(hours=24),
    ),
    ClockRow(
        ClockId.DSA_COMPLAINT, _APPEAL, Begins.RECEIPT, is_european, _DECIDED, _OVER,
        "Regulation (EU) 2022/2065, Article 20(4): timely", target=Aim.APPEAL,
    ),
    ClockRow(
        ClockId.OWN_APPEAL, _APPEAL, Begins.RECEIPT, lambda facts: not is_european(facts), _DECIDED, _OVER,
        "our own: every appeal gets an outcome (P8)", target=Aim.APPEAL,
    ),
    ClockRow(
        ClockId.ORDER_ACKNOWLEDGE, _ORDER, Begins.RECEIPT, lambda _facts: True,
        frozenset({Signal.ACKNOWLEDGED}), _OVER,
        "Regulation (EU) 2022/2065, Articles 9(1) and 10(1): without undue delay; elsewhere our own",
        target=Aim.ACKNOWLEDGE,
    ),
    ClockRow(
        ClockId.ORDER_EFFECT, _ORDER, Begins.RECEIPT, lambda _facts: True,
        frozenset({Signal.EFFECT_GIVEN}), _STAYS, "the order itself, by the time that it names; elsewhere our own",
        target=Aim.EFFECT, is_ordered=True,
    ),
)  # fmt: skip

TABLE: Mapping[ClockSubject, tuple[ClockRow, ...]] = MappingProxyType(
    {subject: tuple(row for row in _ROWS if row.subject is subject) for subject in ClockSubject}
)
"""The rows for each kind of subject, in the order in which they are shown."""


def row_of(subject: ClockSubject, clock_id: ClockId) -> ClockRow:
    """Return the row of a clock that runs on *subject*.

    Raises:
        KeyError: No such clock runs on that.
    """
    return {row.id: row for row in TABLE[subject]}[clock_id]
