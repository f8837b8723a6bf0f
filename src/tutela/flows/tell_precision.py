"""Say how often something was right: one wording for API and command line."""

from collections.abc import Mapping
from typing import Any

from tutela.core.policy import MatchKind
from tutela.core.precision import NOTHING_DECIDED, Precision

_DIGITS = 3


def share_told(precision: Precision) -> dict[str, float | None]:
    """Return the share that was right, and what it is at least; null where nobody decided."""
    return {"precision": _rounded(precision.share), "at_least": _rounded(precision.at_least)}


def matches_told(precision: Mapping[MatchKind, Precision]) -> dict[str, dict[str, Any]]:
    """Return what people found in the cases in which a bank's matches lie, by kind of match."""
    found = ((kind, precision.get(kind, NOTHING_DECIDED)) for kind in MatchKind)
    return {
        kind.value: {"confirmed": each.confirmed, "overturned": each.overturned, **share_told(each)}
        for kind, each in found
    }


def in_words(share: Mapping[str, Any]) -> str:
    """Return a share that was told, as a line says it; nothing where nobody decided."""
    return "" if share["precision"] is None else f": {share['precision']:.0%}, at least {share['at_least']:.0%}"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DIGITS)
