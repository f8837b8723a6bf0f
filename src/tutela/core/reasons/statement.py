"""Put a statement of reasons together: every element of Article 17(3), from values that hold nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.dsa.words import EEA, Category, Keyword
from tutela.core.ids import ClauseId
from tutela.core.measures import Measure
from tutela.core.operator import OperatorProfile
from tutela.core.reasons.facts import Automation, Decided, Ground, Origin, Restriction
from tutela.core.reasons.table import ANYWHERE, IN_THE_UNION, ReasonTable
from tutela.core.statements import StatementCode


@dataclass(frozen=True, slots=True)
class Redress:
    """What somebody may do who does not agree. Source: Article 17(3)(f)."""

    appeal_days: int
    out_of_court: str | None  #: where certified bodies are listed; none where the operator need not take part


@dataclass(frozen=True, slots=True)
class Reasons:
    """One statement of reasons."""

    code: StatementCode
    restrictions: tuple[Restriction, ...]
    origin: Origin
    is_detected_automatically: bool
    automation: Automation
    ground: Ground
    legal_ground: str | None  #: with `illegal` only
    clause_id: ClauseId
    policy_version: str
    category: Category
    keywords: tuple[Keyword, ...]
    redress: Redress | None  #: none where nothing was taken away


def reasons_of(decided: Decided, measures: Iterable[Measure], table: ReasonTable, profile: OperatorProfile) -> Reasons:
    """Return the statement of reasons for *measures*, each once, in an order that says nothing.

    That the law forbids something is said where people decided it. A machine only compares, and what it holds is held
    on the terms of the service until somebody has looked (P11).
    """
    row = table.row(decided.clause_id)
    is_illegal = row.ground is Ground.ILLEGAL and not decided.is_automated
    restrictions = {Restriction.of(measure) for measure in measures}
    return Reasons(
        code=decided.code,
        restrictions=tuple(sorted(restrictions, key=_in_order)),
        origin=decided.origin,
        is_detected_automatically=decided.is_detected_automatically,
        automation=decided.automation,
        ground=Ground.ILLEGAL if is_illegal else Ground.INCOMPATIBLE,
        legal_ground=row.legal_ground(profile.country) if is_illegal else None,
        clause_id=decided.clause_id,
        policy_version=decided.policy_version,
        category=row.category,
        keywords=row.keywords,
        redress=_redress(table, profile) if restrictions else None,
    )


def _redress(table: ReasonTable, profile: OperatorProfile) -> Redress:
    known, country = table.redress.out_of_court, profile.country
    if profile.is_small_enterprise:  # Article 19: Articles 20 and 21 do not bind it; appeals are heard all the same
        return Redress(table.redress.appeal_days, None)
    is_in_union = country in EEA or any(region in EEA for region in profile.user_regions)
    listed = known.get(country) or (known.get(IN_THE_UNION) if is_in_union else None) or known.get(ANYWHERE)
    return Redress(table.redress.appeal_days, listed)


def _in_order(restriction: Restriction) -> tuple[str, str, tuple[str, ...], float]:
    lasts = restriction.lasts
    return restriction.subject, restriction.kind, restriction.countries, -1.0 if lasts is None else lasts.seconds
