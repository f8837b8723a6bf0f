"""End a golden case whose holder was about to do more than answer it: from then on they know what it is."""

from dataclasses import replace
from datetime import datetime

from tutela.core.audit import AuditEvent
from tutela.core.case_states import CaseState
from tutela.core.cases import Case
from tutela.core.ids import CaseId
from tutela.core.looks import Look, LookEnd
from tutela.errors import Conflict
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset, Committer
from tutela.ports.quality import EndedLook, QualityChanges
from tutela.ports.store import Reader

LOOK_ENDED = "system:look:ended"


def spoil_look(reader: Reader, committer: Committer, case_id: CaseId, person: str, now: datetime) -> None:
    """End it where *person* holds it; a sample goes on, for nobody who looks at one is told that it is none."""
    case, look = reader.case_of(case_id), reader.look_of(case_id)
    if case is None or look is None or look.golden_id is None or case.holder_at(now) != person:
        return
    try:
        committer.commit(ending(case, look, LookEnd.SPOILT, now))
    except Conflict:
        return  # it has ended, or is somebody else's by now


def ending(case: Case, look: Look, end: LookEnd, now: datetime) -> Changeset:
    """Return the end of a look that nobody answered."""
    event = AuditEvent(LOOK_ENDED, case.id, {"ended": end.value, "decision": look.decision_id})
    return Changeset(
        case_moves=(CaseMove(case, closed(case, look)),),
        quality=QualityChanges(ended=(EndedLook(case.id, end, now),)),
        audit=(event,),
    )


def closed(case: Case, look: Look) -> Case:
    """Return the case of a look at its end: the decision that it looked at is what ended it."""
    return replace(
        case, state=CaseState.DECIDED, holder=None, until=None, closed_by=look.decision_id, version=case.version + 1
    )
