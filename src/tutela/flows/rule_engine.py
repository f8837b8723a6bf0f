"""Keep the rules in force ready to run, whatever process changed them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import structlog

from tutela.core.rules.book import EVALUATED, Book, LeftOut, RuleInForce, version_of
from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.rule import Rule, RuleState
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.rule_file import read_rules
from tutela.core.rules.shipped import ShippedRule
from tutela.errors import RuleProblem
from tutela.ports.rule_book import RuleBook, StoredRule

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RuleEngine:
    """Hold the book of the rules in force. One thread refreshes; any number reads `book`, which is always whole."""

    stored: RuleBook
    shipped: Mapping[str, ShippedRule]
    bounds: Bounds
    _book: Book | None = None
    _seq: int = -1
    _words: Vocabulary | None = None  #: that the book was made with
    _read: dict[tuple[str, str], Rule] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """Return the rules in force; made now where nothing was yet."""
        if self._book is None:
            self.refresh()
        if self._book is None:
            raise AssertionError  # a refresh makes one, or says why not
        return self._book

    def refresh(self) -> bool:
        """Make the book anew where something changed; return whether it did. The old one serves meanwhile."""
        seq, words = self.stored.seq(), self.bounds.vocabulary
        if seq == self._seq and words is self._words and self._book is not None:
            return False
        left_out: list[LeftOut] = []
        rules = [*self._own(left_out), *self._from_the_product()]
        if self._book is None or words is not self._words or version_of(rules) != self._book.version:
            self._book = Book.of(rules, words, left_out)
            for each in self._book.left_out:
                _log.error("rule_left_out", rule=each.name, version=each.version, state=each.state.value)
            _log.info("rules_in_force", version=self._book.version, rules=len(self._book.places))
        self._seq, self._words = seq, words
        return True

    def _own(self, left_out: list[LeftOut]) -> Iterator[RuleInForce]:
        running = self.stored.running()
        known = {(each.name, each.version) for each in running}
        self._read = {key: rule for key, rule in self._read.items() if key in known}
        for each in running:
            try:
                yield RuleInForce(self._rule(each), each.version, each.state)
            except RuleProblem as problem:
                left_out.append(LeftOut(each.name, each.version, each.state, str(problem)))

    def _rule(self, stored: StoredRule) -> Rule:
        key = (stored.name, stored.version)
        if key not in self._read:
            self._read[key] = read_rules(stored.source, self.bounds)[0].rule
        return self._read[key]

    def _from_the_product(self) -> Iterator[RuleInForce]:
        states = self.stored.shipped_states()
        for name, each in self.shipped.items():
            state = states.get(name, RuleState.LIVE)
            if state in EVALUATED:
                yield RuleInForce(each.checked.rule, each.version, state)
