"""Lay decisions of one person that were drawn before somebody else, blind to what was decided.

What is drawn is in the tables, and so is what is laid (decision 0002). The look changes nothing by itself: whoever was
protected stays so until two people find otherwise, and they are the one who looked again and a third (P3).
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tutela.core.audit import SALT_BYTES, AuditEvent
from tutela.core.cases import Purpose
from tutela.core.ids import CaseAnswerId, CaseId
from tutela.core.looks import SAMPLE_AFTER, SAMPLE_WITHIN, Look, look_at
from tutela.errors import Conflict
from tutela.flows.read_bench import MAX_ITEMS
from tutela.ports.case_answers import StoredAnswer
from tutela.ports.clock import Clock
from tutela.ports.committer import CaseItem, Changeset, Committer
from tutela.ports.entropy import Entropy
from tutela.ports.quality import Drawn, LookedAt, QualityChanges
from tutela.ports.store import Reader, Store

AT_ONCE = 100

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LaySamples:
    """Open a look for each decision that was drawn and that nobody can take back any more."""

    store: Store
    committer: Committer
    clock: Clock
    entropy: Entropy

    def __call__(self) -> int:
        """Return how many were laid."""
        now = self.clock.now()
        with self.store.read() as reader:
            drawn = reader.drawn_samples(now - SAMPLE_AFTER.delta, AT_ONCE)
            # The longest window ends with the same minute: one may be taken back just now.
            held_back = reader.held_untils([each.decision_id for each in drawn], now)
            planned = [self._planned(reader, each, now) for each in drawn if each.decision_id not in held_back]
        return sum(map(self._commit, planned))

    def _commit(self, changeset: Changeset) -> int:
        try:
            self.committer.commit(changeset)
        except Conflict:
            return 0  # another process has laid it
        return len(changeset.cases)

    def _planned(self, reader: Reader, drawn: Drawn, now: datetime) -> Changeset:
        first = drawn.first.answer
        items = reader.all_case_items(drawn.case.id, MAX_ITEMS)
        is_late = now >= first.at + SAMPLE_WITHIN.delta
        if drawn.is_reversed or not items or is_late:
            if is_late:
                _log.error("sample_lapsed", sample=first.id)
            return Changeset(quality=QualityChanges(looked_at=(LookedAt(first.id, now),)))
        case = look_at(drawn.case, CaseId(self.entropy.new_id("case")), first, now)
        again = StoredAnswer(
            replace(first, id=CaseAnswerId(self.entropy.new_id("case_answer")), case_id=case.id, series=0, place=1),
            drawn.first.why_two, self.entropy.token(SALT_BYTES),
        )  # fmt: skip
        look = Look(case.id, Purpose.SAMPLE, drawn.decision_id, now, sample_id=first.id)
        return Changeset(
            cases=(case,),
            case_items=tuple(CaseItem(case.id, item_id) for item_id in items),
            case_answers=(again,),
            quality=QualityChanges(looks=(look,)),
            # As of any other case: of what it is a sample is told by the entry of its end.
            audit=(AuditEvent("system:case:opened", case.id, {"clause": case.clause_id}),),
        )
