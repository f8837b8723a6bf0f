"""Say what everybody sees of an item, on every kind of surface: from the one engine that answers the platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.content import AgeBand
from tutela.core.onlookers import Onlooker
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput, Forbidden, NotForYou, UnknownItem
from tutela.flows.show import Look, Show
from tutela.ports.store import Tie
from tutela_client.verdict import Verdict

EXPLAINS = "detections"
"""Whoever may see this is told which measures act."""


class Persona(StrEnum):
    """Who looks."""

    AUTHOR = "author"
    FOLLOWER = "follower"
    STRANGER = "stranger"
    MINOR_FOLLOWER = "minor_follower"
    MINOR = "minor"
    UNKNOWN = "unknown"  #: of whom nothing is known: protected as a minor


_AGES = {
    Persona.AUTHOR: None, Persona.FOLLOWER: AgeBand.ADULT, Persona.STRANGER: AgeBand.ADULT,
    Persona.MINOR_FOLLOWER: AgeBand.FROM_13_TO_15, Persona.MINOR: AgeBand.FROM_13_TO_15, Persona.UNKNOWN: None,
}  # fmt: skip
_RELATIONS = {Persona.AUTHOR: "author", Persona.FOLLOWER: "follower", Persona.MINOR_FOLLOWER: "follower"}


@dataclass(frozen=True, slots=True)
class Sights:
    """What everybody sees of one item."""

    item: str  #: the platform's own id
    author: str  #: as above
    country: str  #: from which it is looked at; empty where that is not known, which counts as every country
    surfaces: Sequence[str]  #: groups of them
    verdicts: Mapping[Persona, Mapping[str, Verdict]]  #: by surface

    @property
    def acting(self) -> tuple[str, ...]:
        """Return the rows of the table of effects that act on anybody anywhere; none where nobody may be told."""
        all_of = (verdict for by_surface in self.verdicts.values() for verdict in by_surface.values())
        return tuple(sorted({cause.row for verdict in all_of for cause in verdict.causes}))


@dataclass(frozen=True, slots=True)
class WhatTheySee:
    """Render an item for everybody."""

    show: Show

    def __call__(self, principal: Principal, item: str, country: str = "") -> Sights:
        """Return what each persona sees of *item*.

        Args:
            principal: Who asks.
            item: The platform's own id.
            country: From which they look, as ISO 3166-1 alpha-2; empty where that is not known.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see, or would tell them what others answered before them (P3).
            tutela.errors.NotForYou: It is of an account of theirs.
            tutela.errors.BadInput: This is no country.
            tutela.errors.UnknownItem: There is none of that identifier.
        """
        demand(principal, "read")
        if country and not (len(country) == 2 and country.isascii() and country.isupper()):  # noqa: PLR2004  # letters
            raise BadInput("a country is written as two capital letters", place="country", remedy="As in IS.")
        author = self._author(principal, item)
        surfaces = tuple(self.show.effects.groups)
        verdicts = {
            persona: self.show.everywhere(self._look(principal, item, persona, country), surfaces)
            for persona in Persona
        }
        return Sights(item, author, country, surfaces, verdicts)

    def _author(self, principal: Principal, item: str) -> str:
        with self.show.store.read() as reader:
            stored = reader.items_by_platform_id([item]).get(item)
            if stored is None:
                raise UnknownItem(place="item")
            account_id = stored.item.account_id
            if account_id in reader.own_accounts(principal.id):
                raise NotForYou("nobody looks through an account of their own", place="item")
            if reader.decisions_kept_from(account_id, principal.id):
                remedy = "Answer the case first."
                raise Forbidden(
                    "somebody answered a case about this account, which you may still answer without seeing it",
                    place="item", remedy=remedy,
                )  # fmt: skip
            return reader.accounts_by_id([account_id])[account_id].platform_id

    def _look(self, principal: Principal, item: str, persona: Persona, country: str) -> Look:
        onlooker = Onlooker(None, _AGES[persona], frozenset({country} if country else ()))
        ties = {item: Tie(_RELATIONS.get(persona, "none"))}
        return Look(onlooker, "", (item,), ties=ties, is_explained=principal.may(EXPLAINS))
