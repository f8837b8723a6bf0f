"""`tutela words`: banks of keywords, links, names and known texts. Nothing prints what an entry holds."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from tutela.cli import PARTLY
from tutela.cli.judging import NEVER, moment
from tutela.cli.opening import Where, placed, table
from tutela.core.ids import WordEntryId
from tutela.core.licences import licence_of
from tutela.core.links.hashing import EntryKind
from tutela.core.word_banks import WordBankKind
from tutela.core.word_rows import NewName, NewText
from tutela.core.words.keywords import Keyword
from tutela.errors import BadInput
from tutela.flows.fill_word_bank import MAX_LIST_BYTES, NewKeyword, NewLink, NewWord, WordList, WordsReport
from tutela.flows.keep_word_banks import NewWordBank, WordBankChange
from tutela.flows.prepare_words import WordFormat
from tutela.ports.word_banks import WordBankSize

BY: Final = "command line"
_BY_SUFFIX: Final = {
    ".txt": WordFormat.TEXT, ".csv": WordFormat.CSV, ".ndjson": WordFormat.JSONL, ".jsonl": WordFormat.JSONL,
}  # fmt: skip
_ENDS: Final = "As in 2027-01-31"


@click.group("words")
def words_command() -> None:
    """Create, fill and list banks of keywords, links, names and known texts."""


@words_command.command("create")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([each.value for each in WordBankKind]))
@click.option("--clause", required=True, help="Clause of the policy that what is found speaks of.")
@click.option("--source", required=True, help="Who answers for the list, in your words.")
@click.option("--may-keep/--may-not-keep", default=True, help="Whether entries may stay when the licence is over.")
@click.option("--licence-ends-at", help=f"{_ENDS}: what may not be kept is deleted then.")
@placed
def create(  # noqa: PLR0913  # one argument for each thing an operator has to say about a list
    where: Where, name: str, kind: str, clause: str, source: str, *, may_keep: bool, licence_ends_at: str | None
) -> None:
    """Create a bank of words.

    \b
    tutela words create hotline-links --kind links --clause cse.conversation --source "our hotline"
    """  # noqa: D301  # \b is click's mark
    ends_at = moment(licence_ends_at) if licence_ends_at else None
    new = NewWordBank(name, WordBankKind(kind), clause, source, may_keep, ends_at)
    with where.house() as house:
        bank = house.keep_word_banks.create(new, BY)
        record = _record(WordBankSize(bank, entries=0, ended=0), house.clock.now())
    where.tell(record, f"bank {name} created; fill it with `tutela words import {name} FILE`")


@words_command.command("list")
@placed
def list_banks(where: Where) -> None:
    """List all banks of words, and how much each holds."""
    with where.house() as house:
        records = [_record(size, house.clock.now()) for size in house.keep_word_banks.sizes()]
    columns = ("name", "kind", "clause", "entries", "ended", "is_active", "licence")
    where.tell(records, table(records, columns, empty="there is no bank of words: nothing is looked for in texts"))


@words_command.command("show")
@click.argument("name")
@click.option("--entries", is_flag=True, help="List ids, categories and days of all entries as well.")
@placed
def show(where: Where, name: str, *, entries: bool) -> None:
    """Show one bank. What its entries hold is sealed or hashed, and shown to nobody."""
    with where.house() as house:
        size = house.keep_word_banks.size(name)
        record: dict[str, Any] = _record(size, house.clock.now())
        shown = [
            {
                "id": each.id, "category": each.category or "-", "added_at": _day(each.added_at),
                "ends_at": _day(each.ends_at),
            }
            for each in (house.word_banks.entries(size.bank.id) if entries else ())
        ]  # fmt: skip
    told = "\n".join(f"{key:18}{'-' if value is None else value}" for key, value in record.items())
    if entries:
        record["entry_list"] = shown
        told += "\n\n" + table(shown, ("id", "category", "added_at", "ends_at"), empty="there is nothing in it")
    where.tell(record, told)


@words_command.command("on")
@click.argument("name")
@placed
def switch_on(where: Where, name: str) -> None:
    """Let a bank be asked."""
    _change(where, name, WordBankChange(is_active=True))


@words_command.command("off")
@click.argument("name")
@placed
def switch_off(where: Where, name: str) -> None:
    """Stop asking a bank. What was found by it stays until a person decides otherwise."""
    _change(where, name, WordBankChange(is_active=False))


@words_command.command("change")
@click.argument("name")
@click.option("--source", help="Who answers for the list, in your words.")
@click.option("--may-keep/--may-not-keep", "may_keep", default=None, help="When the licence is over.")
@click.option("--licence-ends-at", help=f"{_ENDS}; `never` takes the end away.")
@placed
def change(where: Where, name: str, source: str | None, *, may_keep: bool | None, licence_ends_at: str | None) -> None:
    """Change who answers for a bank, or its licence. What is not given stays as it is."""
    if source is None and may_keep is None and licence_ends_at is None:
        raise BadInput("nothing was given to change", remedy="See `tutela words change --help`.")
    is_open = licence_ends_at == NEVER
    ends_at = None if is_open or licence_ends_at is None else moment(licence_ends_at)
    _change(where, name, WordBankChange(None, source, may_keep, ends_at, is_licence_open=is_open))


def _change(where: Where, name: str, asked: WordBankChange) -> None:
    with where.house() as house:
        house.keep_word_banks.change(name, asked, BY)
        record = _record(house.keep_word_banks.size(name), house.clock.now())
    where.tell(record, f"bank {name} is {'asked' if record['is_active'] else 'not asked'}; licence {record['licence']}")


@words_command.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice([each.value for each in WordFormat]), help="If the file's name tells none."
)
@click.option("--ends-at", help=f"{_ENDS}: of each row that says no end itself.")
@click.option("--preview", is_flag=True, help="Change nothing; say what it would do.")
@placed
def import_list(where: Where, name: str, file: Path, form: str | None, *, ends_at: str | None, preview: bool) -> None:
    """Import a list: a keyword or link a line, a known text a paragraph, or CSV, or JSON lines. `-` is standard input.

    A bad row is named by its line and column, never repeated, and the rest goes in; the exit status is then 2.
    Importing a list again adds nothing twice.

    \b
    tutela words import hotline-links links.csv --preview
    tutela words import hotline-links links.csv
    """  # noqa: D301  # \b is click's mark
    known = WordFormat(form) if form else _format_of(file)
    words = WordList(_read(file), known, moment(ends_at) if ends_at else None)
    with where.house() as house:
        report = house.fill_word_bank.take_list(name, words, BY, is_preview=preview)
    where.tell(_report(report, is_preview=preview), _in_words(report, is_preview=preview))
    for error in report.errors:
        click.echo(f"line {error.line}: {f'{error.column}: ' if error.column else ''}{error.message}", err=True)
    if report.rejected:
        click.get_current_context().exit(PARTLY)


@words_command.command("add")
@click.argument("name")
@click.option("--category", default="", help="In the source's words; never what the entry holds.")
@click.option("--ends-at", help=f"{_ENDS}: from then on it finds nothing. A name must have one.")
@click.option("--type", "link_type", type=click.Choice(["url", "host", "domain"]), help="Of a link.")
@click.option("--basis", default="", help="Of a name: why you may hold it.")
@click.option("--distinctive", is_flag=True, help="Of a name: a single word is enough.")
@placed
def add(  # noqa: PLR0913  # one argument for each thing that may be said of an entry
    where: Where, name: str, category: str, *, ends_at: str | None, link_type: str | None, basis: str,
    distinctive: bool,
) -> None:  # fmt: skip
    """Add one entry. What it holds is asked for, or read from standard input: command lines are kept and seen.

    \b
    tutela words add hotline-links --type domain
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        kind = house.keep_word_banks.find(name).kind
        held = _asked()
        end = moment(ends_at, "ends-at") if ends_at else None
        entries: dict[WordBankKind, NewWord] = {
            WordBankKind.KEYWORDS: NewKeyword(Keyword("", (held,), category=category), end),
            WordBankKind.LINKS: NewLink(held, EntryKind[link_type.upper()] if link_type else None, end, category),
            WordBankKind.NAMES: NewName(held, basis, end, distinctive, category),
            WordBankKind.TEXTS: NewText(held, end, category),
        }
        entry_id, is_new = house.fill_word_bank.add(name, entries[kind], BY)
    where.tell({"id": entry_id, "added": is_new}, f"{entry_id} {'is added' if is_new else 'was there, and is renewed'}")


