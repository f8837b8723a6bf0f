"""Read what waits for somebody: what is theirs, what the clocks say of all, and what they may still take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tutela.core.case_moves import why_not
from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.core.undo_windows import Offer
from tutela.core.waiting import Waiting
from tutela.flows.move_case import CaseSeen, CaseWork, actor_of, seen
from tutela.ports.cases import CaseAlarms, CasePlace, ListFilter
from tutela.ports.store import Reader

MINE_SHOWN = 20
"""Cases of one's own on the first page: nobody works on more at once."""

DANGER_LOOKED_AT = 100
"""Cases at the head of all, which are those of danger: more at once is a disaster, and is told as one."""

_BEHIND_DANGER = CasePlace(datetime(9999, 1, 1, tzinfo=UTC), "~", is_in_danger=True)
"""Behind every case in which somebody is in danger, and before all others."""


@dataclass(frozen=True, slots=True)
class LastDone:
    """What somebody did last and may still take back."""

    offer: Offer
    case_id: CaseId | None  #: to which they answered; none where it was no case


@dataclass(frozen=True, slots=True)
class Shift:
    """What waits for somebody."""

    alarms: CaseAlarms
    waiting: Waiting
    mine: Sequence[CaseSeen]
    at: datetime
    danger_to_take: int = 0  #: somebody is in danger, nobody works on it, and whoever looks may
    danger_of_others: int = 0  #: likewise, and it waits for the answer of somebody else


@dataclass(frozen=True, slots=True)
class ReadShift:
    """Read what waits."""

    work: CaseWork

    def __call__(self, principal: Principal) -> Shift:
        """Return what waits for *principal*, and for everybody.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        now = self.work.clock.now()
        with self.work.store.read() as reader:
            mine = reader.open_cases_page(None, MINE_SHOWN, ListFilter(now, holder=principal.id))
            actor = actor_of(reader, principal)
            own = [seen(each, actor, now) for each in mine]
            alarms, waiting = reader.case_alarms(now), reader.case_lanes(now)
            danger = reader.open_cases_page(None, DANGER_LOOKED_AT) if alarms.in_danger else []
        free = [each.case for each in danger if each.case.is_in_danger and each.case.holder_at(now) is None]
        to_take = sum(why_not(case, Move.CLAIM, actor, now) is None for case in free)
        return Shift(alarms, waiting, own, now, to_take, max(alarms.in_danger - to_take, 0))

    def oldest_breach(self, principal: Principal) -> CaseSeen | None:
        """Return the case that is overdue longest, danger aside, which is at the head of every list anyhow."""
        demand(principal, "detections")
        now = self.work.clock.now()
        with self.work.store.read() as reader:
            found = reader.open_cases_page(_BEHIND_DANGER, 1)
            late = [each for each in found if each.case.due_at <= now]
            return seen(late[0], actor_of(reader, principal), now) if late else None

    def last_done(self, principal: Principal) -> LastDone | None:
        """Return what *principal* did last and may take back now; nobody is told of what others did (P3)."""
        if not principal.may("decide"):
            return None
        now = self.work.clock.now()
        with self.work.store.read() as reader:
            return _last(reader, principal.id, now)


def _last(reader: Reader, by: str, now: datetime) -> LastDone | None:
    windows = [each for each in reader.windows_of(by, now) if each.is_open(now)]
    if not windows:
        return None
    last = max(windows, key=lambda window: window.at)
    if reader.reversed(last.decisions):
        return None
    case_id = last.case_id or next((move.before.id for move in last.cases), None)
    return LastDone(Offer(last.id, last.undo_until), case_id)
