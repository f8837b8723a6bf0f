"""The ways in: what somebody comes to say, as which kind of notice it counts, and what it is about.

Somebody is an authority, a hotline or a trusted flagger only when they are enrolled: whoever merely says so is heard
like anybody else, until somebody has called them back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tutela.core.ids import ClauseId
from tutela.core.plans import ZERO_TOLERANCE


class Branch(StrEnum):
    """What somebody comes to say."""

    IT_SHOWS_ME = "it_shows_me"
    IT_SHOWS_MY_CHILD = "it_shows_my_child"
    THREATENED = "threatened"  #: somebody demands something of me with pictures, or with what they know
    SAW_SOMETHING = "saw_something"
    AUTHORITY = "authority"  #: I am an authority, a hotline or a trusted flagger
    ADULT_INTIMATE = "adult_intimate"  #: an intimate image of an adult, shown without consent


class NoticeKind(StrEnum):
    """As what a notice counts."""

    DEPICTED_PERSON = "depicted_person"
    PARENT = "parent"
    USER = "user"
    TRUSTED_FLAGGER = "trusted_flagger"
    HOTLINE = "hotline"
    AUTHORITY = "authority"
    COURT_ORDER = "court_order"


ENROLLABLE = frozenset(
    {NoticeKind.TRUSTED_FLAGGER, NoticeKind.HOTLINE, NoticeKind.AUTHORITY, NoticeKind.COURT_ORDER}
)  # fmt: skip
"""What somebody counts as with enrolled credentials, or after a call back, and never because they say so."""


@dataclass(frozen=True, slots=True)
class BranchRow:
    """What follows from the way by which somebody came."""

    kind: NoticeKind  #: as long as nobody is enrolled
    clause_id: ClauseId  #: what it is about, where nobody says otherwise
    is_about_child: bool  #: a child may be shown or harmed: no upload is taken, and nobody need say who they are
    is_urgent: bool = False  #: somebody may be in the middle of it


_DEPICTION = ClauseId("cse.depiction")

BRANCHES: Mapping[Branch, BranchRow] = MappingProxyType({
    Branch.IT_SHOWS_ME: BranchRow(NoticeKind.DEPICTED_PERSON, _DEPICTION, is_about_child=True),
    Branch.IT_SHOWS_MY_CHILD: BranchRow(NoticeKind.PARENT, _DEPICTION, is_about_child=True),
    Branch.THREATENED: BranchRow(
        NoticeKind.DEPICTED_PERSON, ClauseId("cse.coercion"), is_about_child=True, is_urgent=True
    ),
    Branch.SAW_SOMETHING: BranchRow(NoticeKind.USER, _DEPICTION, is_about_child=True),
    Branch.AUTHORITY: BranchRow(NoticeKind.USER, _DEPICTION, is_about_child=True),
    Branch.ADULT_INTIMATE: BranchRow(
        NoticeKind.DEPICTED_PERSON, ClauseId("adults.intimate"), is_about_child=False
    ),
})  # fmt: skip
"""The whole table."""

_CLAIMING = frozenset({NoticeKind.DEPICTED_PERSON, NoticeKind.PARENT})


def is_claim(kind: NoticeKind, clause_id: ClauseId, *, is_enrolled: bool) -> bool:
    """Return whether a notice supports a suspicion, so that two people are needed to say no (P3).

    The person depicted claims it, or who speaks for them, or somebody whose trade it is and whom we know. That several
    others saw something is no support: witnesses can be invented.
    """
    return is_enrolled or (kind in _CLAIMING and clause_id in ZERO_TOLERANCE)
