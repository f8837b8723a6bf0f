"""A thousand cases of the demo's mix, laid by the flows that lay them anywhere, and people who decide them.

The pictures are harmless, made up and small. What is near is a copy that was really saved anew; what is exact is the
same file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

import worded
from answering import Office
from demo_mix import MIX
from make import Home, md5, pdq, submission
from tutela.bootstrap import House
from tutela.config import _AT_MOST
from tutela.core.cases import Case
from tutela.core.conclusions import Conclusion
from tutela.core.exposure import PAUSE, Comfort, ExposureLimits
from tutela.core.findings import Decider, Facts
from tutela.core.ids import MediaId, SessionId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.permissions import Principal
from tutela.core.policy import Verification
from tutela.core.units import Duration
from tutela.core.view_log import Span
from tutela.core.views import DECIDING, Purpose
from tutela.errors import CapReached
from tutela.flows.evidence import Evidence
from tutela.flows.lay_out_case import CaseLayout
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.next_case import NextCase
from tutela.flows.open_view import PartAsked
from tutela.flows.submission import Submission
from tutela.ports.cases import EVERY_QUEUE
from tutela.sandbox.pictures import generated
from tutela.sandbox.variants import encode, original

CASES = 1000
SEEDS = tuple(seed for seed in range(100, 220) if seed % 4 in (0, 3))
"""What is on the list, two kinds of scenes: of none come so many copies that its entry is braked."""

SIZE = (160, 112)
QUALITIES = range(90, 58, -2)
WORD = "blorvex"
AT_ONCE = 50
MINUTE, LOOK, SHIFT = timedelta(minutes=1), timedelta(seconds=10), timedelta(hours=8)
_WHOLE = PartAsked()


def reasons() -> list[str]:
    """Return why each of a thousand cases is there, in the shares of the demo; the same on every machine."""
    waiting, counts = list(MIX), np.array(list(MIX.values()))
    drawn = np.random.default_rng(8420).choice(len(waiting), size=CASES, p=counts / counts.sum())
    return [waiting[place] for place in drawn]


def lay(home: Home) -> list[str]:
    """List scenes, have a thousand accounts post, and return why each of the cases is there, in their order."""
    for known in map(home.upload, files()):
        home.list(pdq(known), name="near", verification=Verification.ONE_ANALYST)
        home.list(md5(known), name="exact")
    worded.keywords(home.house, WORD)
    order, pictures = reasons(), {"near match": near_copies(), "exact digest": iter(files())}
    posts = [_post(home, number, reason, pictures.get(reason)) for number, reason in enumerate(order)]
    for first in range(0, CASES, AT_ONCE):
        home.submit_all(*posts[first : first + AT_ONCE])
        home.clock.advance(minutes=1)
    for number in (each for each, reason in enumerate(order) if reason == "decision pending"):
        _hold_by_hand(home.house, f"mix-{number}")
    return order


def files() -> list[bytes]:
    """Return what is on the list, byte by byte."""
    return [original(generated(seed, SIZE)) for seed in SEEDS]


def near_copies() -> Iterator[bytes]:
    """Return files that are copies of what is on the list, each saved otherwise."""
    scenes = [generated(seed, SIZE) for seed in SEEDS]
    return (encode(each, quality=quality) for quality in QUALITIES for each in scenes)


def post_many(home: Home, count: int) -> None:
    """List one scene, and have one account post as many copies of it at once."""
    scene = generated(SEEDS[0], SIZE)
    home.list(pdq(home.upload(original(scene))), name="near", verification=Verification.ONE_ANALYST)
    copies = [home.upload(encode(scene, quality=95 - place)) for place in range(count)]
    home.submit_all(submission("many", *copies, author="one-author"))


def _post(home: Home, number: int, reason: str, pictures: Iterator[bytes] | None) -> Submission:
    name, author = f"mix-{number}", f"author-{number}"
    if pictures is not None:
        return submission(name, home.upload(next(pictures)), author=author)
    return submission(name, author=author, text=WORD if reason == "rule" else "boats, today only")


def _hold_by_hand(house: House, name: str) -> None:
    """Hold an item under a house rule until somebody decides."""
    hold = AskedMeasure(MeasureKind.HOLD, On(SubjectKind.ITEM, name))
    house.decide(Asked(clause="house.spam", facts=Facts("reported"), decider=Decider("key_desk"), measures=(hold,)))


@dataclass(slots=True)
class Reviewer:
    """Somebody who decides case after case: what the demo shows is harmless, and that is what they find."""

    office: Office
    who: Principal
    evidence: Evidence
    take: NextCase
    is_protected: bool  #: looks where the console offers it and rests when it says so; else looks at all of everything
    decided: int = 0
    breaks: int = 0
    rests_until: datetime | None = None

    @property
    def principal(self) -> Principal:
        """Return them as they are in their session, proved a moment ago."""
        return replace(self.who, session_id=SessionId(f"ses_{self.who.id}"), proven_at=self.office.home.clock.now())

    def work(self) -> bool:
        """Open the next case, look as far as is needed and allowed, decide it; return whether any is left for them."""
        clock, cases = self.office.home.clock, self.office.home.house.cases
        if self.rests_until is not None and clock.now() < self.rests_until:
            return True
        found = self.take(self.principal, EVERY_QUEUE)
        if found is None:
            return False
        case = found.shown.case
        laid = cases.lay_out(self.principal, case.id)
        for media_id, purpose in self._wanted(laid):
            self._look(case, media_id, purpose)
        self.office.answer(self.principal, case.id, Conclusion.NO_VIOLATION, version=case.version)
        self.decided += 1
        if self.is_protected and cases.exposure.standing(self.principal).is_break_due:
            self.breaks, self.rests_until = self.breaks + 1, clock.now() + PAUSE.delta
        return True

    def _wanted(self, laid: CaseLayout) -> list[tuple[MediaId, Purpose]]:
        """Return what they look at: small, one of each group that no list knows byte by byte; or each, all of it."""
        if not self.is_protected:
            return [(each, Purpose.FULL_LOOK) for each in laid.media]
        return [(group.first.id, Purpose.LOOK) for group in laid.groups if not group.is_exact]

    def _look(self, case: Case, media_id: MediaId, purpose: Purpose) -> None:
        clock = self.office.home.clock
        reason = DECIDING[case.state_at(clock.now())]
        try:
            granted = self.evidence.grant(self.principal, case.id, media_id, purpose, reason)
        except CapReached:
            return  # decided from the match
        opened = self.evidence.open(self.principal, granted.token, _WHOLE)
        self.evidence.open.sent(opened, Span(0, sum(len(piece) for piece in opened.pieces)))
        clock.advance(seconds=LOOK.total_seconds())
        self.evidence.keep.give_back(self.principal, granted.token)


def protected(office: Office, who: Principal) -> Reviewer:
    """Return somebody who works with the console as it ships."""
    house = office.home.house
    return Reviewer(office, who, house.evidence, house.cases.next, is_protected=True)


def unprotected(office: Office, who: Principal) -> Reviewer:
    """Return somebody with every protection off: what a setting can widen is as wide as any can be."""
    house = office.home.house
    widest = ExposureLimits(_AT_MOST["exposure_severe_per_day"], Duration(minutes=_AT_MOST["exposure_minutes_per_day"]))
    grant = replace(house.evidence.grant, exposure=replace(house.exposure, limits=widest))
    house.exposure.keep_comfort(who, Comfort(is_grey=False))
    evidence, take = replace(house.evidence, grant=grant), replace(house.cases.next, give=None)
    return Reviewer(office, who, evidence, take, is_protected=False)


def work_off(home: Home, *people: Reviewer) -> None:
    """Have *people* decide a case a minute each, eight hours a day, until nothing is left for any of them."""
    began = now = home.clock.now()
    is_left = True
    while is_left:
        is_left = False
        for place, each in enumerate(people):
            home.clock.set(now + place * MINUTE / len(people))
            is_left |= each.work()
        now += MINUTE
        if now - began >= SHIFT:
            began = now = began + timedelta(days=1)
