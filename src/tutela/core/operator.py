"""Who runs this: the operator's profile, and where detection has a recorded basis (P12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from tutela.core.aims import Aims
from tutela.core.content import Channel, ChannelKind
from tutela.core.units import Duration

ANYWHERE = "*"


class Technique(StrEnum):
    """What is done to what people send each other. Beyond public channels each needs a basis of its own (P12)."""

    KNOWN_IMAGES = "known_images"  #: media is compared with what is known
    BEHAVIOUR = "behaviour"  #: who did what, to whom, when and how often
    TEXT = "text"  #: what was written is read


UNKNOWN_REGION = "?"
"""Where somebody is of whom nobody says where: only a basis for everywhere covers it."""

LAPSES_SOON = Duration(days=14)
"""How long before it ends a basis is put on the checklist: a new assessment takes weeks."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Why detection may run in group or private channels of a region, dated."""

    region: str  #: ISO 3166-1 alpha-2, or `*`
    channel: ChannelKind
    technique: str  #: one of `Technique`; any other word covers nothing
    legal_basis: str
    reference: str  #: of the assessment
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OperatorProfile:
    """What first start asks: nothing of it is guessed, and empty answers stay on the checklist."""

    country: str = ""  #: of establishment, ISO 3166-1 alpha-2
    user_regions: tuple[str, ...] = ()
    services: tuple[ChannelKind, ...] = ()
    has_encrypted_channels: bool = False
    people: str = "team"  #: `solo`, `team` or `organisation`
    authorities: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    on_call: str = ""
    is_report_only: bool = False  #: the operator may not keep bytes: hash and report only
    transient_period: Duration = field(default_factory=lambda: Duration(hours=24))  #: how long unmatched bytes stay
    bases: tuple[Basis, ...] = ()
    aims: Aims = field(default_factory=Aims)  #: from the settings, and stored nowhere
    #: Fewer than 50 people and at most 10 million euro a year: exempt from Articles 20 to 28 of Regulation (EU)
    #: 2022/2065, the Transparency Database among them. Source: its Article 19; Recommendation 2003/361/EC.
    is_small_enterprise: bool = False

    @property
    def is_recorded(self) -> bool:
        """Return whether the operator has answered."""
        return bool(self.country and self.user_regions and self.services)


def may_use(
    technique: Technique, channel: Channel, regions: Iterable[str], bases: Iterable[Basis], now: datetime
) -> bool:
    """Return whether *technique* may be used on what is sent in *channel* (P12).

    Public channels always. End-to-end encrypted ones never. Group and private ones only under a basis in force for
    every region involved, so that a member from another region switches it off; with no region known, only a basis
    for everywhere counts.
    """
    if channel.is_encrypted:
        return False
    if channel.kind is ChannelKind.PUBLIC:
        return True
    covered = {
        basis.region
        for basis in bases
        if basis.channel is channel.kind and basis.technique == technique and is_in_force(basis, now)
    }
    involved = set(regions)
    return ANYWHERE in covered or (bool(involved) and involved <= covered)


EVERY_TECHNIQUE = frozenset(Technique)


@lru_cache
def withheld(techniques: frozenset[Technique]) -> tuple[str, ...]:
    """Return the techniques that are not among *techniques*, as they are told."""
    return tuple(sorted(each.value for each in Technique if each not in techniques))


