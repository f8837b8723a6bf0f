"""What sources and our own people say of one member of a bank, and what that lets a machine make of it.

Being on a list is the source's word for it. An opinion can take that word back, doubt it, or confirm it; it never lets
a match do more than its bank. Two different people of ours must say no before identical bytes of the gravest kind are
left to review alone (P3, P11; matching.md, Banks).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank
from tutela.core.bounds import Bound, lowered
from tutela.core.ids import MemberId
from tutela.core.policy import ZERO_TOLERANCE_IDS, Ceiling, MatchKind, Material, Verification
from tutela.core.units import microseconds_of

SOURCE = "source"
"""Who says what the list itself says: the source that its bank names."""

PEOPLE_TO_DISPUTE = 2
"""Different people of ours who must say no. Source: the charter, P3."""


class Opinion(StrEnum):
    """What somebody says of a member."""

    POSITIVE = "positive"
    NEGATIVE = "negative"  #: not what the list says
    DISPUTED = "disputed"
    SEED = "seed"  #: a place to start an investigation


@dataclass(frozen=True, slots=True)
class Said:
    """One opinion. There is one of each sayer about each member; a later one replaces it."""

    member_id: MemberId
    by: str  #: `source`, the id of an API key, or `name:` and a name
    opinion: Opinion
    at: datetime
    classification: str | None = None  #: in the sayer's own words
    is_owed: bool = False  #: the source of the list has not been told yet

    @property
    def is_own(self) -> bool:
        """Return whether one of our own people said it."""
        return self.by != SOURCE

    @property
    def is_doubt(self) -> bool:
        """Return whether it speaks against the list."""
        return self.opinion in {Opinion.NEGATIVE, Opinion.DISPUTED}


def entry(said: Said) -> AuditEvent:
    """Return the audit entry of an opinion: every one has its own, those that are replaced included."""
    kind = "operator:member:opined" if said.is_own else "source:member:opined"
    body = {
        "by": said.by,
        "opinion": said.opinion.value,
        "classification": said.classification,
        "at_us": microseconds_of(said.at),
    }
    return AuditEvent(kind, said.member_id, body)


def person(name: str) -> str:
    """Return who *name* is as a sayer: the same person once, however the name is written.

    One keyboard writes an accent as a letter of its own, another within the letter; case and white space differ too.
    """
    # Again after folding the case, which takes some letters apart.
    folded = normalize("NFKC", normalize("NFKC", name).casefold())
    return f"name:{' '.join(folded.split())}"


def is_owed(bank: Bank) -> bool:
    """Return whether an own opinion on a member of *bank* is feedback that somebody else must get."""
    return bank.verification is not Verification.OWN


def is_locally_disputed(said: Iterable[Said]) -> bool:
    """Return whether two different people of ours said no; the same one twice counts once."""
    against = {each.by for each in said if each.is_own and each.opinion is Opinion.NEGATIVE}
    return len(against) >= PEOPLE_TO_DISPUTE


def bounds_of(said: Iterable[Said], bank: Bank, kind: MatchKind) -> frozenset[Bound]:
    """Return what *said* of a member of *bank* lowers a match of this kind by."""
    opinions = tuple(said)
    if not opinions:
        return frozenset()
    own = [each for each in opinions if each.is_own]
    source = [each for each in opinions if not each.is_own]
    is_confirmed = any(each.opinion is Opinion.POSITIVE for each in own)
    is_retracted = any(each.is_doubt for each in source) and not is_confirmed
    found = set()
    if is_locally_disputed(own):
        found.add(Bound.DISPUTED)
    if _is_seed(opinions):
        found.add(Bound.SEED)
    if kind is MatchKind.EXACT_DIGEST and _is_grave(bank):
        found.update({Bound.RETRACTED} if is_retracted else ())
    elif is_retracted or any(each.is_doubt for each in own):
        found.add(Bound.DOUBTED)
    return frozenset(found)


def ceiling_given(said: Iterable[Said], bank: Bank, kind: MatchKind, ceiling: Ceiling) -> Ceiling:
    """Return the ceiling of a match, given what is said of its member. It can only be lower than *ceiling*."""
    return lowered(ceiling, bounds_of(said, bank, kind))


def _is_seed(said: Iterable[Said]) -> bool:
    """Return whether somebody gave it as a seed and nobody as known material."""
    kinds = {each.opinion for each in said}
    return Opinion.SEED in kinds and Opinion.POSITIVE not in kinds


def _is_grave(bank: Bank) -> bool:
    """Return whether one no is too little to let identical bytes be seen again."""
    if bank.material is Material.SUPPRESSION:
        return False
    return bank.material is Material.APPARENT_CSAM or bank.clause_id in ZERO_TOLERANCE_IDS
