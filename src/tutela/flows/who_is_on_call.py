"""Say who is on call: for paging, for the operator's alarms, and for a desk that must not promise what nobody keeps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.ids import PersonId
from tutela.core.paging import Channel, Line, Waking, waking_of
from tutela.core.people import Person
from tutela.core.permissions import Principal, StaffRole, demand_one, scopes_of
from tutela.core.rota import Shift, Span, ahead, following, gaps, on_call, overlaps
from tutela.ports.clock import Clock
from tutela.ports.pages import Rota

ANSWERING = ("rota", "cases")
"""What lets somebody acknowledge a page: one of these."""


@dataclass(frozen=True, slots=True)
class RotaState:
    """How the rota stands."""

    line: Line
    shifts: tuple[Shift, ...]  #: of people who can answer; those of others count for nothing
    gaps: tuple[Span, ...]  #: within the next seven days
    overlaps: tuple[Span, ...]
    unreachable: tuple[PersonId, ...]  #: would be woken, and no channel leads to them
    waking: Waking  #: what would come of it if somebody were in danger now

    @property
    def is_nobody_on_call(self) -> bool:
        """Return whether there is nobody whom a page could be for at this moment."""
        return not self.line.on_call

    @property
    def nobody_from(self) -> datetime | None:
        """Return when nobody is on call next, within seven days: whoever is alone goes on holiday some day."""
        return self.gaps[0].start if self.gaps else None


@dataclass(frozen=True, slots=True)
class WhoIsOnCall:
    """Read it each time: people leave, lose roles, and shifts end."""

    rota: Rota
    people: Callable[[], Iterable[Person]]
    clock: Clock
    channels: frozenset[Channel] = frozenset()  #: that are set up

    def __call__(self, principal: Principal) -> RotaState:
        """Return how the rota stands.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand_one(principal, ANSWERING)
        return self.state()

    def is_anybody(self) -> bool:
        """Return whether anybody is on call now: what the public desk may tell whoever is frightened."""
        return bool(self.line().on_call)

    def line(self) -> Line:
        """Return who can be woken at this moment, in order."""
        people = [each for each in self.people() if can_answer(each)]
        return self._line(people, self._counted(people))

    def waking(self) -> Waking:
        """Return what would come of it if somebody were in danger now: who may say so must not be told otherwise."""
        line = self.line()
        return waking_of(line, self.channels, self._unreachable(line))

    def state(self) -> RotaState:
        """Return how the rota stands."""
        now = self.clock.now()
        people = [each for each in self.people() if can_answer(each)]
        shifts = self._counted(people)
        line, within = self._line(people, shifts), ahead(now)
        unreachable = self._unreachable(line)
        waking = waking_of(line, self.channels, unreachable)
        return RotaState(line, shifts, gaps(shifts, within), overlaps(shifts, within), unreachable, waking)

    def _counted(self, people: Iterable[Person]) -> tuple[Shift, ...]:
        here = {each.id for each in people}
        return tuple(each for each in self.rota.shifts(self.clock.now()) if each.person_id in here)

    def _line(self, people: Iterable[Person], shifts: tuple[Shift, ...]) -> Line:
        now = self.clock.now()
        officers = (each.id for each in people if StaffRole.CHILD_SAFETY_OFFICER in each.roles)
        return Line(on_call(shifts, now), following(shifts, now), tuple(officers))

    def _unreachable(self, line: Line) -> tuple[PersonId, ...]:
        if Channel.WEBHOOK in self.channels:  # it leads to whoever is named in it
            return ()
        reached = self.rota.addresses(line.everybody) if Channel.EMAIL in self.channels else {}
        return tuple(each for each in line.everybody if each not in reached)


def can_answer(person: Person) -> bool:
    """Return whether somebody works here, has come in, and may acknowledge a page."""
    is_here = person.ended_at is None and not person.is_invited
    return is_here and not scopes_of(person.roles).isdisjoint(ANSWERING)
