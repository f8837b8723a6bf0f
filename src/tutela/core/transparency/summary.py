"""What the public page tells of a period: breakdowns with small numbers protected, shares only of enough, medians."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tutela.core.agreement import FEW as FEW_FOR_A_SHARE
from tutela.core.transparency.figures import APPEAL_KINDS, RESTRICTIONS, Figures, hours
from tutela.core.transparency.long_sheets import percent
from tutela.core.transparency.period import Period
from tutela.core.transparency.protect import Shown, is_few, shown

_HOURS_OF = 5
"""Of how many at least a median is told."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One chart, and the table that says the same."""

    id: str
    parts: Shown[str]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "id": self.id, "total": self.parts.total, "parts": dict(self.parts.parts), "few": sorted(self.parts.few),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that is told in public of one period."""

    period: str
    breakdowns: tuple[Breakdown, ...]
    shares: Mapping[str, float | None]  #: in per cent; none where there are too few
    hours: Mapping[str, float | None]  #: medians; none where there are too few

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "period": self.period, "breakdowns": [each.as_json() for each in self.breakdowns],
            "shares": dict(self.shares), "hours": dict(self.hours),
        }  # fmt: skip


def summary_of(period: Period, figures: Figures) -> Summary:
    """Return what is told in public."""
    of, counted = figures.automated, figures.counted
    measures = [*figures.illegal.items(), *figures.terms.items()]
    by_category = _summed((category.value, each.total) for (category, _), each in measures)
    by_kind = _summed((word, count) for _, each in measures for word, count in each.restrictions.items())
    ground = {
        "law": sum(each.total for each in figures.illegal.values()),
        "terms": sum(each.total for each in figures.terms.values()),
    }
    outcomes = figures.appeals["all"].outcomes
    still_open = figures.appeals["all"].total - outcomes.total()
    appeals = {**{each.value: count for each, count in outcomes.items()}, "open": still_open}
    breakdowns = {
        "ground": ground,
        "category": by_category,
        "restriction": {each.value: by_kind.get(each.value, 0) for each in RESTRICTIONS},
        "automation": {"machine": of.own_automated, "person": of.own_not_automated},
        "notices": {
            "flagger": sum(each.is_flagger for each in counted.notices),
            "other": sum(not each.is_flagger for each in counted.notices),
        },
        "orders": {
            "act": sum(each.acts for each in figures.orders.values()),
            "information": sum(each.informations for each in figures.orders.values()),
        },
        "appeals": appeals,
        "appeals_about": {kind: figures.appeals[kind].total for kind in APPEAL_KINDS if kind != "all"},
        "intimate_images": {
            "in_time": counted.intimate_images.in_time,
            "otherwise": counted.intimate_images.valid - counted.intimate_images.in_time,
            "not_valid": counted.intimate_images.requests - counted.intimate_images.valid,
        },
        "reports": {"ncmec": counted.reports_filed},
    }
    return Summary(
        period.label,
        tuple(Breakdown(each, shown(parts)) for each, parts in breakdowns.items()),
        {
            "error": _share(of.overturned, of.automated),
            "agreement": _share(of.samples_agreed, of.samples),
        },
        _medians(figures),
    )


def _summed(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in rows:
        found[key] = found.get(key, 0) + count
    return dict(sorted(found.items()))


def _share(part: int, whole: int) -> float | None:
    """Return per cent, where neither the part nor the rest of it is few."""
    if whole < FEW_FOR_A_SHARE or is_few(part) or is_few(whole - part):
        return None
    return percent(part, whole)


def _medians(figures: Figures) -> dict[str, float | None]:
    times = {
        "notice": [each for f in figures.notices.values() for each in f.times],
        "act_effect": [each for f in figures.orders.values() for each in f.act_effect],
        "information_effect": [each for f in figures.orders.values() for each in f.information_effect],
        "appeal": figures.appeals["all"].times,
    }
    return {name: hours(each) if len(each) >= _HOURS_OF else None for name, each in times.items()}
