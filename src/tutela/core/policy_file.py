"""From the parsed policy and ceiling files to values. Reading the files is done elsewhere.

Every error names its place, such as `house.toml: clause 2 (spam.links).automation.account`, and an unknown key is an
error: a misspelt `automaton` must never mean "no ceiling".
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from typing import TypeVar

from tutela.core.ids import ClauseId
from tutela.core.policy import (
    KNOWN_KINDS,
    AccountCeiling,
    Ceiling,
    CeilingRow,
    Ceilings,
    Clause,
    ClauseKind,
    DutyHint,
    MatchKind,
    Material,
    Policy,
    PropagationCeiling,
    ReportCeiling,
    Severity,
    Verification,
    VisibilityCeiling,
    check_ordinary,
)
from tutela.errors import Misconfigured

_Choice = TypeVar("_Choice")
_Word = TypeVar("_Word", bound=StrEnum)
_Step = TypeVar("_Step", bound=IntEnum)

_KINDS = {kind: kind for kind in KNOWN_KINDS}


def parse_policy(parsed: Mapping[str, object], *, place: str) -> Policy:
    """Return the policy that ships with Tutela.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown, doubled, or weaker than the charter demands.
    """
    version, clauses = _clauses(parsed, place)
    return Policy(version, clauses)


def parse_ordinary(parsed: Mapping[str, object], *, place: str) -> tuple[str, dict[ClauseId, Clause]]:
    """Return version and clauses of a file with ordinary clauses, ready for `tutela.core.policy.merge`.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown, doubled, or belongs to the twelve.
    """
    version, clauses = _clauses(parsed, place)
    for clause in clauses.values():
        check_ordinary(clause)
    return version, clauses


def parse_ceilings(parsed: Mapping[str, object], *, place: str) -> Ceilings:
    """Return the ceiling table.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown or doubled, or a match would have no row or two.
    """
    file = _Table(parsed, place)
    version = file.text("version")
    rows = {}
    for number, table in enumerate(file.tables("source"), start=1):
        row = _row(table, f"{place}: source {number}")
        if row.id in rows:
            raise Misconfigured(f"The id `{row.id}` is used twice.", place=f"{place}: source {number}")
        rows[row.id] = row
    file.close()
    return Ceilings(version, tuple(rows.values()))


def _clauses(parsed: Mapping[str, object], place: str) -> tuple[str, dict[ClauseId, Clause]]:
    file = _Table(parsed, place)
    version = file.text("version")
    common = file.raw_table("common")
    clauses: dict[ClauseId, Clause] = {}
    for number, values in enumerate(file.tables("clause"), start=1):
        table = _Table({**common, **values}, f"{place}: clause {number}")
        clause = _clause(table, version)
        if clause.id in clauses:
            raise Misconfigured(f"The id `{clause.id}` is used twice.", place=table.place)
        clauses[clause.id] = clause
    file.close()
    return version, clauses


def _clause(table: "_Table", version: str) -> Clause:
    clause_id = ClauseId(table.text("id"))
    table.place += f" ({clause_id})"
    demanded = _Table(table.raw_table("demanded"), f"{table.place}.demanded")
    clause = Clause(
        id=clause_id,
        version=version,
        kind=table.choice("kind", _words(ClauseKind)),
        title=table.text("title"),
        adult=table.text("adult"),
        teen=table.text("teen"),
        severity=table.choice("severity", _steps(Severity)),
        is_zero_tolerance=table.flag("zero_tolerance"),
        automation=_ceiling(_Table(table.raw_table("automation", is_needed=True), f"{table.place}.automation")),
        allowed=table.choices("allowed", _KINDS) + table.choices("also_allowed", _KINDS, is_needed=False),
        demanded_on_content=demanded.choices("content", _KINDS, is_needed=False),
        demanded_on_account=demanded.choices("account", _KINDS, is_needed=False),
        lesser_refused=table.choices("lesser_refused", _KINDS, is_needed=False),
        for_others=table.choices("for_others", _KINDS, is_needed=False),
        duty_hint=table.choice("duty_hint", _words(DutyHint)),
    )
    demanded.close()
    table.close()
    _check_agreement(clause, table.place)
    return clause


def _check_agreement(clause: Clause, place: str) -> None:
    """Refuse a clause that demands what it does not allow, or allows what it refuses."""
    allowed = set(clause.allowed)
    for kind in (*clause.demanded_on_content, *clause.demanded_on_account):
        if kind not in allowed:
            raise Misconfigured(f"`{kind}` is demanded but not allowed.", place=f"{place}.demanded")
    for kind in clause.lesser_refused:
        if kind in allowed:
            raise Misconfigured(f"`{kind}` is allowed and refused at once.", place=f"{place}.lesser_refused")


def _row(values: Mapping[str, object], place: str) -> CeilingRow:
    table = _Table(values, place)
    row_id = table.text("id")
    table.place += f" ({row_id})"
    row = CeilingRow(
        id=row_id,
        covers=table.text("covers"),
        ceiling=_ceiling(_Table(table.raw_table("ceiling", is_needed=True), f"{table.place}.ceiling")),
        material=frozenset(table.choices("material", _words(Material), is_needed=False)),
        verification=frozenset(table.choices("verification", _words(Verification), is_needed=False)),
        match=frozenset(table.choices("match", _words(MatchKind), is_needed=False)),
        new_public_items=table.choice("new_public_items", _steps(VisibilityCeiling))
        if table.has("new_public_items")
        else None,
        account_max_hours=table.hours("account_max_hours"),
        decide_within_hours=table.hours("decide_within_hours"),
    )
    table.close()
    return row


def _ceiling(table: "_Table") -> Ceiling:
    ceiling = Ceiling(
        table.choice("visibility", _steps(VisibilityCeiling)),
        table.choice("account", _steps(AccountCeiling)),
        table.choice("propagation", _steps(PropagationCeiling)),
        table.choice("report", _steps(ReportCeiling)),
    )
    table.close()
    return ceiling


def _words(enum: type[_Word]) -> dict[str, _Word]:
    return {str(member.value): member for member in enum}


def _steps(enum: type[_Step]) -> dict[str, _Step]:
    return {member.name.lower(): member for member in enum}


class _Table:
    """One table of a parsed file: knows its place, and at the end refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self.values = values
        self.place = place
        self.seen: set[str] = set()

    def has(self, key: str) -> bool:
        """Return whether the key is there at all."""
        return key in self.values

    def text(self, key: str) -> str:
        """Return words: text that is not blank, without space at its ends."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self._error(key, "must be text")
        return value.strip()

    def choice(self, key: str, known: Mapping[str, _Choice]) -> _Choice:
        """Return what the word at *key* stands for."""
        return self._known(key, self._value(key), known)

    def choices(self, key: str, known: Mapping[str, _Choice], *, is_needed: bool = True) -> tuple[_Choice, ...]:
        """Return what each word of the list at *key* stands for; nothing when it is absent and not needed."""
        if not is_needed and key not in self.values:
            return ()
        value = self._value(key)
        if not isinstance(value, list) or not value:
            raise self._error(key, "must be a list that is not empty")
        if len({repr(word) for word in value}) != len(value):
            raise self._error(key, "names something twice")
        return tuple(self._known(key, word, known) for word in value)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return value

    def hours(self, key: str) -> int | None:
        """Return a whole number of hours above zero, or None when it is absent."""
        if key not in self.values:
            return None
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._error(key, "must be a whole number of hours above zero")
        return value

    def raw_table(self, key: str, *, is_needed: bool = False) -> Mapping[str, object]:
        """Return the table at *key*; an empty one when it is absent and not needed."""
        if not is_needed and key not in self.values:
            return {}
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._error(key, "must be a table")
        return value

    def tables(self, key: str) -> list[Mapping[str, object]]:
        """Return the tables of the list at *key*."""
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self._error(key, "must be one table or more, each headed by `[[...]]`")
        return value

    def close(self) -> None:
        """Refuse keys that nothing asked for."""
        for key in self.values:
            if key not in self.seen:
                raise self._error(key, "is not known here", _nearest(key, self.seen))

    def _value(self, key: str) -> object:
        self.seen.add(key)
        if key not in self.values:
            raise self._error(key, "is missing")
        return self.values[key]

    def _known(self, key: str, value: object, known: Mapping[str, _Choice]) -> _Choice:
        if isinstance(value, str) and value in known:
            return known[value]
        raise self._error(key, f"must be one of {', '.join(known)}", _nearest(str(value), known))

    def _error(self, key: str, what: str, remedy: str | None = None) -> Misconfigured:
        return Misconfigured(f"`{key}` {what}.", place=f"{self.place}.{key}", remedy=remedy)


def _nearest(word: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(word, list(known), n=1)
    return f"Did you mean `{found[0]}`?" if found else None
