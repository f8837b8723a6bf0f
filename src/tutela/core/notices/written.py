"""A notice as somebody wrote it down in a file: a letter, a call, or what another system exported."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from tutela.core.ids import ClauseId
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft, PictureDigest
from tutela.errors import BadInput

LINES = ("words", "age_said", "country", "relation", "signature", "organisation", "reference", "source")
LISTS = ("links", "names", "items")
MARKS = ("is_danger", "good_faith")
OTHERS = ("branch", "clause", "language", "contact", "digests", "told_at")

Value = TypeVar("Value")


def draft_from(written: object) -> NoticeDraft:
    """Return the notice that is written down, by the names of `POST /v1/notices`; the branch alone is required.

    Raises:
        tutela.errors.BadInput: It is no notice, or holds what no notice has; the place names it.
    """
    told = _mapping(written, "file", (*LINES, *LISTS, *MARKS, *OTHERS))
    clause = _text(told, "clause")
    return NoticeDraft(
        branch=_read("branch", Branch, _text(told, "branch")),
        links=_texts(told, "links"), names=_texts(told, "names"), items=_texts(told, "items"),
        digests=tuple(_digest(each, f"digests.{number}") for number, each in enumerate(_list(told, "digests"))),
        clause_id=ClauseId(clause) if clause else None,
        is_danger=_mark(told, "is_danger"), good_faith=_mark(told, "good_faith"),
        language=_text(told, "language") or "en",
        contact=_contact(told.get("contact")),
        told_at=_moment(_text(told, "told_at")),
        **{name: _text(told, name) for name in LINES},
    )  # fmt: skip


def _mapping(found: object, place: str, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise BadInput("this is written as {...}", place=place)
    for name in found:
        if name not in known:
            raise BadInput("a notice has nothing of this name", place=f"{name}", remedy=f"It has {', '.join(known)}.")
    return found


def _text(told: Mapping[str, object], name: str) -> str:
    found = told.get(name) or ""
    if not isinstance(found, str):
        raise BadInput("this is a text", place=name)
    if "\0" in found:
        raise BadInput("this holds a character that no text has", place=name)
    return found


def _list(told: Mapping[str, object], name: str) -> list[object]:
    found = told.get(name) or []
    if not isinstance(found, list):
        raise BadInput("this is written as [...]", place=name)
    return found


def _texts(told: Mapping[str, object], name: str) -> tuple[str, ...]:
    return tuple(_text({f"{name}.{number}": each}, f"{name}.{number}") for number, each in enumerate(_list(told, name)))


def _mark(told: Mapping[str, object], name: str) -> bool:
    found = told.get(name, False)
    if not isinstance(found, bool):
        raise BadInput("this is true or false", place=name)
    return found


def _digest(found: object, place: str) -> PictureDigest:
    told = _mapping(found, place, ("sha256", "pdq"))
    return PictureDigest(_text(told, "sha256") or None, _text(told, "pdq") or None)


def _contact(found: object) -> Contact:
    if found is None:
        return Contact()
    told = _mapping(found, "contact", ("channel", "address", "wants_link"))
    channel = _read("channel", ContactChannel, _text(told, "channel"))
    return Contact(channel, _text(told, "address"), _mark(told, "wants_link"))


def _moment(said: str) -> datetime | None:
    if not said:
        return None
    found = _read("told_at", datetime.fromisoformat, said)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _read(place: str, read: Callable[[str], Value], said: str) -> Value:
    try:
        return read(said)
    except ValueError:
        known = f"It is one of {', '.join(read)}." if isinstance(read, type(Branch)) else "Write it as in 2027-01-31."
        raise BadInput("this is none that there is", place=place, remedy=known) from None