@words_command.command("remove")
@click.argument("name")
@click.argument("entry_ids", nargs=-1, required=True)
@placed
def remove(where: Where, name: str, entry_ids: tuple[str, ...]) -> None:
    """Take entries out for good, by their ids."""
    with where.house() as house:
        ids = [WordEntryId(each) for each in entry_ids]
        removed = house.keep_word_banks.remove_all(name, ids, BY)
    where.tell({"removed": removed}, f"{removed} entries are removed")
    if removed < len(set(entry_ids)):
        click.get_current_context().exit(PARTLY)


def _asked() -> str:
    if sys.stdin.isatty():
        told: str = click.prompt("What it holds (not shown)", hide_input=True)
        return told
    return sys.stdin.read().strip()


def _format_of(file: Path) -> WordFormat:
    try:
        return _BY_SUFFIX[file.suffix.lower()]
    except KeyError:
        raise BadInput("the name does not tell the format", place=str(file), remedy="Add --format.") from None


def _read(file: Path) -> bytes:
    """Return the list, or as much of it as shows that it is too long."""
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_LIST_BYTES + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise BadInput(f"the list cannot be read: {reason}", place=str(file)) from error


def _record(size: WordBankSize, now: datetime) -> dict[str, Any]:
    bank = size.bank
    return {
        "id": bank.id, "name": bank.name, "kind": bank.kind.value, "clause": bank.clause_id, "source": bank.source,
        "is_active": bank.is_active, "may_keep": bank.may_keep, "licence_ends_at": _day(bank.licence_ends_at),
        "licence": licence_of(bank, now).value, "version": bank.version, "entries": size.entries, "ended": size.ended,
        "created_at": _day(bank.created_at),
    }  # fmt: skip


def _day(moment_told: datetime | None) -> str | None:
    return moment_told.isoformat(timespec="seconds") if moment_told else None


def _report(report: WordsReport, *, is_preview: bool) -> dict[str, Any]:
    return {
        "preview": is_preview, "rows": report.rows, "added": report.added, "known": report.known,
        "repeated": report.repeated, "rejected": report.rejected,
        "errors": [{"line": each.line, "column": each.column, "message": each.message} for each in report.errors],
    }  # fmt: skip


def _in_words(report: WordsReport, *, is_preview: bool) -> str:
    would = "would be " if is_preview else ""
    return (
        f"{report.rows} rows read: {report.added} {would}added, {report.known} known already, "
        f"{report.repeated} repeated, {report.rejected} rejected"
    )
