"""docs/reference/statements.md and eu-database.md, from the table of statements and the rules of the database."""  # noqa: INP001  # a script beside the pages it writes, not a package

from tutela.core.dsa.fields import AT_LEAST_ONE, CONDITIONS, FIELDS, ISO_639_1, LATEST, NOT_WITH, Field, Form
from tutela.core.dsa.mapping import WORDS
from tutela.core.dsa.words import EEA
from tutela.core.reasons.table import ReasonRow, ReasonTable

OF_STATEMENTS = """\
# Statements of reasons, clause by clause

<!-- Written by ./dev docs from src/tutela/policy/statements.toml. Change that, not this page. -->

What each clause means to the law and to the EU Transparency Database: an engineering table, no legal advice.
*Illegal* is said where people decided it; what a machine holds is held on the terms. `EU` stands for the European
Economic Area, `*` for everywhere else; the operator's country chooses. A clause that is not here breaks the terms,
under `OTHER_VIOLATION_TC`. [Tell people why](../how-to/tell-reasons.md)."""

OF_DATABASE = """\
# The EU Transparency Database, field by field

<!-- Written by ./dev docs from src/tutela/core/dsa. Change that, not this page. -->

Every field of a record, and the rules between them, as `tutela eu-database validate` asks them. Where the database
leaves something out in silence, we call it a breach. [Submit statements](../how-to/submit-to-the-eu-database.md)."""

_FORMS = {
    Form.WORD: "one of", Form.WORDS: "a list of", Form.TEXT: "text", Form.ADDRESS: "an address",
    Form.DATE: "YYYY-MM-DD",
    Form.LANGUAGE: f"one of {len(ISO_639_1)} languages of ISO 639-1, in capital letters",
    Form.KEY: "letters, digits, `_` and `-`, never given twice", Form.PRODUCT: '`{"EAN-13": 13 digits}`',
}  # fmt: skip


def statements_page(table: ReasonTable) -> str:
    """Return docs/reference/statements.md."""
    head = "| clause | ground | category | keywords | provision |"
    rows = [head, "| --- | --- | --- | --- | --- |", *(_row(row) for row in table.rows.values())]
    redress = table.redress
    listed = "; ".join(f"{country}: <{where}>" for country, where in redress.out_of_court.items())
    said = f"An appeal is heard for {redress.appeal_days} days. Certified bodies are listed at: {listed}"
    return "\n\n".join([OF_STATEMENTS, f"Version `{table.version}`.", "\n".join(rows), "## Redress", said]) + "\n"


def database_page() -> str:
    """Return docs/reference/eu-database.md."""
    head = "| field | required | form | most characters |"
    rows = [head, "| --- | --- | --- | --- |", *(_field(field) for field in FIELDS)]
    kinds = ["| measure | part | word |", "| --- | --- | --- |"]
    for kind, told in WORDS.items():
        part, word = ("", "none: it restricts no recipient") if told is None else (f"`{told[0].value}`", f"`{told[1]}`")
        kinds.append(f"| `{kind}` | {part} | {word} |")
    parts = [
        OF_DATABASE, "\n".join(rows), "## Rules between fields", "\n".join(_rules()),
        "## What each measure is", "\n".join(kinds), "## Words", *_words(),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _row(row: ReasonRow) -> str:
    keywords = ", ".join(f"`{each.name}`" for each in row.keywords)
    legal = "<br>".join(f"{country}: {said}" for country, said in (row.legal or {}).items())
    return f"| `{row.clause_id}` | {row.ground.value} | `{row.category.name}` | {keywords} | {legal} |"


def _field(field: Field) -> str:
    form = _FORMS[field.form]
    if field.known:
        form = f"{form} {len(field.known)} words"
    if field.form is Form.DATE:
        earliest = f"from {field.earliest} " if field.earliest else ""
        form = f"{form}, {earliest}to {LATEST}"
    return f"| `{field.name}` | {'yes' if field.is_required else ''} | {form} | {field.most or ''} |"


def _rules() -> list[str]:
    said = [f"* One of {', '.join(f'`{each}`' for each in AT_LEAST_ONE)} or more."]
    for each in CONDITIONS:
        must = "is there exactly with" if each.is_required else "is there only with"
        said.append(f"* `{each.field}` {must} `{each.other}` `{each.value}`.")
    return [*said, *(f"* `{field}` is never there with `{other}` `{value}`." for field, other, value in NOT_WITH)]


def _words() -> list[str]:
    listed = []
    for field in FIELDS:
        if field.known and field.known != EEA and field.name != "category_addition":
            listed.append(f"**`{field.name}`**: {', '.join(f'`{each}`' for each in field.known)}")  # noqa: PERF401  # one thing a line
    return [*listed, f"**`territorial_scope`**: {', '.join(EEA)}"]
