"""End a look for quality by an answer to it, and note which answers lie side by side.

Nothing comes of a look but the figure of whether two agree. A sample that a third person overturns is the exception:
two people then stand against the decision, and what they found is carried out as in any other case.
"""

from dataclasses import dataclass, replace

from tutela.core.agreement import PairKind, label
from tutela.core.audit import JSON, AuditEvent
from tutela.core.case_answers import SECOND, CaseAnswer, Settlement, Stage, agree
from tutela.core.cases import Purpose
from tutela.core.looks import Look, LookEnd, golden_end, sample_end
from tutela.flows.read_bench import Bench
from tutela.flows.spoil_look import closed
from tutela.ports.case_answers import StoredAnswer
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset
from tutela.ports.quality import Compared, EndedLook, LookedAt, QualityChanges
from tutela.ports.store import Reader

GOLDEN_ENDED = "person:golden:answered"
SAMPLE_ENDED = "person:sample:looked_at"


@dataclass(frozen=True, slots=True)
class EndingLook:
    """The end of a look: all that is written, or what is written beside what is carried out."""

    end: LookEnd
    settlement: Settlement
    changeset: Changeset

    @property
    def is_all(self) -> bool:
        """Return whether nothing else comes of it."""
        return self.end is not LookEnd.OVERTURNED


def end_look(reader: Reader, bench: Bench, stored: StoredAnswer, settlement: Settlement) -> EndingLook | None:
    """Return the end of a look by an answer, or none where it does not end, or is none."""
    look = None if bench.case.purpose is Purpose.WORK else reader.look_of(bench.case.id)
    if look is None or bench.crew.series:
        return None
    if look.golden_id is not None:
        return _golden(reader, bench, stored, look)
    return _sample(bench, stored, settlement, look) if settlement.stage is Stage.SETTLED else None


def _golden(reader: Reader, bench: Bench, stored: StoredAnswer, look: Look) -> EndingLook | None:
    golden = None if look.golden_id is None else reader.golden(look.golden_id)
    if golden is None:
        raise LookupError(look.case_id)  # a foreign key keeps it there
    answer = stored.answer
    end = golden_end(golden, answer)
    said = (label(golden.answer), label(answer))
    pair = Compared(
        answer.id, PairKind.GOLDEN, bench.case.clause_id, bench.at, None, answer.by, said,
        is_agreed=agree(golden.answer, answer), golden_id=golden.id,
    )  # fmt: skip
    changes = QualityChanges(ended=(EndedLook(look.case_id, end, bench.at),), compared=(pair,))
    alone = Settlement(Stage.SETTLED, answer, (answer,))
    told: dict[str, JSON] = {"by": answer.by, "golden": golden.id, "ended": end.value}
    return EndingLook(end, alone, _ended(bench, stored, look, changes, AuditEvent(GOLDEN_ENDED, look.case_id, told)))


def _sample(bench: Bench, stored: StoredAnswer, settlement: Settlement, look: Look) -> EndingLook:
    end = sample_end(settlement)
    changes = QualityChanges(ended=(EndedLook(look.case_id, end, bench.at),))
    told: dict[str, JSON] = {"by": stored.answer.by, "sample": look.sample_id, "ended": end.value}
    event = AuditEvent(SAMPLE_ENDED, look.case_id, told)
    if end is LookEnd.OVERTURNED:
        return EndingLook(end, settlement, Changeset(quality=changes, audit=(event,)))
    return EndingLook(end, settlement, _ended(bench, stored, look, changes, event))


def _ended(bench: Bench, stored: StoredAnswer, look: Look, changes: QualityChanges, event: AuditEvent) -> Changeset:
    by = stored.answer.by
    after = replace(closed(bench.case, look), answered_by=(*bench.case.answered_by, by))
    event = replace(event, payload={**event.payload, "decision": look.decision_id})
    return Changeset(case_answers=(stored,), case_moves=(CaseMove(bench.case, after),), quality=changes, audit=(event,))


def with_pair(reader: Reader, bench: Bench, answer: CaseAnswer, changeset: Changeset) -> Changeset:
    """Return *changeset* with the pair that a second answer makes; a golden case has made its own."""
    if answer.place != SECOND or bench.case.purpose is Purpose.GOLDEN:
        return changeset
    first = bench.current[0].answer
    is_sample = bench.case.purpose is Purpose.SAMPLE and not bench.crew.series
    kind = PairKind.SAMPLE if is_sample else PairKind.TWO_PEOPLE
    if first.by == answer.by:
        kind = PairKind.SINGLE_OPERATOR
    agrees = agree(first, answer)
    said = (label(first), label(answer))
    pair = Compared(answer.id, kind, bench.case.clause_id, bench.at, first.by, answer.by, said, is_agreed=agrees)
    changes = changeset.quality or QualityChanges()
    changes = replace(changes, compared=(*changes.compared, pair))
    if is_sample:
        look = reader.look_of(bench.case.id)
        if look is not None and look.sample_id is not None:
            changes = replace(changes, looked_at=(LookedAt(look.sample_id, bench.at, answer.by, agrees),))
    return replace(changeset, quality=changes)
