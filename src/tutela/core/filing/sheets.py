"""What a person says of an incident so that its duties can be told: beside its case, and changed as more is known.

What nobody has said counts as the gravest it may be, so that an empty sheet never costs a duty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.filing.duty import ChildKnown, DutyFacts, Explicitness, FoundBy, Imagery, Trait
from tutela.core.filing.places import Places, country
from tutela.core.filing.wire_words import COUNTRIES
from tutela.core.ids import CaseId, ClauseId
from tutela.core.roles import Role
from tutela.errors import BadInput

MOST_PLACES = 50
"""Countries of each kind on one sheet."""


@dataclass(frozen=True, slots=True)
class DutySheet:
    """The answers that laws ask for, and what links the matter with a country."""

    case_id: CaseId
    imagery: Imagery = Imagery.UNKNOWN
    explicitness: Explicitness = Explicitness.UNKNOWN
    child: ChildKnown = ChildKnown.UNKNOWN
    traits: frozenset[Trait] = frozenset()
    places: Places = field(default_factory=Places)
    by: str | None = None  #: who said so last; none before anybody did
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What is stored of the case itself: who was found to be what, by whom, and where they are."""

    clause_id: ClauseId
    found_at: datetime | None  #: by a person; none where nobody has found it yet
    roles: frozenset[Role] = frozenset()
    is_in_danger: bool = False
    places: Places = field(default_factory=Places)  #: as the platform told them
    reported_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def found_by(self) -> FoundBy:
        """Return whether anybody has found it, or only a machine noticed it."""
        return FoundBy.MACHINE if self.found_at is None else FoundBy.PERSON


def answers_of(sheet: DutySheet) -> Mapping[str, str]:
    """Return what a sheet says, in codes, with a blank between several: as it is stored, and as the audit tells it."""
    return {
        "imagery": sheet.imagery.value,
        "explicitness": sheet.explicitness.value,
        "child": sheet.child.value,
        "traits": " ".join(sorted(each.value for each in sheet.traits)),
        "suspects": " ".join(sheet.places.suspects),
        "children": " ".join(sheet.places.children),
        "published": " ".join(sheet.places.published),
    }


def duty_facts(incident: Incident, sheet: DutySheet) -> tuple[DutyFacts, Places]:
    """Return what the table of duties is asked with. Danger that the case knows of counts on an empty sheet, too."""
    danger = {Trait.DANGER} if incident.is_in_danger else set()
    facts = DutyFacts(
        clause_id=incident.clause_id,
        found_by=incident.found_by,
        roles=incident.roles - {Role.NONE},
        imagery=sheet.imagery,
        explicitness=sheet.explicitness,
        child=sheet.child,
        traits=sheet.traits | danger,
        reported_to=incident.reported_to,
    )
    told, said = incident.places, sheet.places
    places = Places(
        suspects=_together(told.suspects, said.suspects),
        children=_together(told.children, said.children),
        published=_together(told.published, said.published),
    )
    return facts, places


def checked(sheet: DutySheet) -> DutySheet:
    """Return *sheet* with its countries as ISO 3166-1 writes them.

    Raises:
        tutela.errors.BadInput: One is no country, or there are too many; the place names the list.
    """
    places = Places(*(_countries(name, getattr(sheet.places, name)) for name in ("suspects", "children", "published")))
    return replace(sheet, places=places)


def _countries(name: str, said: tuple[str, ...]) -> tuple[str, ...]:
    place = f"places.{name}"
    if len(said) > MOST_PLACES:
        raise BadInput(f"There are more than {MOST_PLACES} countries.", place=place, remedy="Name those that matter.")
    codes = tuple(dict.fromkeys(country(each) for each in said if each.strip()))
    if any(code not in COUNTRIES for code in codes):
        remedy = "Write the two letters of ISO 3166-1, such as US or DE."
        raise BadInput("This is no country.", place=place, remedy=remedy)
    return codes


def _together(told: tuple[str, ...], said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*told, *said)))
