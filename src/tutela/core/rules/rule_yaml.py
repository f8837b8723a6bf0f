"""A rule file as nodes that know where they stand: YAML without anchors, tags and everything else that surprises.

Composed here from the reader's events and not by the reader itself: depth and number are bounded before anything is
built, whatever the bytes are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from tutela.core.rules.problems import Problem, refusal
from tutela.core.rules.rule_layout import misplaced
from tutela.errors import RuleProblem

MAX_FILE_BYTES = 256 * 1024
"""Of one file of rules: some two hundred rules with their tests."""

MAX_FILE_DEPTH = 16
"""Of lists and tables in each other; a rule with all that it may have comes to nine."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # twenty times as fast; the same events and places
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not take, and the ends of lines that only YAML knows."""


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the file."""

    start: int  #: its first character
    end: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """A word or a text, as it was written: what it means is for whoever asks for it to say."""

    value: str
    is_plain: bool  #: without quotes and not as a block


@dataclass(frozen=True, slots=True)
class Series(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class Table(Node):
    """Keys and what each says."""

    pairs: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


def text_of(source: bytes) -> str:
    """Return the text of a file, with every end of a line as one character.

    Raises:
        tutela.errors.RuleProblem: It is too large, no UTF-8, or holds characters that no rule needs.
    """
    if len(source) > MAX_FILE_BYTES:
        raise _whole(f"this is larger than {MAX_FILE_BYTES // 1024} KiB", "split it: each file is read by itself")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8", "replace")
        raise refusal(
            [Problem(len(before), len(before) + 1, "this is no UTF-8", "save the file as UTF-8")], before
        ) from None
    return checked_text(text)


def checked_text(text: str) -> str:
    """Return *text* with every end of a line as one character.

    Raises:
        tutela.errors.RuleProblem: It is too large, or holds characters that no rule needs.
    """
    if len(text) > MAX_FILE_BYTES:
        raise _whole(f"this is larger than {MAX_FILE_BYTES // 1024} KiB", "split it: each file is read by itself")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    wrong = _FORBIDDEN.search(text)
    if wrong is not None:
        hint = 'inside double quotes it can be written as "\\uXXXX"'
        problem = Problem(
            wrong.start(), wrong.end(), f"the character U+{ord(wrong.group()):04X} cannot stand here", hint
        )
        raise refusal([problem], text)
    return text


def compose(text: str) -> Node | None:
    """Return the one document in *text*; none when it is empty.

    Raises:
        tutela.errors.RuleProblem: It is no YAML, or YAML that a rule file does not take.
    """
    document: list[Node] = []
    open_nodes: list[_Open] = [_Open(Series(0, 0, document))]
    for event in _events(text):
        _check(event, text)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(open_nodes) > MAX_FILE_DEPTH:
                raise _at(event, text, "lists and tables stand too deep in each other", "no rule needs it")
            open_nodes.append(_Open(_opened(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            node = open_nodes.pop().node
            open_nodes[-1].take(node, text)
        elif isinstance(event, yaml.ScalarEvent):
            start, end = _index(event.start_mark), _index(event.end_mark)
            is_plain = event.style in {None, ""}
            open_nodes[-1].take(Scalar(start, end, event.value, is_plain), text)
    if len(document) > 1:
        raise refusal([_problem(document[1], "this is a second document", "write all rules as one list")], text)
    return document[0] if document else None


@dataclass(slots=True)
class _Open:
    """A list or table that has begun, and the key that waits for what it says."""

    node: Series | Table
    key: Scalar | None = None

    def take(self, node: Node, text: str) -> None:
        if isinstance(self.node, Series):
            self.node.items.append(node)
        elif self.key is None:
            if not isinstance(node, Scalar):
                raise refusal([_problem(node, "a key is a word", "quote what begins with { or [")], text)
            if node.value in self.node.pairs:
                raise refusal([_better(_problem(node, "this key is there twice", "leave one of them out"), text)], text)
            self.key = node
        else:
            self.node.pairs[self.key.value], self.key = (self.key, node), None


def _opened(event: yaml.CollectionStartEvent) -> Series | Table:
    start, end = _index(event.start_mark), _index(event.end_mark)
    if isinstance(event, yaml.MappingStartEvent):
        return Table(start, max(end, start + 1))
    return Series(start, max(end, start + 1), is_block=not event.flow_style)


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise refusal([_no_yaml(error, text)], text) from None
    except yaml.YAMLError:
        raise _whole("this is no YAML", "begin with `- rule: name-of-the-rule`") from None


_QUOTE: Final = 'a text with ": ", " #", or a bracket or quote in front must be quoted, or written as a block after >'
_LINED_UP: Final = "what belongs together begins in the same column: line it up with the line above it, by blanks"
_HINTS: Final = (
    ("did not find expected key", _LINED_UP),
    ("did not find expected '-' indicator", _LINED_UP),
    ("mapping values are not allowed", f"{_LINED_UP}; and {_QUOTE}"),
)
"""By how the parser words a problem. What it says of others is about a text that should have been quoted."""


def _no_yaml(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """Return where the parser could not go on, or where what it waited for began, with what was probably meant."""
    told = str(error.problem)
    hint = next((hint for words, hint in _HINTS if told.startswith(words)), _QUOTE)
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(text)) if mark else 0
    return _better(Problem(index, index + 1, f"this is no YAML: {told}", hint), text)


def _better(noticed: Problem, text: str) -> Problem:
    """Return what the lines themselves say is wrong, where that explains what was noticed; else that."""
    found = misplaced(text)
    is_after = found is not None and text.count("\n", 0, found.start) > text.count("\n", 0, noticed.start)
    return noticed if found is None or is_after else found


def _check(event: yaml.Event, text: str) -> None:
    """Refuse what makes a file mean something else than it seems to."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _at(event, text, "a rule file has no anchors and aliases", "write it out again")
    if getattr(event, "tag", None) is not None:
        raise _at(event, text, "a rule file has no tags", "leave out what begins with `!`")
    if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
        raise _at(event, text, "a rule file has no directives", "leave out what begins with `%`")


def _at(event: yaml.Event, text: str, message: str, hint: str) -> RuleProblem:
    start = _index(event.start_mark)
    return refusal([Problem(start, start + 1, message, hint)], text)


def _index(mark: Any) -> int:
    return 0 if mark is None else int(mark.index)


def _problem(node: Node, message: str, hint: str) -> Problem:
    return Problem(node.start, node.end, message, hint)


def _whole(message: str, hint: str) -> RuleProblem:
    return refusal([Problem(0, 1, message, hint)], "")


def offsets_in(scalar: Scalar, text: str) -> list[int]:
    """Return for each character of the scalar's value, and for its end, where in *text* it stands.

    Only blanks differ between a value and how it is written, unless it has escapes: these are pointed at roughly.
    """
    at, last = scalar.start, scalar.start
    if not scalar.is_plain and text[at : at + 3].lstrip()[:1] in {">", "|"}:
        at = text.find("\n", at) + 1 or at
    found = []
    for char in scalar.value:
        if not char.isspace():
            at = text.find(char, at, scalar.end)
            if at < 0:  # an escape
                at = last
            last, at = at, at + 1
            found.append(last)
        else:
            found.append(at)
    return [*found, min(at, scalar.end)]
