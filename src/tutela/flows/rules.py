"""Everything about rules in one place, as the faces get it."""

from dataclasses import dataclass

from tutela.flows.keep_rules import KeepRules
from tutela.flows.move_rules import MoveRules
from tutela.flows.oversee_rules import OverseeRules
from tutela.flows.read_fires import ReadFires
from tutela.flows.replay_rules import ReplayRules
from tutela.flows.rule_engine import RuleEngine
from tutela.flows.try_rules import TryRules


@dataclass(frozen=True, slots=True)
class Rules:
    """The verbs of rules, and the rules in force."""

    keep: KeepRules
    move: MoveRules
    tries: TryRules
    engine: RuleEngine
    replay: ReplayRules
    fires: ReadFires
    oversee: OverseeRules
