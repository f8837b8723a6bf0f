"""From the parsed sentences of a language to `Words`: each that may be needed is there, with the parts it takes."""

import re
from collections.abc import Iterable, Mapping

from tutela.core.file_table import FileTable
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.reasons.facts import Automation, Ground, Origin
from tutela.core.reasons.wording import DEFAULT_CLAUSE, Words
from tutela.core.statements import StatementCode
from tutela.errors import Misconfigured

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "head": ("title", "greeting", "policy"),
    "section": ("what", "why", "how", "redress"),
    "code": tuple(StatementCode),
    "kind": tuple(MeasureKind),
    "where": ("everywhere", "countries"),
    "long": ("open", "hours", "days"),
    "origin": tuple(Origin),
    "detection": ("automatic", "by_people"),
    "automation": tuple(Automation),
    "ground": (*Ground, "rule"),
    "redress": ("appeal", "appeal_link", "out_of_court", "court"),
    "fact": ("content", "account"),
    "record": ("content", "account"),
}
"""Every sentence that a language must have."""

TOLD_TO_PEOPLE = SECTIONS.keys() - {"record"}
"""What a person reads; the others go to the EU Transparency Database."""

PARTS: Mapping[tuple[str, str], frozenset[str]] = {
    ("head", "policy"): frozenset({"version"}),
    ("where", "countries"): frozenset({"countries"}),
    ("long", "hours"): frozenset({"count"}),
    ("long", "days"): frozenset({"count"}),
    ("ground", "illegal"): frozenset({"legal"}),
    ("ground", "rule"): frozenset({"title"}),
    ("redress", "appeal"): frozenset({"days"}),
    ("redress", "appeal_link"): frozenset({"link"}),
    ("redress", "out_of_court"): frozenset({"link"}),
}
"""What is put into a sentence; into all others nothing."""

_OF_CLAUSE = ("title", "adult", "teen")
_PART = re.compile(r"\{([^{}]*)\}")


def parse_words(parsed: Mapping[str, object], *, place: str, clauses: Iterable[ClauseId]) -> Words:
    """Return the sentences of a language.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.
        clauses: Those that it must have words for, beside `default`.

    Raises:
        tutela.errors.Misconfigured: A sentence is missing, unknown, or has other parts than it takes.
    """
    file = FileTable(parsed, place)
    language = file.text("language")
    said = {name: _section(file, name, keys) for name, keys in SECTIONS.items()}
    teen = _otherwise(FileTable(file.raw_table("teen"), f"{place}: teen"))
    given = FileTable(file.raw_table("clause", is_needed=True), f"{place}: clause")
    wanted = (DEFAULT_CLAUSE, *sorted(clauses))
    found = {each: _clause(given, each) for each in wanted}
    given.close()
    file.close()
    return Words(language, said, found, teen)


def _otherwise(file: FileTable) -> Mapping[str, Mapping[str, str]]:
    """Return what is said otherwise to a teenager: as many of the sentences as a language says otherwise."""
    found = {
        name: _section(file, name, keys, is_whole=False) for name, keys in SECTIONS.items() if name in TOLD_TO_PEOPLE
    }
    file.close()
    return found


def _section(file: FileTable, name: str, keys: Iterable[str], *, is_whole: bool = True) -> Mapping[str, str]:
    table = FileTable(file.raw_table(name, is_needed=is_whole), f"{file.place}: {name}")
    found = {str(key): table.text(key) for key in keys if is_whole or table.has(key)}
    table.close()
    for key, text in found.items():
        _check_parts(text, PARTS.get((name, key), frozenset()), f"{table.place}.{key}")
    return found


def _clause(given: FileTable, clause_id: str) -> Mapping[str, str]:
    table = FileTable(given.raw_table(clause_id, is_needed=True), f"{given.place}.{clause_id}")
    found = {key: table.text(key) for key in _OF_CLAUSE}
    table.close()
    for key, text in found.items():
        _check_parts(text, frozenset(), f"{table.place}.{key}")
    return found


def _check_parts(text: str, wanted: frozenset[str], place: str) -> None:
    there = set(_PART.findall(text))
    rest = _PART.sub("", text)
    if there != wanted or "{" in rest or "}" in rest:
        named = ", ".join(f"{{{each}}}" for each in sorted(wanted)) or "none"
        raise Misconfigured(f"The sentence takes these parts, and no others: {named}.", place=place)
