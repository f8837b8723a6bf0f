"""How much is shown over a thousand decided cases of the demo's mix, with the protections and without them.

Somebody decides a case each minute, eight hours a day, looks wherever they may, and takes each break that is due: the
most that can be shown to one person. Who decides a near copy from its match is shown less.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from demo_mix import MIX, WITH_PICTURE
from make import media
from tutela.config import Settings
from tutela.core.content import Media
from tutela.core.exposure import (
    DAY,
    PAUSE,
    ExposureLimits,
    LookTaken,
    exposure_of,
    free_again_at,
    is_break_due,
    wants_other_work,
)
from tutela.core.look_groups import look_groups
from tutela.core.units import Duration
from tutela.core.views import Purpose, Rendition, rendition_of

CASES = 1000
SHIFT = timedelta(hours=8)
MINUTE, LOOK = timedelta(minutes=1), timedelta(seconds=10)
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "review-in-the-console.md"


@dataclass(slots=True)
class Shown:
    """What somebody had to see."""

    whole: int = 0  #: at full size and in colour
    filtered: int = 0  #: small, grey and blurred, while a key was held
    breaks: int = 0
    looks: list[LookTaken] = field(default_factory=list)


def cases() -> list[str]:
    """Return why each of a thousand cases is there, in the shares of the demo; the same on every machine."""
    random = np.random.default_rng(8420)
    reasons, counts = list(MIX), np.array(list(MIX.values()))
    return [reasons[place] for place in random.choice(len(reasons), size=CASES, p=counts / counts.sum())]


def picture(number: int) -> Media:
    """Return a stored picture unlike every other."""
    return media(f"mix-{number}", width=640, height=448, media_type="image/jpeg", size_bytes=50_000)


def unprotected(reasons: list[str]) -> Shown:
    """Count as where a case shows all that lies in it when it is opened."""
    return Shown(whole=sum(each in WITH_PICTURE for each in reasons))


def protected(reasons: list[str], limits: ExposureLimits) -> Shown:
    """Count as the console shows it: nothing of exact matches, one look a group, filtered, bounded, with breaks."""
    shown, now = Shown(), datetime(2026, 3, 2, 8, tzinfo=UTC)
    began, ordinary, waiting = now, [n for n, each in enumerate(reasons) if each not in WITH_PICTURE], set(range(CASES))
    while waiting:
        if now - began >= SHIFT:
            began = now = began + timedelta(days=1)
        number = min(waiting)
        others = [each for each in ordinary if each in waiting]
        draw = hashlib.sha256(f"{len(waiting)}".encode()).digest()[:4]
        if others and wants_other_work(shown.looks, now, draw):
            number = others[0]
        waiting.remove(number)
        stored = [picture(number)] if reasons[number] in WITH_PICTURE else []
        exact = {each.id for each in stored if reasons[number] == "exact digest"}
        for group in look_groups(stored, exact):
            if group.is_exact or free_again_at(shown.looks, limits, now) is not None:
                continue  # decided from the match
            assert rendition_of(Purpose.LOOK, group.first) is Rendition.FILTERED
            shown.filtered += 1
            shown.looks.append(LookTaken(now, now + LOOK, is_severe=True))
        now += MINUTE
        if is_break_due(shown.looks, now):
            shown.breaks += 1
            now += PAUSE.delta
    return shown


@pytest.fixture(scope="module")
def both() -> tuple[Shown, Shown, ExposureLimits]:
    """Count once for all claims."""
    settings = Settings()
    limits = ExposureLimits(
        settings.exposure_severe_per_day, Duration(minutes=settings.exposure_minutes_per_day)
    )  # fmt: skip
    reasons = cases()
    return unprotected(reasons), protected(reasons, limits), limits


def test_less_is_shown_and_nothing_at_full_size(both: tuple[Shown, Shown, ExposureLimits]) -> None:
    """Without the protections a picture for almost every case; with them a bounded number of filtered ones."""
    without, protects, _ = both
    assert (without.whole, without.filtered) == (without.whole, 0)
    assert without.whole > 9 * CASES // 10
    assert protects.whole == 0
    assert 0 < protects.filtered < without.whole


def test_no_day_holds_more_than_the_cap_and_breaks_are_taken(both: tuple[Shown, Shown, ExposureLimits]) -> None:
    """In any twenty-four hours, whatever the shift."""
    _, protects, limits = both
    for each in protects.looks:
        day = [look for look in protects.looks if each.at - DAY.delta <= look.at <= each.at]
        assert exposure_of(day, each.at - DAY.delta).severe <= limits.severe
    assert protects.breaks >= protects.filtered // 40


def test_the_how_to_tells_these_figures(both: tuple[Shown, Shown, ExposureLimits]) -> None:
    """What is told of the protections is what this counts."""
    without, protects, _ = both
    told = " ".join(HOW_TO.read_text(encoding="utf-8").split())
    assert f"{without.whole} pictures at full size and in colour" in told
    assert f"{protects.filtered} looks, small, grey and blurred, with {protects.breaks} breaks" in told
