"""What follows from a violation, in one table: which clause, whose part, which evidence and how many people work here.

Rows and no code: the plan of an answer, the page of the reference and the laws below read the same rows. The laws are
P2 (an actor gets no lesser answer, anybody else loses nothing), P3 (two people where it is grave) and P11 (nobody is
condemned by less than a person); a table that breaks one does not load.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from types import MappingProxyType

from tutela.core.measures import MeasureKind
from tutela.core.policy import ANSWERS_ON_ACCOUNT, ANSWERS_ON_CONTENT, Clause, ClauseKind
from tutela.core.roles import Role, helps
from tutela.errors import Misconfigured


class Weight(StrEnum):
    """What kind of clause it is under."""

    GRAVE_CONTENT = "grave_content"  #: one of the twelve, about what is shown
    GRAVE_BEHAVIOUR = "grave_behaviour"  #: one of the twelve, about what somebody does
    ORDINARY = "ordinary"

    @property
    def is_grave(self) -> bool:
        """Return whether it is one of the twelve."""
        return self is not Weight.ORDINARY


class Evidence(StrEnum):
    """How well the material is known. The best that any item of the case has."""

    VERIFIED_LIST = "verified_list"  #: identical bytes on a list that several analysts have verified
    REVIEWED_HERE = "reviewed_here"  #: two of our own people have found it before
    NOVEL = "novel"  #: pictures or videos that nobody has looked at before
    NONE = "none"  #: words only, or what somebody did


class Crew(StrEnum):
    """How many people there are to decide. Source: product.md, profiles of operators."""

    SOLO = "solo"
    TEAM = "team"
    ORGANISATION = "organisation"


class Duty(StrEnum):
    """What becomes of the duty to report (P4). No machine files, and no case ends before it is decided."""

    DRAFT = "draft"  #: a draft of a report lies before a person
    DECIDE = "decide"  #: no suspect; a person decides whether the material must be reported
    NONE = "none"


class WhyTwo(StrEnum):
    """Why one person alone may not (P3)."""

    SUSPENDS = "suspends"
    BANKS = "banks"
    FILES = "files"
    CLEARS = "clears"
    LIFTS = "lifts"


REASONS: Mapping[WhyTwo, str] = MappingProxyType({
    WhyTwo.SUSPENDS: "somebody is suspended for good over material that no verified list knows",
    WhyTwo.BANKS: "material that no verified list knows goes into a bank",
    WhyTwo.FILES: "material that no verified list knows is reported",
    WhyTwo.CLEARS: "a suspicion is cleared that a match, agreeing signals or a claim supports",
    WhyTwo.LIFTS: "a quarantine, or a block of media, is not lifted by one person",
})  # fmt: skip
"""Each as it is told to whoever decides about material."""

_OF_BEHAVIOUR: Mapping[WhyTwo, str] = MappingProxyType({
    **REASONS,
    WhyTwo.SUSPENDS: "somebody is suspended for good for what they did, and no verified list speaks for that",
    WhyTwo.FILES: "what somebody did is reported, and no verified list speaks for that",
})  # fmt: skip


def reason_for_two(why: WhyTwo, *, has_material: bool) -> str:
    """Return why one person alone may not, as it is told: a case without any picture speaks of what was done."""
    return REASONS[why] if has_material else _OF_BEHAVIOUR[why]


class Second(StrEnum):
    """Who gives the second answer."""

    NOBODY = "nobody"  #: one person may
    COLLEAGUE = "colleague"  #: somebody else, blind to the first answer
    LATER_OR_OUTSIDER = "later_or_outsider"  #: the same person, blind, a day later; or a named outsider


@dataclass(frozen=True, slots=True)
class Remedy:
    """What happens to an item and to the account that posted it."""

    on_item: tuple[MeasureKind, ...]
    on_account: tuple[MeasureKind, ...] = ()
    has_strike: bool = False  #: on the ladder of the clause, where it has one
    is_banked: bool = False  #: proposed with the answer; in the operator's own bank when it is settled
    duty: Duty = Duty.NONE
    why_two: tuple[WhyTwo, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row, for all combinations of what it names."""

    weights: frozenset[Weight]
    roles: frozenset[Role]
    evidence: frozenset[Evidence]
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination, and what follows from it."""

    weight: Weight
    role: Role
    evidence: Evidence
    remedy: Remedy

    def second(self, crew: Crew) -> Second:
        """Return who gives the second answer where *crew* works."""
        return second_of(crew) if self.remedy.why_two else Second.NOBODY


MEANWHILE = (MeasureKind.HOLD, MeasureKind.LOCK_PENDING_DECISION)
"""On the item, and on the account of an actor under the twelve, while another answer is awaited."""

_K = MeasureKind
_CONTENT, _BEHAVIOUR = frozenset({Weight.GRAVE_CONTENT}), frozenset({Weight.GRAVE_BEHAVIOUR})
_GRAVE, _ORDINARY = _CONTENT | _BEHAVIOUR, frozenset({Weight.ORDINARY})
_ACTOR, _NOBODY = frozenset({Role.ACTOR}), frozenset({Role.NONE})
_TAKEN_OVER = frozenset({Role.COMPROMISED})
_NO_SUSPECTS = frozenset(role for role in Role if role.is_protected) - _TAKEN_OVER
_E = Evidence
_ANY = frozenset(Evidence)
_LISTED, _REVIEWED = frozenset({_E.VERIFIED_LIST}), frozenset({_E.REVIEWED_HERE})
_NOVEL, _WORDS = frozenset({_E.NOVEL}), frozenset({_E.NONE})
_SUSPENDS_AND_FILES = (WhyTwo.SUSPENDS, WhyTwo.FILES)
_GONE, _OUT, _SAFE = (_K.QUARANTINE,), (_K.SUSPEND,), (_K.PROTECT,)
_RECLAIMED = (_K.PROTECT, _K.LOCK_UNTIL_VERIFIED)


def _helped(weights: frozenset[Weight], evidence: frozenset[Evidence], **more: object) -> tuple[Row, Row]:
    """Return the rows of everybody who is no suspect: an owner locked out gets the account back by proving it."""
    return (
        Row(weights, _NO_SUSPECTS, evidence, Remedy(on_account=_SAFE, **more)),  # type: ignore[arg-type]  # the other fields of a remedy
        Row(weights, _TAKEN_OVER, evidence, Remedy(on_account=_RECLAIMED, **more)),  # type: ignore[arg-type]  # the other fields of a remedy
    )


ROWS: tuple[Row, ...] = (
    Row(_CONTENT, _ACTOR, _LISTED, Remedy(_GONE, _OUT, duty=Duty.DRAFT)),
    Row(_CONTENT, _ACTOR, _REVIEWED | _WORDS, Remedy(_GONE, _OUT, duty=Duty.DRAFT, why_two=_SUSPENDS_AND_FILES)),
    Row(
        _CONTENT, _ACTOR, _NOVEL,
        Remedy(_GONE, _OUT, is_banked=True, duty=Duty.DRAFT, why_two=(WhyTwo.SUSPENDS, WhyTwo.BANKS, WhyTwo.FILES)),
    ),
    *_helped(_CONTENT, _LISTED | _REVIEWED | _WORDS, on_item=_GONE, duty=Duty.DECIDE),
    *_helped(_CONTENT, _NOVEL, on_item=_GONE, is_banked=True, duty=Duty.DECIDE, why_two=(WhyTwo.BANKS,)),
    Row(_BEHAVIOUR, _ACTOR, _LISTED, Remedy(_GONE, _OUT, duty=Duty.DRAFT)),
    Row(_BEHAVIOUR, _ACTOR, _REVIEWED, Remedy(_GONE, _OUT, duty=Duty.DRAFT, why_two=_SUSPENDS_AND_FILES)),
    # What somebody did with a picture says nothing of the picture: it is banked under a content clause, or not at all.
    Row(
        _BEHAVIOUR, _ACTOR, _NOVEL | _WORDS,
        Remedy((_K.REMOVE,), _OUT, duty=Duty.DRAFT, why_two=_SUSPENDS_AND_FILES),
    ),
    *_helped(_BEHAVIOUR, _LISTED | _REVIEWED, on_item=_GONE, duty=Duty.DECIDE),
    *_helped(_BEHAVIOUR, _NOVEL | _WORDS, on_item=(_K.REMOVE,), duty=Duty.DECIDE),
    Row(_ORDINARY, _ACTOR, _ANY, Remedy((_K.REMOVE,), has_strike=True)),
    Row(_ORDINARY, _NO_SUSPECTS | _TAKEN_OVER, _ANY, Remedy((_K.REMOVE,), _SAFE)),
    Row(_ORDINARY, _NOBODY, _ANY, Remedy((_K.REMOVE,))),
)  # fmt: skip
"""The whole table. Under the twelve every account has a part, so that nobody without one is there."""


def weight_of(clause: Clause) -> Weight:
    """Return what kind of clause this is."""
    if not clause.is_zero_tolerance:
        return Weight.ORDINARY
    return Weight.GRAVE_CONTENT if clause.kind is ClauseKind.CONTENT else Weight.GRAVE_BEHAVIOUR


def second_of(crew: Crew) -> Second:
    """Return who gives a second answer where *crew* works."""
    return Second.LATER_OR_OUTSIDER if crew is Crew.SOLO else Second.COLLEAGUE


def combinations() -> Iterator[tuple[Weight, Role, Evidence]]:
    """Yield every combination that must have an answer."""
    for weight, role, evidence in product(Weight, Role, Evidence):
        if not (weight.is_grave and role is Role.NONE):
            yield weight, role, evidence


def load(rows: tuple[Row, ...]) -> Mapping[tuple[Weight, Role, Evidence], Remedy]:
    """Return the table by its combinations.

    Raises:
        tutela.errors.Misconfigured: A combination has no row, or two, or one that breaks a law.
    """
    table = {}
    for weight, role, evidence in combinations():
        place = f"{weight}, {role}, {evidence}"
        key = weight, role, evidence
        found = [r.remedy for r in rows if weight in r.weights and role in r.roles and evidence in r.evidence]
        if len(found) != 1:
            raise Misconfigured(f"{len(found)} rows of the table of remedies answer for {place}; one must.")
        for sentence in broken_laws(Cell(weight, role, evidence, found[0])):
            raise Misconfigured(sentence, place=place)
        table[key] = found[0]
    return MappingProxyType(table)


def broken_laws(cell: Cell) -> Iterator[str]:
    """Yield what the charter says against a cell."""
    for law in (_no_lesser_answer, _others_lose_nothing, _nobody_by_machine, _two_people):
        yield from law(cell)


def _no_lesser_answer(cell: Cell) -> Iterator[str]:
    if not cell.weight.is_grave:
        return
    if ANSWERS_ON_CONTENT.isdisjoint(kind.value for kind in cell.remedy.on_item):
        yield "P2: what one of the twelve forbids is removed or quarantined, whoever posted it"
    is_out = not ANSWERS_ON_ACCOUNT.isdisjoint(kind.value for kind in cell.remedy.on_account)
    if cell.role is Role.ACTOR and not is_out:
        yield "P2: an actor under the twelve is out until a decision"
    if cell.remedy.duty is Duty.NONE:
        yield "P4: whether it must be reported is decided"


def _others_lose_nothing(cell: Cell) -> Iterator[str]:
    on_account = cell.remedy.on_account
    if cell.role.is_protected and not all(helps(kind, cell.role) for kind in on_account):
        yield "P2: whoever is no suspect loses nothing"
    if cell.role.is_protected and MeasureKind.PROTECT not in on_account:
        yield "P2: whoever is no suspect is protected"
    if cell.remedy.has_strike and (cell.role is not Role.ACTOR or cell.weight.is_grave):
        yield "P2: a strike is for an actor under an ordinary clause"


def _nobody_by_machine(cell: Cell) -> Iterator[str]:
    remedy = cell.remedy
    if remedy.duty is Duty.DRAFT and not (cell.role is Role.ACTOR and cell.weight.is_grave):
        yield "P11: only what an actor under the twelve posted is drafted as a report"
    if remedy.is_banked and not (cell.weight is Weight.GRAVE_CONTENT and cell.evidence is Evidence.NOVEL):
        yield "P11: only new material under a content clause of the twelve is proposed to a bank"


def _two_people(cell: Cell) -> Iterator[str]:
    remedy, is_listed = cell.remedy, cell.evidence is Evidence.VERIFIED_LIST
    wanted = {
        WhyTwo.SUSPENDS: cell.weight.is_grave and MeasureKind.SUSPEND in remedy.on_account and not is_listed,
        WhyTwo.BANKS: remedy.is_banked,
        WhyTwo.FILES: remedy.duty is Duty.DRAFT and not is_listed,
    }
    for why in (why for why, is_wanted in wanted.items() if (why in remedy.why_two) is not is_wanted):
        yield f"P3: `{why}` takes two people exactly where no verified list knows the material"


TABLE = load(ROWS)
"""What follows from each combination; see `ROWS`."""


def cells() -> Iterator[Cell]:
    """Yield the whole table in order."""
    for (weight, role, evidence), remedy in TABLE.items():
        yield Cell(weight, role, evidence, remedy)


def cell_of(clause: Clause, role: Role, evidence: Evidence) -> Cell | None:
    """Return the cell of a clause, or none where an account without a part cannot be."""
    weight = weight_of(clause)
    remedy = TABLE.get((weight, role, evidence))
    return None if remedy is None else Cell(weight, role, evidence, remedy)
