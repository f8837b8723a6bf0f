"""What a message says, by language: the same subject and the same first words whatever it tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.file_table import FileTable
from tutela.core.messages import MessageKind
from tutela.errors import Misconfigured

ENGLISH = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PART = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class MessageTexts:
    """The sentences of one language."""

    language: str
    subject: str
    opening: str  #: of every message: what a lock screen shows of a mail is its beginning
    told: Mapping[MessageKind, str]
    where: str  #: where to read the answer, with the code
    link: str  #: with the link, for who asked for one: takes `{link}`
    closing: str


def parse_message_texts(parsed: Mapping[str, object], *, place: str) -> MessageTexts:
    """Return the sentences of a language.

    Raises:
        tutela.errors.Misconfigured: One is missing, unknown, has a part that it does not take, or a line break where
            a mail has none.
    """
    file = FileTable(parsed, place)
    told = FileTable(file.raw_table("told", is_needed=True), f"{place}: told")
    texts = MessageTexts(
        language=file.text("language"),
        subject=file.text("subject"),
        opening=file.text("opening"),
        told={kind: told.text(kind) for kind in MessageKind},
        where=file.text("where"),
        link=file.text("link"),
        closing=file.text("closing"),
    )
    told.close()
    file.close()
    _check(texts, place)
    return texts


def _check(texts: MessageTexts, place: str) -> None:
    if not _LANGUAGE.fullmatch(texts.language):
        raise Misconfigured("A language is two or three small letters, as in en.", place=f"{place}: language")
    if not texts.subject.isprintable():
        raise Misconfigured("A subject is one line.", place=f"{place}: subject")
    for name in ("subject", "opening", "where", "closing"):
        _check_parts(getattr(texts, name), [], f"{place}: {name}")
    for kind, text in texts.told.items():
        _check_parts(text, [], f"{place}: told.{kind}")
    _check_parts(texts.link, ["link"], f"{place}: link")


def _check_parts(text: str, wanted: list[str], place: str) -> None:
    rest = _PART.sub("", text)
    if _PART.findall(text) != wanted or "{" in rest or "}" in rest:
        named = ", ".join(f"{{{each}}}" for each in wanted) or "none"
        raise Misconfigured(f"The sentence takes these parts, and no others: {named}.", place=place)


def text_of(texts: MessageTexts, kind: MessageKind, link: str | None) -> str:
    """Return the whole text of a message; *link* only for who asked for one.

    What tells one kind from another comes late: a lock screen shows the beginning.
    """
    where = texts.where if link is None else f"{texts.where}\n\n{texts.link.replace('{link}', link)}"
    return "\n\n".join((texts.opening, where, texts.told[kind], texts.closing)) + "\n"


def texts_for(known: Mapping[str, MessageTexts], language: str) -> MessageTexts:
    """Return the sentences in a language that somebody said (`de`, `de-AT`), or in English."""
    primary = language.strip().lower().replace("_", "-").partition("-")[0]
    return known.get(primary) or known[ENGLISH]
