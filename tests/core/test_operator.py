"""Where detection may run (P12), and what must be done before the system protects anybody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import NOW
from tutela.api.pages import LINES
from tutela.cli.operate import WHAT_TO_DO
from tutela.core.content import Channel, ChannelKind
from tutela.core.operator import (
    ALARMS,
    ANYWHERE,
    CHECKLIST,
    Basis,
    OperatorProfile,
    Technique,
    Unwatched,
    checklist,
    lapses_soon,
    may_detect,
    may_use,
    unwatched,
)

DAY = timedelta(days=1)
REGIONS = ("DE", "FR", "US")


def basis(region: str = "DE", channel: ChannelKind = ChannelKind.PRIVATE, **more: object) -> Basis:
    """Return a basis in force, unless told otherwise."""
    told = {"technique": "known_images", "legal_basis": "a law", "reference": "assessment 1", "starts_at": NOW - DAY}
    return Basis(region=region, channel=channel, **{**told, **more})


bases = st.lists(
    st.builds(
        basis,
        st.sampled_from((*REGIONS, ANYWHERE)),
        st.sampled_from((ChannelKind.GROUP, ChannelKind.PRIVATE)),
        starts_at=st.sampled_from((NOW - DAY, NOW, NOW + DAY)),
        ends_at=st.sampled_from((None, NOW, NOW + 2 * DAY)),
    ),
    max_size=4,
)
regions = st.lists(st.sampled_from(REGIONS), max_size=3)
closed = st.sampled_from((ChannelKind.GROUP, ChannelKind.PRIVATE))


@given(regions, bases)
def test_in_public_known_material_is_always_looked_for(where: list[str], known: list[Basis]) -> None:
    """No basis has to be recorded for what everybody can see."""
    assert may_detect(Channel(ChannelKind.PUBLIC), where, known, NOW)


@given(st.sampled_from(ChannelKind), regions, bases)
def test_end_to_end_encrypted_traffic_is_never_looked_into(
    kind: ChannelKind, where: list[str], known: list[Basis]
) -> None:
    """Whatever is recorded."""
    assert not may_detect(Channel(kind, is_encrypted=True), where, known, NOW)


@given(closed, regions)
def test_without_a_basis_nothing_private_is_looked_into(kind: ChannelKind, where: list[str]) -> None:
    """Off by default."""
    assert not may_detect(Channel(kind), where, [], NOW)


@given(closed, regions, bases, st.sampled_from(REGIONS))
def test_another_participant_never_switches_detection_on(
    kind: ChannelKind, where: list[str], known: list[Basis], region: str
) -> None:
    """A member of another region can only switch it off; with nobody known, only a basis for everywhere counts."""
    channel = Channel(kind)

    if where and not may_detect(channel, where, known, NOW):
        assert not may_detect(channel, [*where, region], known, NOW)
    if not where:
        everywhere = any(
            b.region == ANYWHERE and b.channel is kind and b.starts_at <= NOW and (b.ends_at is None or b.ends_at > NOW)
            for b in known
        )
        assert may_detect(channel, where, known, NOW) == everywhere


@pytest.mark.parametrize(
    ("known", "where", "answer"),
    [
        ([basis()], ["DE"], True),
        ([basis()], ["DE", "DE"], True),
        ([basis()], ["DE", "FR"], False),
        ([basis(), basis("FR")], ["DE", "FR"], True),
        ([basis(ANYWHERE)], ["DE", "FR"], True),
        ([basis(ANYWHERE)], [], True),
        ([basis()], [], False),
        ([basis()], [""], False),
        ([basis(channel=ChannelKind.GROUP)], ["DE"], False),
        ([basis(technique="unknown_images")], ["DE"], False),
        ([basis(starts_at=NOW + DAY)], ["DE"], False),
        ([basis(starts_at=NOW)], ["DE"], True),
        ([basis(ends_at=NOW)], ["DE"], False),
        ([basis(ends_at=NOW + DAY)], ["DE"], True),
    ],
)
def test_a_basis_counts_for_its_region_channel_technique_and_time(
    known: list[Basis], where: list[str], *, answer: bool
) -> None:
    """It stops at the very moment it lapses."""
    assert may_detect(Channel(ChannelKind.PRIVATE), where, known, NOW) is answer


def test_at_first_nothing_is_done() -> None:
    """Each line stays on the front page."""
    assert checklist(OperatorProfile(), facts=frozenset(), members=0) == dict.fromkeys(CHECKLIST, False)


def test_everything_can_be_done() -> None:
    """What the state shows, and what was recorded as done."""
    profile = OperatorProfile("DE", ("DE",), (ChannelKind.PUBLIC,), on_call="somebody")
    facts = frozenset({"canary_recognised", "keys_escrowed", "restore_drilled", "authority_tested", "duties_confirmed"})

    assert all(checklist(profile, facts=facts, members=1).values())


def test_what_the_state_shows_no_recorded_fact_can_claim() -> None:
    """A list that was connected once and is empty now protects nobody; nor does a name made of blanks."""
    told = checklist(OperatorProfile(on_call=" "), facts=frozenset(CHECKLIST), members=0)

    assert {line for line, is_done in told.items() if not is_done} == {
        "profile_recorded", "lists_connected", "on_call_named",
    }  # fmt: skip


def test_a_fact_that_is_not_on_the_list_changes_nothing() -> None:
    """The list is the same for everybody."""
    assert tuple(checklist(OperatorProfile(), facts=frozenset({"all_fine"}), members=0)) == CHECKLIST


@pytest.mark.parametrize("missing", ["country", "user_regions", "services"])
def test_a_profile_counts_only_when_all_questions_are_answered(missing: str) -> None:
    """Nothing is guessed."""
    answers = {"country": "DE", "user_regions": ("DE",), "services": (ChannelKind.PUBLIC,)}

    assert OperatorProfile(**answers).is_recorded
    assert not OperatorProfile(**{**answers, missing: type(answers[missing])()}).is_recorded


def test_every_line_of_the_checklist_says_what_to_do() -> None:
    """On the first page and at the command line: a line without words would be a riddle, or an error."""
    assert set(LINES) >= {*CHECKLIST, *ALARMS}
    assert set(WHAT_TO_DO) >= {*CHECKLIST, *ALARMS}


@pytest.mark.parametrize(
    ("ends", "goes_on", "wrong"),
    [(None, None, False), (20, None, False), (10, None, True), (10, 9, False), (10, 11, True), (-1, None, False)],
)
def test_a_basis_that_ends_within_a_fortnight_is_told_unless_another_goes_on(
    ends: int | None, goes_on: int | None, wrong: object
) -> None:
    """In days from now; the next one must be there before the first ends."""
    first = basis(ends_at=None if ends is None else NOW + ends * DAY)
    known = [first] if goes_on is None else [first, basis(starts_at=NOW + goes_on * DAY)]

    assert lapses_soon(known, NOW) is wrong


@pytest.mark.parametrize("technique", Technique)
def test_each_technique_needs_a_basis_of_its_own(technique: Technique) -> None:
    """One for another opens nothing."""
    for other in Technique:
        known = [basis(technique=other)]
        assert may_use(technique, Channel(ChannelKind.PRIVATE), ["DE"], known, NOW) is (technique is other)


def test_where_nothing_is_looked_at_is_told_by_channel_technique_and_region() -> None:
    """Of the channels that the service has; an operator of public ones only is told nothing."""
    services = (ChannelKind.PUBLIC, ChannelKind.PRIVATE)
    profile = OperatorProfile("DE", ("DE", "FR"), services, bases=(basis(technique=Technique.TEXT),))

    assert unwatched(profile, NOW) == (
        Unwatched(ChannelKind.PRIVATE, Technique.KNOWN_IMAGES, ("DE", "FR")),
        Unwatched(ChannelKind.PRIVATE, Technique.BEHAVIOUR, ("DE", "FR")),
        Unwatched(ChannelKind.PRIVATE, Technique.TEXT, ("FR",)),
    )
    assert unwatched(OperatorProfile("DE", ("DE",), (ChannelKind.PUBLIC,)), NOW) == ()
