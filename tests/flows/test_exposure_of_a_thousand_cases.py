"""How much is shown over a thousand decided cases of the demo's mix, with the protections and without them.

Nothing here is reckoned: the cases are laid, claimed, opened and decided by the flows of the console, every look is
granted, drawn, sent and given back, and what was shown is read from the log of views. Two people decide each case with
a picture, one of them with the console as it ships, the other with every protection off: both see the same cases.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import make
import thousand
from answering import ADA, BEA, Office
from demo_mix import WITH_PICTURE
from make import Home
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.twins.clock import SeededEntropy
from tutela.core.exposure import DAY, FIGURES_FOR
from tutela.core.permissions import Principal
from tutela.core.view_log import LoggedView, covers
from tutela.core.views import Purpose, Rendition
from tutela.ports.cases import ListFilter
from tutela.ports.views import ViewFilter

DOCS = Path(__file__).parents[2] / "docs"
PEOPLE = (ADA, BEA)


@pytest.fixture
def mixed(tmp_path: Path, scanner: ChildScanner) -> Iterator[Office]:
    """Yield an office of two in which the same happens on every run, and in the end agrees with its audit."""
    with make.house(tmp_path, scanner) as home:
        home.house.entropy = SeededEntropy("mix")  # whose next case is an ordinary one is drawn
        yield Office(home, list(PEOPLE))
        assert home.house.verify().breaches == ()
        home.house.renderer.close()


def log_of(home: Home, who: Principal) -> list[LoggedView]:
    """Return every look of somebody, as it was recorded."""
    return [each for each in home.house.evidence.views.page(ViewFilter(limit=10_000)) if each.grant.person_id == who.id]


def open_cases(home: Home) -> int:
    """Return how many cases wait."""
    with home.house.store.read() as reader:
        return len(reader.open_cases_page(None, 2 * thousand.CASES, ListFilter(home.clock.now())))


def shown(log: list[LoggedView]) -> Counter[tuple[Purpose, Rendition | None]]:
    """Return how often what was shown, and in which form."""
    return Counter((each.grant.purpose, each.grant.rendition) for each in log)


def most_in_a_day(home: Home, who: Principal) -> int:
    """Return how many looks somebody took in any twenty-four hours, whatever the shift."""
    looks = home.house.exposure.book.looks_of(who.id, home.clock.now() - FIGURES_FOR.delta)
    return max(sum(each.at - DAY.delta <= other.at <= each.at for other in looks) for each in looks)


def are_told(*sentences: str) -> None:
    """Say that what is told of the protections is what was counted."""
    names = ("how-to/review-in-the-console.md", "reference/figures.md")
    told = " ".join(" ".join((DOCS / name).read_text(encoding="utf-8").split()) for name in names)
    assert [each for each in sentences if each not in told] == []


def test_of_a_thousand_decided_cases_a_part_is_shown_and_nothing_at_full_size(mixed: Office) -> None:
    """Every picture whole without the protections; with them no exact match, and a bounded number small and grey."""
    home = mixed.home
    laid = Counter(thousand.lay(home))
    pictures = sum(laid[each] for each in WITH_PICTURE)
    assert open_cases(home) == thousand.CASES
    ada, bea = thousand.protected(mixed, ADA), thousand.unprotected(mixed, BEA)
    thousand.work_off(home, ada, bea)
    assert open_cases(home) == 0
    assert ada.decided + bea.decided == thousand.CASES + pictures  # a picture takes two people

    without, protects = log_of(home, BEA), log_of(home, ADA)
    assert shown(without) == {(Purpose.FULL_LOOK, Rendition.WATERMARKED): pictures}
    assert all(each.size_bytes is not None and covers(each.spans, each.size_bytes) for each in without)
    assert shown(protects) == {(Purpose.LOOK, Rendition.FILTERED): len(protects)}
    assert 3 * len(protects) < len(without)

    whole = {each.sha256 for each in without}
    on_list = {hashlib.sha256(each).hexdigest() for each in thousand.files()}
    assert len(whole & on_list) == laid["exact digest"]
    assert not {each.sha256 for each in protects} & on_list

    limit = home.house.exposure.limits.severe
    most = [most_in_a_day(home, who) for who in PEOPLE]
    assert most[0] == limit < most[1]
    assert ada.breaks >= len(protects) // 25  # one is due after twenty, and whoever is in a case decides it first
    figures = [home.house.exposure.figures(who)[90] for who in PEOPLE]
    assert [(each.severe, each.length) for each in figures] == [
        (len(log), len(log) * thousand.LOOK) for log in (protects, without)
    ]
    minutes = [round(each.length / thousand.MINUTE) for each in figures]
    are_told(
        f"| pictures shown to one person | {len(protects)} | {pictures} | {pictures / len(protects):.1f} |",
        f"| of these on a list byte by byte | none | {laid['exact digest']} | |",
        f"| minutes of looking, ten seconds a look | {minutes[0]} | {minutes[1]} | {minutes[1] / minutes[0]:.1f} |",
        f"| breaks of ten minutes that were due and taken | {ada.breaks} | none | |",
        f"| the most in any 24 hours | {most[0]} | {most[1]} | |",
        f"{pictures} pictures at full size and in colour",
        f"{len(protects)} looks, small, grey and blurred, with {ada.breaks} breaks",
    )


def test_near_copies_by_one_account_take_one_look_in_place_of_one_each(mixed: Office) -> None:
    """Whoever posts many copies shows a reviewer one of them: the same case, decided by both."""
    copies = 12
    thousand.post_many(mixed.home, copies)
    thousand.work_off(mixed.home, thousand.protected(mixed, ADA), thousand.unprotected(mixed, BEA))
    assert open_cases(mixed.home) == 0
    assert [len(log_of(mixed.home, who)) for who in PEOPLE] == [1, copies]
