"""From the parsed table of duties to values. Every error names its place; an unknown key is an error."""

import hashlib
import json
from collections.abc import Mapping
from typing import TypeVar

from tutela.core.file_table import FileTable, steps, words
from tutela.core.filing.duty import (
    EVERY,
    Authority,
    ChildKnown,
    DutyRow,
    DutyTable,
    Exemption,
    Explicitness,
    FilesBy,
    FoundBy,
    Imagery,
    Law,
    Obligation,
    Trait,
)
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.roles import Role
from tutela.core.units import Duration
from tutela.errors import Misconfigured

_Choice = TypeVar("_Choice")
_READ = {"primary": "primary", "secondary": "secondary"}
_CLAUSES = {str(each): str(each) for each in (*ZERO_TOLERANCE_IDS, EVERY)}


def parse_duties(parsed: Mapping[str, object], *, place: str) -> DutyTable:
    """Return the table of duties.

    Args:
        parsed: The file, as a TOML reader returns it.
        place: Its name, for messages.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown, doubled, or names an authority that is not there.
    """
    file = FileTable(parsed, place)
    version = file.text("version")
    authorities = _authorities(file, place)
    known = {each.id: each.id for each in authorities}
    rows = tuple(_row(values, f"{place}: row {at}", known) for at, values in enumerate(file.tables("row"), start=1))
    exemptions = tuple(
        _exemption(values, f"{place}: exemption {at}", known)
        for at, values in enumerate(file.tables("exemption"), start=1)
    )
    file.close()
    _refuse_doubles([*known, *(row.id for row in rows), *(each.id for each in exemptions)], place)
    return DutyTable(version, checksum_of(parsed), authorities, rows, exemptions)


def checksum_of(parsed: Mapping[str, object]) -> str:
    """Return the SHA-256 of what the file says; comments and layout are no part of it."""
    return hashlib.sha256(json.dumps(parsed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _authorities(file: FileTable, place: str) -> tuple[Authority, ...]:
    tables = enumerate(file.tables("authority"), start=1)
    return tuple(_authority(FileTable(values, f"{place}: authority {at}")) for at, values in tables)


def _authority(table: FileTable) -> Authority:
    made = Authority(
        id=table.text("id"),
        name=table.text("name"),
        established=_countries(table, "established"),
        serving=_countries(table, "serving"),
        linked=_countries(table, "linked"),
        files=table.choice("files", words(FilesBy)),
        target=Duration(minutes=table.number("target_minutes")),
        danger_target=Duration(minutes=table.number("danger_minutes")),
        is_limit=table.flag("is_limit"),
        otherwise=Law(table.text("otherwise"), table.text("source"), table.choice("read", _READ)),
    )
    table.close()
    return made


def _row(values: Mapping[str, object], place: str, authorities: Mapping[str, str]) -> DutyRow:
    table = FileTable(values, place)
    row = DutyRow(
        id=table.text("id"),
        authority=table.choice("authority", authorities),
        clauses=frozenset(table.choices("clauses", _CLAUSES)),
        duty=table.choice("duty", steps(Obligation)),
        law=_law(table),
        imagery=_some(table, "imagery", words(Imagery)),
        explicitness=_some(table, "explicitness", words(Explicitness)),
        child=_some(table, "child", words(ChildKnown)),
        traits=_some(table, "traits", words(Trait)),
    )
    table.close()
    return row


def _exemption(values: Mapping[str, object], place: str, authorities: Mapping[str, str]) -> Exemption:
    table = FileTable(values, place)
    made = Exemption(
        id=table.text("id"),
        authorities=frozenset(table.choices("authorities", {**authorities, EVERY: EVERY})),
        leaves=table.choice("leaves", steps(Obligation)),
        law=_law(table),
        is_final=table.flag("is_final") if table.has("is_final") else True,
        clauses=_some(table, "clauses", _CLAUSES),
        found_by=_some(table, "found_by", words(FoundBy)),
        reported_to=_some(table, "reported_to", authorities),
        only_roles=_some(table, "only_roles", words(Role)),
        unless=_some(table, "unless", words(Trait)),
    )
    table.close()
    return made


def _law(table: FileTable) -> Law:
    return Law(table.text("reason"), table.text("source"), table.choice("read", _READ))


def _some(table: FileTable, key: str, known: Mapping[str, _Choice]) -> frozenset[_Choice]:
    return frozenset(table.choices(key, known, is_needed=False))


def _countries(table: FileTable, key: str) -> frozenset[str]:
    return frozenset(table.texts(key)) if table.has(key) else frozenset()


def _refuse_doubles(ids: list[str], place: str) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise Misconfigured(f"The id `{each}` is used twice.", place=place)
