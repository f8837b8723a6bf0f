"""Write the reference pages that are made from data or from what the code does: `./dev docs`.

A test compares each page with what this writes, so that page and data cannot drift apart. One of them is written by the
tests themselves, because what it says is what those tests draw out of the code.
"""  # noqa: INP001  # a script beside the pages it writes, not a package

import runpy
import sys
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from tutela.cli import reference
from tutela.core.filing.duty import DutyTable
from tutela.core.filing.duty_file import parse_duties
from tutela.core.filing.hand_form import HandForm
from tutela.core.filing.hand_form_file import parse_hand_forms
from tutela.core.filing.retention import RetentionTable
from tutela.core.filing.retention_file import parse_retention
from tutela.core.ladders import Rung, StrikeRule
from tutela.core.policy import Ceiling, CeilingRow, Ceilings, Clause, Policy, merge
from tutela.core.policy_file import parse_ceilings, parse_ordinary, parse_policy, parse_quotas
from tutela.core.quotas import QuotaRow, Quotas
from tutela.core.reasons.table import ReasonTable
from tutela.core.reasons.table_file import parse_reason_table
from tutela.core.strikes import DecayKind
from tutela_client.table import shipped_table

REFERENCE = Path(__file__).parent / "reference"
TESTS = Path(__file__).parents[1] / "tests"


def shipped_policy() -> Policy:
    """Return the twelve with the ordinary clauses that ship beside them."""
    version, ordinary = parse_ordinary(_read("ordinary.toml"), place="ordinary.toml")
    return merge(parse_policy(_read("zero-tolerance.toml"), place="zero-tolerance.toml"), ordinary, version=version)


def shipped_ceilings() -> Ceilings:
    """Return the ceiling table that ships."""
    return parse_ceilings(_read("ceilings.toml"), place="ceilings.toml")


def shipped_quotas() -> Quotas:
    """Return the quotas that ship."""
    return parse_quotas(_read("quotas.toml"), place="quotas.toml")


def shipped_duties() -> DutyTable:
    """Return the table of duties that ships."""
    return parse_duties(_read("duties.toml"), place="duties.toml")


def shipped_hand_forms() -> Mapping[str, HandForm]:
    """Return the forms of authorities without an interface that ship."""
    return parse_hand_forms(_read("hand_forms.toml"), place="hand_forms.toml")


def shipped_retention() -> RetentionTable:
    """Return the table of retention that ships."""
    return parse_retention(_read("retention.toml"), place="retention.toml")


def shipped_reasons() -> ReasonTable:
    """Return the table of statements that ships."""
    return parse_reason_table(_read("statements.toml"), place="statements.toml", clauses=shipped_policy().clauses)


