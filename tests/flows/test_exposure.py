"""Exposure kept within bounds: figures for oneself, a cap that stops looks, and work that is mixed in."""

import os
from datetime import timedelta
from typing import Any

import pytest

from answering import ADA, BEA, Office, person
from make import Home, photo
from reviewing import laid
from tutela.core.cases import CaseReason
from tutela.core.exposure import GROUP, Blur, Comfort, ExposureLimits, Stage
from tutela.core.ids import CaseId, ClauseId, MediaId, PersonId, SessionId, ViewId
from tutela.core.permissions import ROLE_SCOPES, Principal, StaffRole
from tutela.core.units import Duration
from tutela.core.views import Grant, Purpose, Rendition, ViewReason
from tutela.errors import CapReached, Forbidden
from tutela.flows.keep_exposure import KeepExposure
from tutela.flows.refer import MediaReference
from tutela.ports.cases import EVERY_QUEUE
from tutela.ports.views import Opening

OFFICE = Office


def seen(home: Home, who: Principal, case_id: CaseId, media_id: MediaId, *, seconds: int = 5) -> None:
    """Have somebody take one look that lasts so long."""
    house, now = home.house, home.clock.now()
    grant = Grant(
        ViewId(house.entropy.new_id("view")), PersonId(who.id), SessionId("ses_1"), media_id, case_id, Purpose.LOOK,
        ViewReason.DECIDE, now, now + timedelta(minutes=5),
    )  # fmt: skip
    views = house.evidence.views
    views.add(grant, house.entropy.token(16))
    opened = views.open(grant, Opening(Rendition.FILTERED, 10, None), now, now + timedelta(minutes=10))
    assert opened is not None
    views.revoke(opened, who.id, now + timedelta(seconds=seconds))


@pytest.fixture
def hard(home_anywhere: Home) -> tuple[Home, CaseId, MediaId]:
    """Return a case under one of the twelve, and what lies in it."""
    media = home_anywhere.upload(photo())
    case_id, _, _ = laid(
        home_anywhere.house, clause="cse.depiction", reason=CaseReason.NEAR_MATCH, media=(MediaReference(media.id),)
    )
    return home_anywhere, case_id, media.id


def test_a_cap_warns_stops_looks_and_lets_everything_else_go_on(hard: tuple[Home, CaseId, MediaId]) -> None:
    """A day later it is over; a colleague is not held back by it."""
    home, case_id, media_id = hard
    keep = home.house.exposure
    few = KeepExposure(keep.book, ExposureLimits(5, Duration(minutes=60)), keep.policy, keep.clock)
    for count in range(1, 6):
        few.check(ADA)
        seen(home, ADA, case_id, media_id)
        home.clock.advance(minutes=1)
        stage = few.standing(ADA).stage
        assert stage is (Stage.FREE if count < 4 else Stage.WARNED if count == 4 else Stage.STOPPED)
    with pytest.raises(CapReached):
        few.check(ADA)
    few.check(BEA)
    assert home.house.cases.claim(ADA, case_id).is_own
    figures = few.figures(ADA)
    assert [(days, each.severe) for days, each in figures.items()] == [(1, 5), (7, 5), (30, 5), (90, 5)]
    assert figures[1].length == timedelta(seconds=25)
    home.clock.advance(days=1)
    few.check(ADA)
    assert few.figures(ADA)[1].looks == 0


@pytest.mark.both_databases
def test_what_somebody_declines_they_are_not_offered_and_others_are(hard: tuple[Home, CaseId, MediaId]) -> None:
    """Nobody is asked why, and the audit says nothing of it."""
    home, case_id, _ = hard
    house = home.house
    house.exposure.decline(ADA, ["cse.depiction", "no.such.clause"])
    assert house.exposure.declined(ADA) == {ClauseId("cse.depiction")}
    assert house.exposure.declined(BEA) == frozenset()
    assert house.cases.next(ADA, EVERY_QUEUE) is None
    found = house.cases.next(BEA, EVERY_QUEUE)
    assert found is not None
    assert found.shown.case.id == case_id
    house.cases.release(BEA, case_id)
    house.exposure.decline(ADA, [])
    assert house.cases.next(ADA, EVERY_QUEUE) is not None


@pytest.mark.both_databases
def test_how_somebody_wants_to_be_shown_things_is_kept_for_them_alone(hard: tuple[Home, CaseId, MediaId]) -> None:
    """The usual for whoever never said; what was said last holds, and the audit says nothing of it."""
    keep = hard[0].house.exposure
    assert keep.comfort(ADA) == Comfort(Blur.DRAWN, is_grey=True)
    for wanted in (Comfort(Blur.MOST, is_grey=False), Comfort(Blur.MORE, is_grey=True)):
        keep.keep_comfort(ADA, wanted)
        assert keep.comfort(ADA) == wanted
    assert keep.comfort(BEA) == Comfort()


def test_other_work_is_mixed_in_after_many_hard_looks(
    hard: tuple[Home, CaseId, MediaId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never before danger or what is late, and never when somebody asked for one clause."""
    home, case_id, media_id = hard
    house = home.house
    calm, _, _ = laid(house, hours=200)
    # A draw of four bytes is always won; whatever has to be unique stays so.
    monkeypatch.setattr(type(house.entropy), "token", lambda _, size: bytes(size) if size == 4 else os.urandom(size))

    def given() -> Any:
        found = house.cases.next(ADA, EVERY_QUEUE)
        assert found is not None
        house.cases.release(ADA, found.shown.case.id)
        return found.shown.case.id

    assert given() == case_id
    for _ in range(5):
        seen(home, ADA, case_id, media_id)
    assert given() == calm
    home.clock.advance(minutes=30)
    assert given() == case_id
    for _ in range(5):
        seen(home, ADA, case_id, media_id)
    house.cases.danger(ADA, case_id, is_in_danger=True)
    assert given() == case_id


@pytest.mark.both_databases
def test_of_few_people_together_nothing_is_told(hard: tuple[Home, CaseId, MediaId]) -> None:
    """Five make a group; one figure of one of them is in none of it."""
    home, case_id, media_id = hard
    for number in range(1, GROUP + 1):
        seen(home, person(f"p{number}"), case_id, media_id)
        told = home.house.exposure.together(ADA)
        assert (told is None) == (number < GROUP)
    assert told is not None
    assert (told.people, told.looks, told.severe) == (5, 5, 5)


def test_who_may(office: Office) -> None:
    """One's own figures, for whoever works on cases; those of all, for whoever keeps quality; never somebody else's."""
    keep = office.home.house.exposure
    for role in StaffRole:
        who = person(f"the-{role.value}", role)
        verbs = [
            ("cases", keep.standing), ("cases", keep.figures), ("cases", keep.declined), ("quality", keep.together),
            ("cases", lambda of: keep.decline(of, [])), ("cases", keep.comfort),
            ("cases", lambda of: keep.keep_comfort(of, Comfort())),
        ]  # fmt: skip
        for takes, verb in verbs:
            if takes in ROLE_SCOPES[role]:
                verb(who)
            else:
                with pytest.raises(Forbidden):
                    verb(who)
