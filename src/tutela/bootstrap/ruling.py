"""Wire the rule book and the rules in force."""

from collections.abc import Callable, Collection
from dataclasses import replace
from importlib import resources
from typing import TYPE_CHECKING

from tutela.adapters.db.rule_book import DatabaseRuleBook
from tutela.core.events import BUILT_IN, vocabulary_of
from tutela.core.policy import Ceilings, Policy
from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.shipped import ShippedRule, read_shipped
from tutela.flows.keep_rules import KeepRules
from tutela.flows.move_rules import MoveRules
from tutela.flows.oversee_rules import OverseeRules
from tutela.flows.read_fires import ReadFires
from tutela.flows.replay_rules import ReplayRules
from tutela.flows.rule_engine import RuleEngine
from tutela.flows.rules import Rules
from tutela.flows.try_rules import TryRules

if TYPE_CHECKING:
    from tutela.bootstrap.observing import Observing

GUESS = "machine_guess"
"""The row of the ceiling table for rules."""


def rule_bounds(
    policy: Policy, ceilings: Ceilings, words: Callable[[], Vocabulary] | None = None,
    classifiers: Collection[str] | None = None,
) -> Bounds:  # fmt: skip
    """Return what rules here may name, and how far they may go; the kinds of events that ship, unless *words* says."""
    shipped = vocabulary_of(BUILT_IN)
    return Bounds(policy, ceilings.row(GUESS), words or (lambda: shipped), classifiers)


def load_shipped_rules(bounds: Bounds) -> dict[str, ShippedRule]:
    """Return the rules that come with the product, by name."""
    folder = resources.files("tutela.policy").joinpath("rules")
    if not folder.is_dir():
        return {}
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".yaml")}
    return read_shipped(files, bounds)


def open_rules(house: "Observing") -> Rules:
    """Return the verbs of rules for *house*."""
    bounds = rule_bounds(house.policy, house.ceilings, house.event_kinds.vocabulary)
    shipped = load_shipped_rules(bounds)
    book = DatabaseRuleBook(house.engine, house.chain, house.clock)
    # A rule that runs goes on when a classifier is taken away: what else it asks for is no less needed.
    tries = TryRules(replace(bounds, classifiers=frozenset(house.classifier_specs)))
    keep = KeepRules(book, shipped, tries, house.clock)
    engine = RuleEngine(book, shipped, bounds)
    replay = ReplayRules(
        house.store, house.clock, engine, tries, house.event_kinds.all, house.profile.read, house.unseal_written
    )
    fires = ReadFires(house.store, house.clock, engine, keep)
    oversee = OverseeRules(keep, house.store, house.clock)
    return Rules(keep, MoveRules(keep, house.clock), tries, engine, replay, fires, oversee)