def regions_involved(said: Iterable[str], people: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return every region that counts for a basis (P12).

    Args:
        said: What the platform says of the place, and so of everybody in it.
        people: The regions of each person who is named, said or known from before.
    """
    of_place, of_people = tuple(said), [tuple(each) for each in people]
    is_unknown = not of_place and not all(of_people)
    known = (region for each in of_people for region in each)
    return tuple(dict.fromkeys((*of_place, *known, *((UNKNOWN_REGION,) if is_unknown else ()))))


def techniques_in(
    channel: Channel, regions: Iterable[str], bases: Iterable[Basis], now: datetime
) -> frozenset[Technique]:
    """Return the techniques that may be used on what is sent in *channel*; see `may_use`."""
    if channel.kind is ChannelKind.PUBLIC and not channel.is_encrypted:
        return EVERY_TECHNIQUE
    everybody, known = tuple(regions), tuple(bases)
    return frozenset(each for each in Technique if may_use(each, channel, everybody, known, now))


def is_in_force(basis: Basis, now: datetime) -> bool:
    """Return whether *basis* covers anything now."""
    return basis.starts_at <= now and (basis.ends_at is None or now < basis.ends_at)


def lapses_soon(bases: Iterable[Basis], now: datetime) -> bool:
    """Return whether one that is in force ends soon, and no other goes on from there for the same."""
    known = tuple(bases)
    return any(
        basis.ends_at is not None
        and is_in_force(basis, now)
        and basis.ends_at <= now + LAPSES_SOON.delta
        and not any(_goes_on(other, basis, basis.ends_at) for other in known)
        for basis in known
    )


def _goes_on(other: Basis, basis: Basis, moment: datetime) -> bool:
    same = (other.channel, other.technique) == (basis.channel, basis.technique)
    return same and other.region in {basis.region, ANYWHERE} and is_in_force(other, moment)


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A kind of channel of this service in which a technique is not used, for want of a basis."""

    channel: ChannelKind
    technique: Technique
    regions: tuple[str, ...]


def unwatched(profile: OperatorProfile, now: datetime) -> tuple[Unwatched, ...]:
    """Return where nothing is looked at, by the channels that the service has and the regions of its users."""
    found = []
    for channel in (kind for kind in profile.services if kind is not ChannelKind.PUBLIC):
        for technique in Technique:
            regions = profile.user_regions or (ANYWHERE,)
            missing = tuple(
                r
                for r in regions
                if not may_use(technique, Channel(channel), () if r == ANYWHERE else (r,), profile.bases, now)
            )
            if missing:
                found.append(Unwatched(channel, technique, missing))
    return tuple(found)


def may_detect(channel: Channel, regions: Iterable[str], bases: Iterable[Basis], now: datetime) -> bool:
    """Return whether known material may be looked for in *channel* (P12); see `may_use`."""
    return may_use(Technique.KNOWN_IMAGES, channel, regions, bases, now)


CHECKLIST = (
    "profile_recorded",
    "lists_connected",
    "canary_recognised",
    "keys_escrowed",
    "restore_drilled",
    "duties_confirmed",
    "authority_tested",
    "on_call_named",
)
"""What must be done before this system protects anybody; each line stays on the front page until it is."""


BRAKED_MEMBERS = "braked_members_looked_at"
LICENCES = "licences_renewed"
QUOTAS = "quotas_looked_at"
REVIEWS = "reviews_caught_up"
CASES = "cases_caught_up"
SECONDS = "second_person_found"
SAMPLES = "samples_looked_at"
ON_CALL = "somebody_on_call"
REACHED = "on_call_reached"
PAGES = "pages_acknowledged"
BASES = "bases_renewed"
RULES = "rules_looked_at"
CLASSIFIERS = "classifiers_answer"
WORDS = "word_banks_opened"
REPORTS = "reports_told_in_time"
HOLDS = "holds_looked_at"
DUE = "people_answered_in_time"
MESSAGES = "messages_on_their_way"
STATEMENTS = "statements_delivered"
TRANSPARENCY = "eu_database_sent"
FIGURES = "figures_published"
FILINGS = "reports_on_their_way"
CHANNELS = "channels_work"
ALARMS = (
    BRAKED_MEMBERS, LICENCES, QUOTAS, REVIEWS, CASES, SECONDS, SAMPLES, ON_CALL, REACHED, PAGES, BASES, RULES,
    CLASSIFIERS, WORDS, REPORTS, FILINGS, CHANNELS, HOLDS,
    DUE, MESSAGES, STATEMENTS, TRANSPARENCY, FIGURES,
)  # fmt: skip
"""Lines that are there only while something is wrong.

A member was braked; a licence ends within thirty days; a quota had something held today; a machine's measure is past
the time by which a person had to look; a case is overdue, or due soon and nobody works on it, or somebody in it is in
danger and nobody does; a decision of one person that was drawn in the last fortnight was not looked at in time;
nobody is on call; no channel leads to somebody who would be woken; somebody is in danger and nobody has said that they
have it; a basis for looking beyond public channels ends within a fortnight, and none goes on from there; a
rule saw more than it may lay before people in a day, or cannot be used any more; a classifier has not answered for an
hour, bills more than was agreed, or is asked by a rule and not set up; a bank of words cannot be opened, and what it
would find is unknown; what an authority must be told is late, or soon will be and nobody has it in hand; a report to
an authority failed, keeps failing, may expire, or arrived otherwise than it was sent; the channel to an authority was
stopped or does not answer, or reports wait for it; a hold on evidence is past the date on which somebody had to see
whether it is still wanted; a notice, an appeal or an order is past its target or its limit; a message to somebody who
asked has waited for an hour; a statement of reasons could be told a day ago, and no platform has said that it was; the
EU Transparency Database refused a record or knows us no more, or records wait for three days; the report of figures of
the last period should have been published.
"""


def checklist(
    profile: OperatorProfile, *, facts: frozenset[str], members: int, alarms: frozenset[str] = frozenset()
) -> dict[str, bool]:
    """Return each line of the checklist and whether it is done.

    *facts* are lines that the system recorded as done. What can be read from the state is read from it, every time:
    a list that was connected once and is empty now protects nobody. *alarms* are the lines of `ALARMS` that apply.
    """
    seen = {
        "profile_recorded": profile.is_recorded,
        "lists_connected": members > 0,
        "on_call_named": bool(profile.on_call.strip()),
    }
    lines = {line: seen.get(line, line in facts) for line in CHECKLIST}
    return {**lines, **{line: False for line in ALARMS if line in alarms}}
