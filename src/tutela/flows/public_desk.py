"""What the pages of the public desk need beside the verbs of notices."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.clocks import ClockSubject, RunningClock
from tutela.core.help_lines import HelpTable
from tutela.core.ids import NoticeId
from tutela.flows.desk_forms import DeskForms
from tutela.ports.clocks import ClockBook

_TELLS = frozenset({"decision", "decide", "remove"})
"""How the clocks end that say when something is decided: the last part of their name."""


@dataclass(frozen=True, slots=True)
class PublicDesk:
    """Forms that carry themselves, help by country, and by when somebody is answered."""

    forms: DeskForms
    help: HelpTable
    clocks: ClockBook

    def answer_by(self, notice_id: NoticeId) -> datetime | None:
        """Return by when people decide about a notice: the first of its clocks that run; none when none does."""
        clocks = self.clocks.of(ClockSubject.NOTICE, [notice_id]).get(notice_id, ())
        return min((each.due_at for each in clocks if _is_told(each)), default=None)


def _is_told(clock: RunningClock) -> bool:
    return clock.is_running and clock.id.value.rpartition(".")[2] in _TELLS
