"""Banks of words: kept, filled and counted. Nothing answers what an entry holds."""

from datetime import datetime
from functools import partial
from typing import Any, Final

import anyio
from starlette.responses import Response

from tutela.api import bodies, word_bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import UnsupportedMediaType
from tutela.api.reading import check_encoding, content_type, read_whole
from tutela.core.ids import WordEntryId
from tutela.core.licences import licence_of
from tutela.core.links.hashing import EntryKind
from tutela.core.word_rows import NewName, NewText
from tutela.core.words.keywords import Context, Keyword
from tutela.flows.fill_word_bank import MAX_LIST_BYTES, NewKeyword, NewLink, NewWord, WordList, WordsReport
from tutela.flows.keep_word_banks import NewWordBank, WordBankChange
from tutela.flows.prepare_words import WordFormat
from tutela.ports.word_banks import WordBankSize

FORMATS: Final = {
    "text/plain": WordFormat.TEXT,
    "text/csv": WordFormat.CSV,
    "application/x-ndjson": WordFormat.JSONL,
    "application/jsonl": WordFormat.JSONL,
}


def list_banks(call: Call) -> Response:
    """List the banks."""
    call.no_query()
    now = call.house.clock.now()
    return answer({"word_banks": [_body(size, now) for size in call.house.keep_word_banks.sizes()]})


def create_bank(call: Call) -> Response:
    """Create a bank."""
    call.no_query()
    asked = call.body(word_bodies.NewWordBank)
    new = NewWordBank(asked.name, asked.kind, asked.clause, asked.source, asked.may_keep, asked.licence_ends_at)
    bank = call.house.keep_word_banks.create(new, call.caller.id)
    return answer(_body(WordBankSize(bank, entries=0, ended=0), call.house.clock.now()), 201)


def read_bank(call: Call) -> Response:
    """Tell about one bank."""
    call.no_query()
    return answer(_body(call.house.keep_word_banks.size(call.part("name")), call.house.clock.now()))


def change_bank(call: Call) -> Response:
    """Switch a bank, or change what is said about it."""
    call.no_query()
    asked = call.body(word_bodies.WordBankChange)
    is_open = asked.licence_ends_at is None and "licence_ends_at" in asked.model_fields_set
    change = WordBankChange(asked.active, asked.source, asked.may_keep, asked.licence_ends_at, is_licence_open=is_open)
    keep = call.house.keep_word_banks
    keep.change(call.part("name"), change, call.caller.id)
    return answer(_body(keep.size(call.part("name")), call.house.clock.now()))


def list_entries(call: Call) -> Response:
    """List what is in a bank, without saying what it is."""
    page = call.query(bodies.PageQuery)
    keep, name = call.house.keep_word_banks, call.part("name")
    kind = keep.find(name).kind
    found = keep.page(name, WordEntryId(from_cursor(page.cursor)), page.limit + 1)
    shown = found[: page.limit]
    body = {
        "entries": [
            {
                "id": entry.id,
                "kind": kind.value,
                "category": entry.category,
                "added_at": entry.added_at,
                "ends_at": entry.ends_at,
            }
            for entry in shown
        ],
        "next": to_cursor(shown[-1].id) if len(found) > len(shown) else None,
    }
    return answer(body)


def add_entry(call: Call) -> Response:
    """Put one entry in."""
    call.no_query()
    new = _new(call.body(word_bodies.NewWordEntry))
    entry_id, is_new = call.house.fill_word_bank.add(call.part("name"), new, call.caller.id)
    return answer({"id": entry_id, "added": is_new})


def remove_entry(call: Call) -> Response:
    """Take one entry out."""
    call.no_query()
    call.house.keep_word_banks.remove(call.part("name"), WordEntryId(call.part("id")), call.caller.id)
    return Response(status_code=204)


def remove_entries(call: Call) -> Response:
    """Take entries out."""
    call.no_query()
    asked = call.body(word_bodies.WordRemovals)
    ids = [WordEntryId(each) for each in asked.entries]
    return answer({"removed": call.house.keep_word_banks.remove_all(call.part("name"), ids, call.caller.id)})


async def import_list(call: Call) -> Response:
    """Take a list in, or tell what that would do."""
    asked = call.query(word_bodies.WordsQuery)
    check_encoding(call.request)
    form = FORMATS.get(content_type(call.request))
    if form is None:
        remedy = f"Use {', '.join(FORMATS)}."
        raise UnsupportedMediaType("a list is text, CSV or JSON lines", place="Content-Type", remedy=remedy)
    words = WordList(await read_whole(call.request, MAX_LIST_BYTES), form, asked.ends_at)
    fill, name, by = call.house.fill_word_bank, call.part("name"), call.caller.id
    work = partial(fill.take_list, name, words, by, is_preview=asked.preview)
    report = await anyio.to_thread.run_sync(work, limiter=call.shared.imports)
    return answer(_report(report, is_preview=asked.preview))


def _new(asked: word_bodies.NewWordEntry) -> NewWord:
    ends_at, category = asked.ends_at, asked.category
    if asked.keyword is not None:
        return NewKeyword(_keyword(asked.keyword, category), ends_at)
    if asked.link is not None:
        kind = None if asked.link.type is None else EntryKind[asked.link.type.upper()]
        return NewLink(asked.link.link, kind, ends_at, category)
    if asked.name is not None:
        name = asked.name
        return NewName(name.name, name.basis, ends_at, name.distinctive, category)
    return NewText(asked.text or "", ends_at, category)


def _keyword(asked: word_bodies.Keyword, category: str) -> Keyword:
    contexts = (Context(tuple(each.terms), each.within_words, is_refused=each.refused) for each in asked.contexts)
    return Keyword(
        id="",
        terms=tuple(asked.terms),
        kind=asked.type,
        within_words=asked.within_words,
        language=asked.language,
        is_whole_word=asked.whole_word,
        is_common=asked.common,
        contexts=tuple(contexts),
        category=category,
        weight=asked.weight,
    )


def _body(size: WordBankSize, now: datetime) -> dict[str, Any]:
    bank = size.bank
    return {
        "id": bank.id,
        "name": bank.name,
        "kind": bank.kind.value,
        "clause": bank.clause_id,
        "source": bank.source,
        "active": bank.is_active,
        "may_keep": bank.may_keep,
        "licence_ends_at": bank.licence_ends_at,
        "licence": licence_of(bank, now).value,
        "version": bank.version,
        "entries": size.entries,
        "ended": size.ended,
        "created_at": bank.created_at,
    }


def _report(report: WordsReport, *, is_preview: bool) -> dict[str, Any]:
    return {
        "preview": is_preview,
        "rows": report.rows,
        "added": report.added,
        "known": report.known,
        "repeated": report.repeated,
        "rejected": report.rejected,
        "errors": [{"line": each.line, "column": each.column, "message": each.message} for each in report.errors],
    }
