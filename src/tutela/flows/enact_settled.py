"""Go on with what is settled and not carried out: read from the tables, whoever began it and however it ended."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.case_answers import Stage, settle
from tutela.core.cases import Case
from tutela.errors import Conflict, TutelaError
from tutela.flows.carry_out import CarryOut, Settled
from tutela.flows.read_bench import facts_of, things_of
from tutela.ports.case_answers import StoredSettlement
from tutela.ports.clock import Clock
from tutela.ports.committer import Committer
from tutela.ports.store import Reader, Store

AT_ONCE = 50
MAX_STEPS = 8
"""A finding, the end of a suspicion, and again for what came in between."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EnactSettled:
    """Carry out what is settled."""

    store: Store
    committer: Committer
    carry_out: CarryOut
    clock: Clock

    def __call__(self) -> int:
        """Make every commit that is left, and return how many cases have come to their end."""
        with self.store.read() as reader:
            # What may still be taken back is gone on with when it no longer may: what it shows again waits as well.
            waiting = [each for each in reader.unenacted(AT_ONCE) if not self._is_held_back(reader, each)]
        return sum(self._finish(each) for each in waiting)

    def _is_held_back(self, reader: Reader, settlement: StoredSettlement) -> bool:
        window = reader.undo_window(settlement.answer_id)
        return window is not None and window.holds_back(self.clock.now())

    def _finish(self, settlement: StoredSettlement) -> bool:
        for _ in range(MAX_STEPS):
            try:
                if self._step(settlement):
                    return True
            except Conflict:
                continue  # somebody else goes on with it, or something came in: read it anew
            except TutelaError as error:
                _log.error("settled_not_enacted", case=settlement.case_id, error_type=type(error).__name__)
                return False
        return False

    def _step(self, settlement: StoredSettlement) -> bool:
        now = self.clock.now()
        with self.store.read() as reader:
            if settlement.answer_id not in {each.answer_id for each in reader.settlements_of(settlement.case_id)}:
                return True  # taken back
            settled = _read(reader, settlement, now)
            if settled is None:
                return True
            step = self.carry_out.next_step(reader, settled, now)
        self.committer.commit(step.changeset)
        return step.is_last


def _read(reader: Reader, settlement: StoredSettlement, now: datetime) -> Settled | None:
    case: Case | None = reader.case_of(settlement.case_id)
    now_stored = {each.answer_id: each for each in reader.settlements_of(settlement.case_id)}[settlement.answer_id]
    if case is None or now_stored.enacted_at is not None:
        return None
    stored = [each for each in reader.case_answers(case.id) if each.answer.series == settlement.series]
    settled = settle([each.answer for each in stored], stored[-1].why_two)
    if settled.stage is not Stage.SETTLED:
        raise ValueError(settled.stage)
    things = things_of(reader, case.id, case.account_id)
    held = tuple(each.meanwhile for each in stored if each.meanwhile is not None)
    return Settled(case, things, facts_of(reader, case, things, now), settled, held, found=now_stored.decision_id)
