"""Import lists as they arrive: the body is read line by line while the flow runs in a thread."""

import codecs
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import anyio
from starlette.responses import Response

from tutela.api import bodies
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.api.problems import UnsupportedMediaType
from tutela.api.reading import arriving, check_encoding, content_type
from tutela.flows.import_members import ImportReport
from tutela.flows.read_rows import MAX_LINE_CHARACTERS, RowError, rows_of_csv, rows_of_json

READERS = {
    "text/csv": rows_of_csv,
    "application/x-ndjson": rows_of_json,
    "application/jsonl": rows_of_json,
}


async def import_members(call: Call) -> Response:
    """Import a list into a bank, or tell what that would do."""
    asked = call.query(bodies.ImportQuery)
    check_encoding(call.request)
    kind = content_type(call.request)
    if kind not in READERS:
        raise UnsupportedMediaType(
            "an import is CSV or JSON lines", place="Content-Type", remedy=f"Use {list(READERS)}."
        )
    stream = arriving(call.request)
    rows = READERS[kind](lines(_chunks(stream)))
    name, import_members = call.part("name"), call.house.import_members
    work = partial(import_members, name, rows, is_preview=asked.preview, accepts_flat=asked.accept_flat)
    report = await anyio.to_thread.run_sync(work, limiter=call.shared.imports)
    return answer(_report(report, is_preview=asked.preview))


def _chunks(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
    """Yield the body's pieces in the thread of the flow, each fetched from the event loop when it is wanted."""

    async def following() -> bytes | None:
        return await anext(stream, None)

    while (chunk := anyio.from_thread.run(following)) is not None:
        yield chunk


def lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Yield lines with their ends; what is no UTF-8 becomes a character that no hash contains.

    A line beyond the bound of the flow is cut, so that it fails as one row and never fills memory.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    rest = ""
    for chunk in chunks:
        # No database keeps a zero character in a text.
        rest += decoder.decode(chunk).replace("\0", "\N{REPLACEMENT CHARACTER}")
        *whole, rest = rest.split("\n")
        yield from (line + "\n" for line in whole)
        rest = rest[: MAX_LINE_CHARACTERS + 1]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _report(report: ImportReport, *, is_preview: bool) -> dict[str, Any]:
    progress = report.progress
    return {
        "import": progress.id,
        "preview": is_preview,
        "read": progress.rows_read,
        "added": progress.rows_added,
        "known": progress.rows_known,
        "rejected": progress.rows_rejected,
        "opinions": report.opinions,
        "suspicious": report.sift.suspicious,
        "repeated": report.sift.repeated,
        "errors": _lines(report.sift.errors),
        "warnings": _lines(report.sift.warnings),
        "hits": {"media": report.hits.media, "items": report.hits.items, "accounts": report.hits.accounts},
        "would_brake": report.hits.braked,
    }


def _lines(rows: list[RowError]) -> list[dict[str, Any]]:
    return [{"line": each.line, "message": each.message} for each in rows]


def list_imports(call: Call) -> Response:
    """List imports, the newest first."""
    page = call.query(bodies.PageQuery)
    found = call.house.desk.imports(page.limit + 1, before=from_cursor(page.cursor) or None)
    with call.house.store.read() as reader:
        banks = {bank.id: bank.name for bank in reader.banks()}
    shown = found[: page.limit]
    body = {
        "imports": [
            {
                "id": each.id,
                "bank": banks[each.bank_id],
                "started_at": each.started_at,
                "ended_at": each.ended_at,
                "read": each.rows_read,
                "added": each.rows_added,
                "known": each.rows_known,
                "rejected": each.rows_rejected,
            }
            for each in shown
        ],
        "next": to_cursor(shown[-1].id) if len(found) > len(shown) else None,
    }
    return answer(body)
