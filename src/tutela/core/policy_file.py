"""From the parsed policy and ceiling files to values. Reading the files is done elsewhere.

Every error names its place, such as `house.toml: clause 2 (spam.links).automation.account`, and an unknown key is an
error: a misspelt `automaton` must never mean "no ceiling".
"""

from collections.abc import Mapping

from tutela.core.file_table import FileTable, steps, words
from tutela.core.ids import ClauseId
from tutela.core.ladder_file import parse_ladders, parse_strike_rule
from tutela.core.ladders import Ladder, StrikeRule
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
from tutela.core.quotas import QUOTA_KINDS, QuotaRow, Quotas
from tutela.errors import Misconfigured

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
    file = FileTable(parsed, place)
    version = file.text("version")
    rows = {}
    for number, table in enumerate(file.tables("source"), start=1):
        row = _row(table, f"{place}: source {number}")
        if row.id in rows:
            raise Misconfigured(f"The id `{row.id}` is used twice.", place=f"{place}: source {number}")
        rows[row.id] = row
    file.close()
    return Ceilings(version, tuple(rows.values()))


def parse_quotas(parsed: Mapping[str, object], *, place: str) -> Quotas:
    """Return the quotas that ship.

    Raises:
        tutela.errors.Misconfigured: Anything is missing, unknown or doubled.
    """
    file = FileTable(parsed, place)
    version = file.text("version")
    rows = []
    for number, values in enumerate(file.tables("quota"), start=1):
        table = FileTable(values, f"{place}: quota {number}")
        kind = table.choice("kind", {kind.value: kind for kind in QUOTA_KINDS})
        rows.append(QuotaRow(kind, table.text("covers"), table.number("daily"), table.number("highest")))
        table.close()
    file.close()
    return Quotas(version, tuple(rows))


def _clauses(parsed: Mapping[str, object], place: str) -> tuple[str, dict[ClauseId, Clause]]:
    file = FileTable(parsed, place)
    version = file.text("version")
    common = file.raw_table("common")
    ladders = parse_ladders(file, place)
    clauses: dict[ClauseId, Clause] = {}
    for number, values in enumerate(file.tables("clause"), start=1):
        table = FileTable({**common, **values}, f"{place}: clause {number}")
        clause = _clause(table, version, ladders)
        if clause.id in clauses:
            raise Misconfigured(f"The id `{clause.id}` is used twice.", place=table.place)
        clauses[clause.id] = clause
    file.close()
    return version, clauses


def _clause(table: FileTable, version: str, ladders: Mapping[str, Ladder]) -> Clause:
    clause_id = ClauseId(table.text("id"))
    table.place += f" ({clause_id})"
    demanded = FileTable(table.raw_table("demanded"), f"{table.place}.demanded")
    clause = Clause(
        id=clause_id,
        version=version,
        kind=table.choice("kind", words(ClauseKind)),
        title=table.text("title"),
        adult=table.text("adult"),
        teen=table.text("teen"),
        severity=table.choice("severity", steps(Severity)),
        is_zero_tolerance=table.flag("zero_tolerance"),
        automation=_ceiling(FileTable(table.raw_table("automation", is_needed=True), f"{table.place}.automation")),
        allowed=table.choices("allowed", _KINDS) + table.choices("also_allowed", _KINDS, is_needed=False),
        demanded_on_content=demanded.choices("content", _KINDS, is_needed=False),
        demanded_on_account=demanded.choices("account", _KINDS, is_needed=False),
        lesser_refused=table.choices("lesser_refused", _KINDS, is_needed=False),
        for_others=table.choices("for_others", _KINDS, is_needed=False),
        duty_hint=table.choice("duty_hint", words(DutyHint)),
        strikes=_strikes(table, ladders),
    )
    demanded.close()
    table.close()
    _check_agreement(clause, table.place)
    return clause


def _strikes(table: FileTable, ladders: Mapping[str, Ladder]) -> StrikeRule | None:
    if not table.has("strikes"):
        return None
    return parse_strike_rule(FileTable(table.raw_table("strikes", is_needed=True), f"{table.place}.strikes"), ladders)


def _check_agreement(clause: Clause, place: str) -> None:
    """Refuse a clause that demands what it does not allow, or allows what it refuses."""
    allowed = set(clause.allowed)
    for kind in (*clause.demanded_on_content, *clause.demanded_on_account):
        if kind not in allowed:
            raise Misconfigured(f"`{kind}` is demanded but not allowed.", place=f"{place}.demanded")
    for kind in clause.lesser_refused:
        if kind in allowed:
            raise Misconfigured(f"`{kind}` is allowed and refused at once.", place=f"{place}.lesser_refused")
    if clause.strikes is not None:
        rungs = {rung.kind.value for rung in clause.strikes.ladder.rungs} | (
            {"warn"} if clause.strikes.warns_first else set()
        )
        for kind in sorted(rungs - allowed):
            raise Misconfigured(f"`{kind}` stands on its ladder but is not allowed.", place=f"{place}.strikes")


def _row(values: Mapping[str, object], place: str) -> CeilingRow:
    table = FileTable(values, place)
    row_id = table.text("id")
    table.place += f" ({row_id})"
    row = CeilingRow(
        id=row_id,
        covers=table.text("covers"),
        ceiling=_ceiling(FileTable(table.raw_table("ceiling", is_needed=True), f"{table.place}.ceiling")),
        material=frozenset(table.choices("material", words(Material), is_needed=False)),
        verification=frozenset(table.choices("verification", words(Verification), is_needed=False)),
        match=frozenset(table.choices("match", words(MatchKind), is_needed=False)),
        new_public_items=table.choice("new_public_items", steps(VisibilityCeiling))
        if table.has("new_public_items")
        else None,
        account_max_hours=table.hours("account_max_hours"),
        decide_within_hours=table.hours("decide_within_hours"),
    )
    table.close()
    return row


def _ceiling(table: FileTable) -> Ceiling:
    ceiling = Ceiling(
        table.choice("visibility", steps(VisibilityCeiling)),
        table.choice("account", steps(AccountCeiling)),
        table.choice("propagation", steps(PropagationCeiling)),
        table.choice("report", steps(ReportCeiling)),
    )
    table.close()
    return ceiling
