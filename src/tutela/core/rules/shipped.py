"""Rules that come with the product: live, unless the operator decided otherwise."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.rules.book import CheckedRule, check_rules
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.rule_file import read_rules
from tutela.core.rules.rule_states import SHIPPED
from tutela.core.rules.rule_writing import content_of, source_of
from tutela.errors import Misconfigured, RuleProblem


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """A rule that ships, and the version that its content is."""

    checked: CheckedRule
    version: str
    source: str

    @property
    def name(self) -> str:
        """Return its name."""
        return self.checked.rule.name


def read_shipped(files: Mapping[str, bytes], bounds: Bounds) -> dict[str, ShippedRule]:
    """Return the rules of *files*, by name. Which state a file asks for says nothing: see `ports.rule_book`.

    Raises:
        tutela.errors.Misconfigured: One cannot be used, or two have the same name.
    """
    found: dict[str, ShippedRule] = {}
    for file, source in sorted(files.items()):
        try:
            written = read_rules(source, bounds)
            checked = check_rules(written, bounds.vocabulary)
        except RuleProblem as problem:
            raise Misconfigured(problem.detail, place=f"{file}: {problem.place}", remedy=problem.remedy) from problem
        for each, rule in zip(written, checked, strict=True):
            if each.rule.name in found:
                raise Misconfigured("two rules that ship have this name", place=f"{file}: {each.rule.name}")
            digest = hashlib.sha256(content_of(each.rule, bounds.vocabulary)).hexdigest()
            version = f"{SHIPPED}{digest[:16]}"
            found[each.rule.name] = ShippedRule(rule, version, source_of(each, bounds.vocabulary))
    return found
