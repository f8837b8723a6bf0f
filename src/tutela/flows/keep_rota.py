"""Keep the rota: who is on call when, and where they are reached."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tutela.core.ids import PersonId, ShiftId
from tutela.core.paging import checked_email
from tutela.core.people import Person
from tutela.core.permissions import Principal, demand, scopes_of
from tutela.core.rota import LONGEST_AHEAD, Shift, span_of
from tutela.errors import BadInput, UnknownPerson, UnknownShift
from tutela.flows.who_is_on_call import ANSWERING
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.pages import Rota


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift as clocks show it where somebody lives."""

    person_id: str
    starts: datetime  #: without an offset
    ends: datetime
    zone: str = "UTC"  #: by its IANA name


@dataclass(frozen=True, slots=True)
class KeepRota:
    """Write and remove shifts, and note where people are reached."""

    rota: Rota
    person: Callable[[str], Person | None]
    clock: Clock
    entropy: Entropy

    def add(self, principal: Principal, new: NewShift) -> Shift:
        """Put somebody on call.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownPerson: There is nobody of this id, or they have left.
            tutela.errors.BadInput: They may not acknowledge anything, or it is no stretch of time to come.
            tutela.errors.Conflict: There are too many shifts.
        """
        demand(principal, "rota")
        now, person = self.clock.now(), self._found(new.person_id)
        if scopes_of(person.roles).isdisjoint(ANSWERING):
            remedy = "Give them the role of a reviewer or a child-safety officer first."
            raise BadInput("this person may not acknowledge a page", place="person", remedy=remedy)
        span = span_of(new.starts, new.ends, zone_named(new.zone))
        if span.end <= now:
            raise BadInput("this shift is over already", place="ends")
        if span.end > now + LONGEST_AHEAD.delta:
            raise BadInput("a shift ends within 400 days", place="ends")
        shift = Shift(ShiftId(self.entropy.new_id("shift")), person.id, span, new.zone)
        self.rota.add(shift, principal.id, now)
        return shift

    def remove(self, principal: Principal, shift_id: str) -> None:
        """Take a shift off the rota, also one that runs: whoever has it is on call no more.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownShift: There is none.
        """
        demand(principal, "rota")
        if not self.rota.remove(ShiftId(shift_id), principal.id):
            raise UnknownShift(place="id")

    def reach(self, principal: Principal, person_id: str, email: str | None) -> PersonId:
        """Note where somebody is reached by mail; none forgets it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownPerson: There is nobody of this id, or they have left.
            tutela.errors.BadInput: It is no address.
        """
        demand(principal, "rota")
        person = self._found(person_id)
        self.rota.put_address(person.id, None if email is None else checked_email(email), principal.id)
        return person.id

    def _found(self, person_id: str) -> Person:
        person = self.person(person_id)
        if person is None or person.ended_at is not None:
            raise UnknownPerson(place="person")
        return person


def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its IANA name.

    Raises:
        tutela.errors.BadInput: This machine knows none of it.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "Name one as Europe/Berlin; a machine without any needs its package of time zones."
        raise BadInput("there is no time zone of this name here", place="zone", remedy=remedy) from None
