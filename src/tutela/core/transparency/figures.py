"""The figures of a period, from what was counted. Pure; a median is of those that came to an end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from tutela.core.dsa.mapping import WORDS, Part
from tutela.core.dsa.words import AccountDecision, Category, Keyword, Monetary, Provision, Visibility
from tutela.core.filing.retention import EUROPEAN_UNION
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.orders import OrderKind
from tutela.core.reasons import Ground, ReasonTable
from tutela.core.transparency.categories import KEYWORDS, LEGAL, keyword_in
from tutela.core.transparency.counted import AppealCounted, AppealOutcome, Cause, Counted, MeasuresCounted, OrderCounted

Place = tuple[Category, Keyword]

RESTRICTIONS = (
    Visibility.REMOVED, Visibility.DISABLED, Visibility.DEMOTED, Visibility.AGE_RESTRICTED,
    Visibility.INTERACTION_RESTRICTED, Visibility.LABELLED, Visibility.OTHER, Monetary.SUSPENSION,
    Monetary.TERMINATION, Monetary.OTHER, Provision.PARTIAL_SUSPENSION, Provision.TOTAL_TERMINATION,
    AccountDecision.SUSPENDED, AccountDecision.TERMINATED,
)  # fmt: skip
"""What is counted apart, in the order of the form; whole and partial suspensions of the service are one."""


@dataclass(slots=True)
class MeasureFigures:
    """Measures under one category and keyword."""

    total: int = 0
    detected: int = 0  #: noticed by a machine alone
    restrictions: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class NoticeFigures:
    """Notices under one category; those of trusted flaggers are among them."""

    notices: int = 0
    flagger_notices: int = 0
    items: int = 0
    flagger_items: int = 0
    on_law: int = 0
    flagger_on_law: int = 0
    on_terms: int = 0
    flagger_on_terms: int = 0
    times: list[timedelta] = field(default_factory=list)
    flagger_times: list[timedelta] = field(default_factory=list)


@dataclass(slots=True)
class OrderFigures:
    """Orders of one category and country."""

    acts: int = 0
    items: int = 0
    informations: int = 0
    act_acknowledged: list[timedelta] = field(default_factory=list)
    act_effect: list[timedelta] = field(default_factory=list)
    information_acknowledged: list[timedelta] = field(default_factory=list)
    information_effect: list[timedelta] = field(default_factory=list)


@dataclass(slots=True)
class AppealFigures:
    """Appeals about one kind of decision."""

    total: int = 0
    outcomes: Counter[AppealOutcome] = field(default_factory=Counter)
    times: list[timedelta] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AutomatedFigures:
    """What machines decided, and how right they were."""

    automated: int
    not_automated: int
    own_automated: int
    own_not_automated: int
    overturned: int  #: of the automated, by people
    overturned_by_appeal: int  #: decisions, not measures
    samples_agreed: int
    samples: int


APPEAL_KINDS = ("all", "visibility", "service", "account", "monetary")


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a period."""

    illegal: Mapping[Place, MeasureFigures]
    terms: Mapping[Place, MeasureFigures]
    notices: Mapping[Place, NoticeFigures]
    orders: Mapping[tuple[Category, str], OrderFigures]  #: by category and country
    appeals: Mapping[str, AppealFigures]  #: by what they are about
    automated: AutomatedFigures
    counted: Counted


def figures_of(counted: Counted, table: ReasonTable) -> Figures:
    """Return the figures of what was counted; each clause means what *table* says."""
    measures = [each for each in counted.measures if WORDS[each.kind] is not None and not each.is_abroad]
    own = [each for each in measures if each.cause is Cause.OWN]
    return Figures(
        illegal=_measures([each for each in own if _ground(each, table) is Ground.ILLEGAL], table),
        terms=_measures([each for each in own if _ground(each, table) is not Ground.ILLEGAL], table),
        notices=_notices(counted, table),
        orders=_orders(counted.orders),
        appeals=_appeals(counted.appeals),
        automated=_automated(measures, own, counted),
        counted=counted,
    )


def hours(times: Sequence[timedelta]) -> float | None:
    """Return the median of *times* in hours, to a hundredth; none of none."""
    return round(median(each.total_seconds() for each in times) / 3600, 2) if times else None


def restriction_of(kind: MeasureKind) -> str | None:
    """Return as what a measure is counted; none of what restricts nobody."""
    told = WORDS[kind]
    if told is None:
        return None
    part, word = told
    if part is Part.PROVISION:
        ends = word in {Provision.PARTIAL_TERMINATION.value, Provision.TOTAL_TERMINATION.value}
        return (Provision.TOTAL_TERMINATION if ends else Provision.PARTIAL_SUSPENSION).value
    return word


def _ground(each: MeasuresCounted, table: ReasonTable) -> Ground:
    """Return on what it rests: what a machine holds, it holds on the terms."""
    row = table.row(each.clause_id)
    return Ground.INCOMPATIBLE if each.is_automated or row.category not in LEGAL else row.ground


