"""Say what somebody may still take back of what they did to a case."""

from datetime import datetime

from tutela.core.cases import Case
from tutela.core.undo_windows import Offer, is_as_left
from tutela.ports.store import Reader


def offer_undo(reader: Reader, by: str, case: Case, now: datetime) -> Offer | None:
    """Return what *by* did last to a case, while it may be taken back; nobody is told of what others did (P3)."""
    found = [
        window
        for window in reader.windows_of(by, now)
        if window.is_open(now) and any(is_as_left(case, move.after) for move in window.cases)
    ]
    if not found:
        return None
    last = max(found, key=lambda window: window.at)
    return None if reader.reversed(last.decisions) else Offer(last.id, last.undo_until)
