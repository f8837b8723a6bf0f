"""When a name in a message matters (P11): never alone, not where people speak of themselves or help to search.

What comes out is for review only. Nothing that leaves a name out touches what stands beside it: a keyword, a link or
known media has its own consequences, with the name or without.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tutela.core.keyed import Word
from tutela.core.names.exemptions import Exemptions
from tutela.core.names.index import NameHit
from tutela.core.policy import Ceiling, VisibilityCeiling

REVIEW_ONLY: Final = Ceiling(VisibilityCeiling.CASE)
"""As far as a machine goes because of a name: a person looks."""

_POSSESSIVES: Final = ("'s", "\N{RIGHT SINGLE QUOTATION MARK}s")


class Beside(StrEnum):
    """What can stand beside a name so that it matters."""

    KEYWORD = "keyword"  #: an entry of a bank of keywords
    LINK = "link"  #: an entry of a bank of links
    MEDIA = "media"  #: media of a bank, in the same item


class LeftOut(StrEnum):
    """Why a name does not count."""

    ALONE = "alone"  #: nothing stands beside it
    DISPLAY_NAME = "display_name"  #: it is what the author is called here
    INTRODUCTION = "introduction"  #: "my name is ..."
    OFFICIAL_ALERT = "official_alert"  #: a search for somebody who is missing


@dataclass(frozen=True, slots=True)
class NameContext:
    """What is known about the message and its author."""

    beside: frozenset[Beside] = frozenset()
    author_words: tuple[str, ...] = ()  #: the folded words of what the author is called
    link_hosts: tuple[str, ...] = ()  #: of all links in the message, in lower case


@dataclass(frozen=True, slots=True)
class NameSignal:
    """Names that a person should look at, and what stands beside them."""

    hits: tuple[NameHit, ...]
    beside: frozenset[Beside]
    ceiling: Ceiling = REVIEW_ONLY


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the names of a message come to, and why the others do not count."""

    signal: NameSignal | None
    left_out: tuple[tuple[NameHit, LeftOut], ...]


def weigh(hits: Sequence[NameHit], words: Sequence[Word], context: NameContext, exemptions: Exemptions) -> Weighed:
    """Return whether names in a message matter.

    Args:
        hits: As `NameIndex.find` returned them for *words*.
        words: All words of the message.
        context: What else is known.
        exemptions: How people name themselves, and what an official search looks like.
    """
    if not hits:
        return Weighed(None, ())
    is_alert = exemptions.is_official(context.link_hosts) or _has_any(words, exemptions.alerts)
    reasons = [(hit, _reason(hit, words, context, exemptions, is_alert=is_alert)) for hit in hits]
    counting = tuple(hit for hit, reason in reasons if reason is None)
    left_out = tuple((hit, reason) for hit, reason in reasons if reason is not None)
    return Weighed(NameSignal(counting, context.beside) if counting else None, left_out)


def _reason(
    hit: NameHit, words: Sequence[Word], context: NameContext, exemptions: Exemptions, *, is_alert: bool
) -> LeftOut | None:
    """Return why a name does not count; the first reason of several, since each is enough."""
    if not context.beside:
        return LeftOut.ALONE
    named = {text for text, _, _ in words[hit.first_word : hit.first_word + hit.words]}
    if named <= {*context.author_words, "".join(context.author_words)}:
        return LeftOut.DISPLAY_NAME
    if _is_introduced(hit, words, exemptions):
        return LeftOut.INTRODUCTION
    return LeftOut.OFFICIAL_ALERT if is_alert else None


def _is_introduced(hit: NameHit, words: Sequence[Word], exemptions: Exemptions) -> bool:
    """Return whether a phrase such as "i am" stands right before a name: not before "Ann Bell's uncle"."""
    after = hit.first_word + hit.words
    if words[after - 1][0].endswith(_POSSESSIVES) or [text for text, _, _ in words[after : after + 1]] == ["s"]:
        return False
    longest = max(map(len, exemptions.introductions), default=0)
    before = tuple(text for text, _, _ in words[max(0, hit.first_word - longest) : hit.first_word])
    return any(before[-size:] in exemptions.introductions for size in range(1, len(before) + 1))


def _has_any(words: Sequence[Word], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Return whether one of some phrases stands in a text."""
    return any(each in phrases for each in _stretches([text for text, _, _ in words], {len(each) for each in phrases}))


def _stretches(texts: Sequence[str], sizes: set[int]) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        yield from (tuple(texts[first : first + size]) for first in range(len(texts) - size + 1))