def _place(clause_id: ClauseId, table: ReasonTable) -> Place:
    row = table.row(clause_id)
    category = row.category if row.category in KEYWORDS else Category.OTHER_VIOLATION_TC
    return category, keyword_in(category, row.keywords)


def _measures(rows: Iterable[MeasuresCounted], table: ReasonTable) -> dict[Place, MeasureFigures]:
    found: dict[Place, MeasureFigures] = defaultdict(MeasureFigures)
    for each in rows:
        figures = found[_place(each.clause_id, table)]
        figures.total += each.count
        figures.detected += each.count if each.is_detected else 0
        figures.restrictions[restriction_of(each.kind) or ""] += each.count
    return dict(found)


def _notices(counted: Counted, table: ReasonTable) -> dict[Place, NoticeFigures]:
    found: dict[Place, NoticeFigures] = defaultdict(NoticeFigures)
    for each in counted.notices:
        figures = found[_place(each.clause_id, table)]
        grounds = [table.row(clause).ground for clause in each.decided_under]
        law = sum(ground is Ground.ILLEGAL for ground in grounds)
        terms = len(grounds) - law
        figures.notices += 1
        figures.items += each.items
        figures.on_law += law
        figures.on_terms += terms
        took = _took(each.received_at, each.answered_at)
        figures.times += took
        if each.is_flagger:
            figures.flagger_notices += 1
            figures.flagger_items += each.items
            figures.flagger_on_law += law
            figures.flagger_on_terms += terms
            figures.flagger_times += took
    return dict(found)


def _orders(orders: Iterable[OrderCounted]) -> dict[tuple[Category, str], OrderFigures]:
    found: dict[tuple[Category, str], OrderFigures] = defaultdict(OrderFigures)
    for each in orders:
        if each.country not in EUROPEAN_UNION or each.kind not in {OrderKind.ACT, OrderKind.INFORMATION}:
            continue
        figures = found[each.category, each.country]
        acknowledged = _took(each.received_at, each.acknowledged_at)
        effect = _took(each.received_at, each.effect_at)
        if each.kind is OrderKind.ACT:
            figures.acts += 1
            figures.items += each.items
            figures.act_acknowledged += acknowledged
            figures.act_effect += effect
        else:
            figures.informations += 1
            figures.information_acknowledged += acknowledged
            figures.information_effect += effect
    return dict(found)


_ABOUT: Mapping[Part, str] = {
    Part.VISIBILITY: "visibility",
    Part.PROVISION: "service",
    Part.ACCOUNT: "account",
    Part.MONETARY: "monetary",
}
_GRAVEST = ("account", "service", "visibility", "monetary")
"""Of a decision with several measures: as what an appeal against it is counted, once."""


def about(kinds: Iterable[MeasureKind]) -> str | None:
    """Return as what an appeal is counted: by the gravest restriction of the decision; none where it restricts nobody.

    Suspicion ends promotion and payment beside what hides, so that those never decide it.
    """
    parts = {_ABOUT[told[0]] for kind in kinds if (told := WORDS[kind]) is not None}
    return next((each for each in _GRAVEST if each in parts), None)


def _appeals(appeals: Iterable[AppealCounted]) -> dict[str, AppealFigures]:
    found = {kind: AppealFigures() for kind in APPEAL_KINDS}
    for each in appeals:
        kind = about(each.kinds)
        for figures in (found["all"], *((found[kind],) if kind else ())):
            figures.total += 1
            if each.outcome is not None:
                figures.outcomes[each.outcome] += 1
            if each.outcome is not AppealOutcome.OMITTED:
                figures.times += _took(each.opened_at, each.decided_at)
    return found


def _automated(
    measures: Sequence[MeasuresCounted], own: Sequence[MeasuresCounted], counted: Counted
) -> AutomatedFigures:
    def count(rows: Iterable[MeasuresCounted], *, is_automated: bool) -> int:
        return sum(each.count for each in rows if each.is_automated is is_automated)

    overturned = sum(each.count for each in measures if each.is_automated and each.is_overturned)
    by_appeal = sum(each.is_automated and each.outcome in OVERTURNING for each in counted.appeals)
    return AutomatedFigures(
        count(measures, is_automated=True), count(measures, is_automated=False), count(own, is_automated=True),
        count(own, is_automated=False), overturned, by_appeal, counted.samples_agreed, counted.samples,
    )  # fmt: skip


OVERTURNING = frozenset({AppealOutcome.PARTLY, AppealOutcome.OVERTURNED})


def _took(since: datetime, until: datetime | None) -> list[timedelta]:
    return [] if until is None else [max(until - since, timedelta())]


def summed(figures: Iterable[MeasureFigures]) -> MeasureFigures:
    """Return the figures of several places together."""
    total = MeasureFigures()
    for each in figures:
        total.total += each.total
        total.detected += each.detected
        total.restrictions += each.restrictions
    return total