def policy_page(policy: Policy, ceilings: Ceilings, quotas: Quotas) -> str:
    """Return docs/reference/policy.md."""
    zero = policy.zero_tolerance
    ordinary = [clause for clause in policy.clauses.values() if not clause.is_zero_tolerance]
    parts = [
        "# Policy",
        "<!-- Written by ./dev docs from src/tutela/policy/*.toml. Change those, not this page. -->",
        f"Version of the zero-tolerance policy: `{zero[0].version}`. Every decision names its clause and that version.",
        "## The twelve clauses",
        "They cannot be switched off, weakened or made ordinary by any configuration.",
        _floor(zero[0]),
        _overview(zero),
        *(_clause(clause) for clause in zero),
        "## Ordinary clauses that ship",
        "An operator adds others in a file of the same shape. None may take an id that starts with `cse.`.",
        "Under none of them does a machine seal, lock an account or draft a report.",
        *(_clause(clause) for clause in ordinary),
        "## Ladders",
        "What an account meets as the points of its strikes add up: the strictest rung that a finding crosses.",
        "Past the last rung each finding meets it again. Clauses that name the same ladder count together.",
        *_ladders(policy),
        "## Ceilings: what a machine may do before a person looks",
        f"Version `{ceilings.version}`. A match is bounded three times, and the lowest wins on each axis:",
        "by its row here, by the clause's automation above, and by the ceiling of the bank.",
        _ceiling_table(ceilings.rows),
        "## Quotas: what a machine may do in a day because of one bank",
        f"Version `{quotas.version}`. What exceeds one is held and laid before a person; holding is never limited.",
        _quota_table(quotas.rows),
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Return each page that is written here, by the name of its file."""
    decisions = _of_test("core/test_decisions.py")
    return {
        "cases.md": _script("cases_page.py")["cases_page"](),
        "cli.md": reference.page(),
        "clocks.md": _script("clocks_page.py")["clocks_page"](),
        "decisions.md": decisions["decisions_page"](),
        "duties.md": _script("duties_page.py")["duties_page"](shipped_duties(), shipped_hand_forms()),
        "report.md": _script("report_page.py")["report_page"](),
        "retention.md": _script("retention_page.py")["retention_page"](shipped_retention()),
        "statements.md": _script("statements_page.py")["statements_page"](shipped_reasons()),
        "eu-database.md": _script("statements_page.py")["database_page"](),
        "roles.md": _script("roles_page.py")["roles_page"](),
        "effects.md": _script("effects_page.py")["effects_page"](shipped_table()),
        "remedies.md": _script("remedies_page.py")["remedies_page"](),
        "rules.md": _script("rules_page.py")["rules_page"](shipped_policy(), shipped_ceilings()),
        "policy.md": policy_page(shipped_policy(), shipped_ceilings(), shipped_quotas()),
    }


def _script(name: str) -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).parent / name))


def _of_test(name: str) -> dict[str, Any]:
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    return runpy.run_path(str(TESTS / name))


def _floor(clause: Clause) -> str:
    return (
        f"Whoever is found to be the actor gets {_either(clause.demanded_on_content)} of the content and "
        f"{_either(clause.demanded_on_account)} of the account, without an end of its own. Never an answer: "
        f"{_codes(clause.lesser_refused)}. For people who were depicted, coerced or whose account was taken over: "
        f"{_codes(clause.for_others)}."
    )


def _overview(clauses: tuple[Clause, ...]) -> str:
    head = "| id | kind | title | severity | hint for a report |\n| --- | --- | --- | --- | --- |"
    rows = (f"| `{c.id}` | {c.kind} | {c.title} | {c.severity.name.lower()} | {_code(c.duty_hint)} |" for c in clauses)
    return "\n".join([head, *rows])


def _clause(clause: Clause) -> str:
    return "\n\n".join(
        [
            f"### `{clause.id}`: {clause.title}",
            clause.adult,
            f"> In plain words for teenagers: {clause.teen}",
            f"Allowed: {_codes(clause.allowed)}. A machine by itself, at most: {_in_words(clause.automation)}.",
            *([_strikes(clause.strikes)] if clause.strikes else []),
        ]
    )


def _strikes(rule: StrikeRule) -> str:
    first = "The first finding of a person warns; each further one" if rule.warns_first else "Each finding of a person"
    end = "counts half as many, rounded down, every" if rule.decay.kind is DecayKind.HALVES else "is over after"
    return (
        f"{first} counts {rule.points} points on the ladder {_code(rule.ladder.id)}; it {end} {rule.decay.days} days."
    )


def _ladders(policy: Policy) -> list[str]:
    ladders = {c.strikes.ladder.id: c.strikes.ladder for c in policy.clauses.values() if c.strikes}
    head = "| ladder | points | what is met | for |\n| --- | --- | --- | --- |"
    rows = [
        f"| {_code(ladder.id)} | {rung.points} | {_code(rung.kind.value)} | {_lasts(rung)} |"
        for ladder in ladders.values()
        for rung in ladder.rungs
    ]
    return [head + "\n" + "\n".join(rows)] if rows else []


def _lasts(rung: Rung) -> str:
    return "until a decision ends it" if rung.lasts is None else f"{rung.lasts.seconds / 86_400:g} days"


def _ceiling_table(rows: tuple[CeilingRow, ...]) -> str:
    head = "| source | visibility | account | propagation | report | limits |\n| --- | --- | --- | --- | --- | --- |"
    return "\n".join([head, *(_ceiling_row(row) for row in rows)])


def _quota_table(rows: tuple[QuotaRow, ...]) -> str:
    head = "| kind | covers | customary | at most |\n| --- | --- | --- | --- |"
    return "\n".join([head, *(f"| `{r.kind.value}` | {r.covers} | {r.daily:,} | {r.highest:,} |" for r in rows)])


def _ceiling_row(row: CeilingRow) -> str:
    limits = []
    if row.new_public_items is not None:
        limits.append(f"{row.new_public_items.name.lower()} for new public items where the policy says so")
    if row.account_max_hours is not None:
        limits.append(f"account measure at most {row.account_max_hours} h")
    if row.decide_within_hours is not None:
        limits.append(f"decided within {row.decide_within_hours} h")
    steps = " | ".join(_code(step) for step in _steps(row.ceiling).values())
    return f"| {row.covers} | {steps} | {'; '.join(limits)} |"


def _steps(ceiling: Ceiling) -> dict[str, str]:
    axes = {
        "visibility": ceiling.visibility,
        "account": ceiling.account,
        "propagation": ceiling.propagation,
        "report": ceiling.report,
    }
    return {axis: step.name.lower() for axis, step in axes.items()}


def _in_words(ceiling: Ceiling) -> str:
    return ", ".join(f"{axis} {_code(step)}" for axis, step in _steps(ceiling).items())


def _either(kinds: tuple[str, ...]) -> str:
    return " or ".join(_code(kind) for kind in kinds)


def _codes(kinds: tuple[str, ...]) -> str:
    return ", ".join(_code(kind) for kind in kinds)


def _code(word: str) -> str:
    return f"`{word}`"


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(resources.files("tutela.policy").joinpath(name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
