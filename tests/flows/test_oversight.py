"""What everybody sees, the register of bases, and a verification that runs beside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from answering import ACTOR, ADA, BEA, Office, person
from make import Home, md5, photo
from tutela.adapters.db.tables import audit_entries, audit_payloads
from tutela.core.conclusions import Conclusion
from tutela.core.content import AgeBand, Channel, ChannelKind
from tutela.core.onlookers import Onlooker
from tutela.core.operator import Basis, OperatorProfile, Technique, may_use
from tutela.core.permissions import StaffRole, at_machine
from tutela.errors import BadInput, Conflict, Forbidden, NotForYou, UnknownItem
from tutela.flows.read_bases import BasisState
from tutela.flows.show import Look
from tutela.flows.verify_beside import VerifyBeside
from tutela.flows.what_they_see import Persona
from tutela_client.verdict import Exposure

OFFICE = Office
AUDITOR = person("aud", StaffRole.AUDITOR)
ANALYST = person("ann", StaffRole.POLICY_ANALYST)


def test_an_item_that_nothing_holds_is_seen_and_a_listed_one_by_nobody(home_anywhere: Home) -> None:
    """The author included, on every kind of surface; what acts is named."""
    home = home_anywhere
    home.submit("free", home.upload(photo("flower")), author="ben")
    known = home.upload(photo("china"))
    home.list(md5(known))
    home.submit("listed", known)
    free, listed = (home.house.what_they_see(ADA, item) for item in ("free", "listed"))
    assert set(free.verdicts) == set(listed.verdicts) == set(Persona)
    assert {each.exposure for row in free.verdicts.values() for each in row.values()} == {Exposure.SHOW}
    assert {each.exposure for row in listed.verdicts.values() for each in row.values()} == {Exposure.ABSENT}
    assert (free.acting, bool(listed.acting), listed.author) == ((), True, "alice")


def test_it_says_what_the_platform_is_told(home: Home) -> None:
    """One engine: the verdict of each persona is the one of the question that a platform would ask."""
    home.submit("free", home.upload(photo("flower")))
    seen = home.house.what_they_see(ADA, "free", "IS")
    for surface in seen.surfaces:
        asked = Look(Onlooker(None, AgeBand.ADULT, frozenset({"IS"})), surface, ("free",), is_explained=True)
        assert home.house.show(asked).items["free"] == seen.verdicts[Persona.STRANGER][surface]


def test_what_they_see_is_refused_where_it_is_not_theirs(office_anywhere: Office) -> None:
    """No scope, no item, no country, an account of their own, or a first answer that they must not learn (P3)."""
    office, see = office_anywhere, office_anywhere.home.house.what_they_see
    office.post(near=True)
    with pytest.raises(Forbidden):
        see(person("adm", StaffRole.ADMINISTRATOR), "post")
    with pytest.raises(UnknownItem):
        see(ADA, "none")
    with pytest.raises(BadInput, match="two capital letters"):
        see(ADA, "post", "Iceland")
    office.decide(BEA, office.case().id, Conclusion.VIOLATION, parts=ACTOR)
    with pytest.raises(Forbidden, match="somebody answered"):
        see(ADA, "post")
    assert see(BEA, "post").author == "alice"
    office.home.house.cases.own.add(BEA, ["alice"])
    with pytest.raises(NotForYou):
        see(BEA, "post")


def test_the_register_says_how_each_basis_stands_and_where_there_is_none(home: Home) -> None:
    """To come, in force, ending soon and lapsed; a channel without a basis is named."""
    now, profile = home.clock.now(), home.house.profile
    days = {
        BasisState.TO_COME: (10, None), BasisState.IN_FORCE: (-10, None), BasisState.ENDS_SOON: (-10, 3),
        BasisState.LAPSED: (-10, -1),
    }  # fmt: skip
    bases = tuple(
        Basis(
            "IS", ChannelKind.GROUP, "known_images", "a law", state.value, now + timedelta(days=since),
            None if until is None else now + timedelta(days=until),
        )
        for state, (since, until) in days.items()
    )  # fmt: skip
    services = (ChannelKind.PUBLIC, ChannelKind.PRIVATE)
    profile.write(replace(profile.read(), bases=bases, services=services, user_regions=("IS",)))
    register = home.house.read_bases(AUDITOR)
    assert {each.basis.reference: each.state for each in register.bases} == {each.value: each for each in BasisState}
    assert {each.channel for each in register.unwatched} == {ChannelKind.PRIVATE}
    with pytest.raises(Forbidden):
        home.house.read_bases(ADA)


def test_a_basis_is_recorded_and_ended_by_a_named_person_and_acts_at_once(home_anywhere: Home) -> None:
    """What was told beforehand is what happens; whoever changed the profile meanwhile is not written over."""
    house, clock = home_anywhere.house, home_anywhere.clock
    start = OperatorProfile("DE", ("DE",), (ChannelKind.PUBLIC, ChannelKind.PRIVATE))
    house.profile.write(start)
    new = Basis("DE", ChannelKind.PRIVATE, Technique.KNOWN_IMAGES, "a law", "an assessment", clock.now())
    seen = house.keep_bases.foresee_record(ANALYST, new)
    assert house.profile.read_now() == start
    assert [each.region for each in seen.starts] == ["DE"]
    assert house.keep_bases.record(ANALYST, new) == seen
    assert may_use(
        Technique.KNOWN_IMAGES, Channel(ChannelKind.PRIVATE), ("DE",), house.profile.read().bases, clock.now()
    )
    with pytest.raises(Conflict):
        house.profile.replace(seen.before, seen.after, ANALYST.id)
    [recorded] = house.read_bases(ANALYST).bases
    clock.advance(hours=1)
    stopped = house.keep_bases.end(ANALYST, recorded.key, None)
    assert stopped.stops == seen.starts
    assert [each.state for each in house.read_bases(ANALYST).bases] == [BasisState.LAPSED]
    with house.engine.connect() as connection:
        bodies = (
            connection.execute(
                select(audit_payloads.c.body)
                .join(
                    audit_entries,
                    (audit_entries.c.chain == audit_payloads.c.chain) & (audit_entries.c.seq == audit_payloads.c.seq),
                )
                .where(audit_entries.c.kind == "operator:setting:changed", audit_entries.c.subject == "profile")
            )
            .scalars()
            .all()
        )
    assert sum(ANALYST.id.encode() in bytes(each) for each in bodies) == 2
    assert house.verify().breaches == ()


def test_one_verification_runs_at_a_time_and_tells_how_far_it_is(home: Home) -> None:
    """Started again while it runs it is the same; when it has come to its end, what it found is told."""
    home.submit("free", home.upload(photo("flower")))
    waiting: list[Callable[[], None]] = []
    beside = VerifyBeside(home.house.verify, home.clock, waiting.append)
    assert beside.last(AUDITOR) is None
    first = beside.start(AUDITOR, reads_contents=True)
    assert beside.start(at_machine("bob"), reads_contents=False) is first
    assert len(waiting) == 1
    assert first.is_running
    waiting.pop()()
    ended = beside.last(AUDITOR)
    assert ended is not None
    assert ended.found is not None
    assert (ended.is_running, ended.by, ended.found.breaches) == (False, AUDITOR.id, ())
    assert ended.found.entries > 0
    assert not (set(ended.done) - {"audit", "records", "measures", "items", "contents"})
    with pytest.raises(Forbidden):
        beside.start(ADA, reads_contents=False)


def test_a_verification_that_fails_has_ended(home: Home) -> None:
    """Nobody waits for it, and another one can be started."""
    waiting: list[Callable[[], None]] = []
    beside = VerifyBeside(replace(home.house.verify, store=None), home.clock, waiting.append)  # type: ignore[arg-type]  # the database is gone
    beside.start(AUDITOR, reads_contents=True)
    with pytest.raises(AttributeError):
        waiting.pop()()
    ended = beside.last(AUDITOR)
    assert ended is not None
    assert (ended.is_running, ended.found) == (False, None)
    assert beside.start(AUDITOR, reads_contents=False).is_running
