"""What the operator aims at where a law says "as soon as possible", or nothing."""

from dataclasses import dataclass, field

from tutela.core.units import Duration


@dataclass(frozen=True, slots=True)
class Aims:
    """How long the operator gives itself to answer.

    The three of a decision follow the order in which things are looked at: somebody in danger, a child who may be
    shown, everything else.
    """

    receipt: Duration = field(default_factory=lambda: Duration(minutes=15))
    danger: Duration = field(default_factory=lambda: Duration(minutes=15))
    child: Duration = field(default_factory=lambda: Duration(hours=4))
    other: Duration = field(default_factory=lambda: Duration(hours=24))
    appeal: Duration = field(default_factory=lambda: Duration(days=7))
    acknowledge: Duration = field(default_factory=lambda: Duration(hours=24))
    effect: Duration = field(default_factory=lambda: Duration(hours=24))
