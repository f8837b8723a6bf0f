"""What is read of a text takes work in proportion to its length, counted in lines of our own code that run.

A pattern that the interpreter runs counts as one line: texts of three hundred thousand characters, for which one that
goes back and forth would take minutes, are tried in `test_keyword_disguises` and `test_links_extraction`.
"""

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from core.test_keyword_disguises import BANK
from core.test_keyword_disguises import HOSTILE as DISGUISES
from core.test_links_extraction import HOSTILE as LINKS
from core.test_names import entry, index
from core.test_similar import ADVERT, known
from core.test_similar import KEY as TEXT_KEY
from tutela.core.links import extract
from tutela.core.similar import likeness_keys, shingled
from tutela.core.words.folding import Folded

SHORT, TIMES = 1_200, 4
MOST = 1.2
"""How much more than in proportion: buffers that double, bounds that begin to be met, marks at the ends."""

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = index(entry("Brisa Quandelor"))
UNITS = sorted({*DISGUISES, *LINKS, "\ufdfa", "brisa ", "brisa quandelor "})


def fold_and_look_for_names(text: str) -> object:
    """Look for names, and for texts that are nearly the same, as a message of these words is looked at."""
    words = [(found[0], *found.span()) for found in re.finditer(r"\w+", str(Folded(text)))]
    pieces = shingled(words, TEXT_KEY)
    return NAMES.find(words, NOW), known(ADVERT).find(pieces, words), likeness_keys(pieces)


READERS: dict[str, Callable[[str], object]] = {
    "keywords": BANK.find,
    "links": extract,
    "names and similar texts": fold_and_look_for_names,
}


def lines_run(work: Callable[[], object]) -> int:
    """Return how many lines of ours run; a loop on one line counts each time round."""
    count = 0

    def local(_: FrameType, happened: str, __: Any) -> Any:
        nonlocal count
        count += happened == "line"
        return local

    def called(frame: FrameType, _: str, __: Any) -> Any:
        return local if "tutela" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(called)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_four_times_the_work(reader: str, unit: str) -> None:
    """Of every unit that was found to be hostile to something."""
    read = READERS[reader]
    short = unit * (SHORT // len(unit))
    read(short)  # what is remembered between texts is remembered

    once, often = lines_run(lambda: read(short)), lines_run(lambda: read(short * TIMES))

    assert often <= MOST * TIMES * once


def test_what_grows_faster_is_told() -> None:
    """The count is of something: a loop in a loop does not pass for one."""
    space = {"__name__": "tutela"}
    exec(compile("def pairs(n):\n    return [a for a in range(n) for b in range(n)]", "tutela", "exec"), space)  # noqa: S102  # a file name of ours
    pairs: Any = space["pairs"]

    assert lines_run(lambda: pairs(80)) > MOST * TIMES * lines_run(lambda: pairs(20))
