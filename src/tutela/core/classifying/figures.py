"""How a classifier agrees with what people found: precision, recall where it is known, and more than chance.

Whoever looks only at what a classifier flagged learns how often it was right, and nothing of what it missed. So recall
and kappa are told only of content that came before people for another reason, such as a sample or a notice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.agreement import FEW, Figure


class Drawn(StrEnum):
    """Why a person looked."""

    BECAUSE_OF_IT = "because_of_it"  #: this classifier had a part in it
    OTHERWISE = "otherwise"  #: a sample, a notice, another source


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many contents of one label stood so, beside what people found."""

    classifier_id: str
    version: str
    label: str
    is_over: bool | None  #: the threshold; none: unknown
    is_found: bool  #: people found a breach of the label's clause
    drawn: Drawn
    count: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one label."""

    classifier_id: str
    version: str
    label: str
    precision: Figure  #: of what it flagged, what people found
    recall: Figure  #: of what people found otherwise, what it flagged
    kappa: float | None  #: Cohen's, of what was drawn otherwise; none where there are too few, or all said the same
    agreed: Figure  #: both said the same, of what was drawn otherwise
    unknown: int  #: answers that never came, for content that people looked at


def figures(outcomes: Iterable[Outcome]) -> tuple[Figures, ...]:
    """Return the figures of each classifier, version and label, in their order."""
    groups: dict[tuple[str, str, str], list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault((each.classifier_id, each.version, each.label), []).append(each)
    return tuple(_of(*place, groups[place]) for place in sorted(groups))


def _of(classifier_id: str, version: str, label: str, outcomes: list[Outcome]) -> Figures:
    everything, otherwise = _Square(outcomes), _Square(each for each in outcomes if each.drawn is Drawn.OTHERWISE)
    both = otherwise.hits + otherwise.quiet
    return Figures(
        classifier_id,
        version,
        label,
        Figure(everything.hits, everything.hits + everything.false),
        Figure(otherwise.hits, otherwise.hits + otherwise.missed),
        None if otherwise.total < FEW else kappa(otherwise.hits, otherwise.false, otherwise.missed, otherwise.quiet),
        Figure(both, otherwise.total),
        everything.unknown,
    )


class _Square:
    """The four numbers, and those of which nothing is known."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.hits = self.false = self.missed = self.quiet = self.unknown = 0
        for each in outcomes:
            if each.is_over is None:
                self.unknown += each.count
            elif each.is_over:
                self.hits += each.count * each.is_found
                self.false += each.count * (not each.is_found)
            else:
                self.missed += each.count * each.is_found
                self.quiet += each.count * (not each.is_found)

    @property
    def total(self) -> int:
        return self.hits + self.false + self.missed + self.quiet


def kappa(hits: int, false: int, missed: int, quiet: int) -> float | None:
    """Return Cohen's kappa: 1 where both always say the same, 0 where they do so as chance would have it.

    None where both always said the same one thing, so that chance could have done nothing else, or said nothing.

    Args:
        hits: Both said yes.
        false: Only the classifier did.
        missed: Only people did.
        quiet: Neither did. Source: J. Cohen, A Coefficient of Agreement for Nominal Scales, 1960.
    """
    total = hits + false + missed + quiet
    if not total:
        return None
    chance = (hits + false) * (hits + missed) + (missed + quiet) * (false + quiet)
    if chance == total * total:
        return None
    return (total * (hits + quiet) - chance) / (total * total - chance)
