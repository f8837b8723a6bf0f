"""What several statements about cases ask in the same words."""

from typing import Any

from sqlalchemy import bindparam, case, literal, or_, select, text
from sqlalchemy.types import Text

from tutela.adapters.db import tables as t
from tutela.adapters.db.case_tables import case_queues
from tutela.core.case_states import CLAIMED, CaseState
from tutela.core.cases import LEASE, LONGEST_HOLD, SKEW
from tutela.ports.cases import CaseFilter

IS_OPEN = text("cases.closed_by IS NULL")
NOW: Any = bindparam("now")
_LEASE_US = round((LEASE.seconds + SKEW.seconds) * 1_000_000)
_HOLD_US = round((LONGEST_HOLD.seconds + SKEW.seconds) * 1_000_000)
IS_ON_HOLD = t.cases.c.state == literal(CaseState.ON_HOLD.value)
IS_CLAIMED = t.cases.c.state.in_(sorted(CLAIMED))

# As `Case.state_at` has it: what seems to end later than it ever could does not run (the clock was set back).
IS_FREE = or_(
    t.cases.c.until_us.is_(None),
    t.cases.c.until_us <= NOW,
    t.cases.c.until_us > NOW + case((IS_ON_HOLD, _HOLD_US), else_=_LEASE_US),
)
QUEUE = ("clause", "language", "kind")
"""What names a queue."""

IN_ORDER = (t.cases.c.danger_rank, t.cases.c.due_us, t.cases.c.id)
SHOWN = select(t.cases, t.accounts.c.platform_id).join_from(t.cases, t.accounts)


def is_asked(column: Any, name: str) -> Any:
    """Return whether a column has a value, where one is asked for."""
    asked = bindparam(name, type_=Text)
    return or_(asked.is_(None), column == asked)


IN_QUEUE = (
    is_asked(case_queues.c.clause_id, "clause"),
    is_asked(case_queues.c.language, "language"),
    is_asked(case_queues.c.kind, "kind"),
)


def queue_asked(wanted: CaseFilter) -> dict[str, Any]:
    """Return what `IN_QUEUE` asks for."""
    return {"clause": wanted.clause_id, "language": wanted.language, "kind": wanted.kind}
