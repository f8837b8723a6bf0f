"""Everything about the rota and paging in one place, as the faces get it."""

from dataclasses import dataclass

from tutela.core.operator import ON_CALL, PAGES, REACHED
from tutela.flows.acknowledge_page import AcknowledgePage
from tutela.flows.keep_rota import KeepRota
from tutela.flows.page_for_danger import PageForDanger
from tutela.flows.read_pages import ReadPages
from tutela.flows.try_paging import TryPaging
from tutela.flows.who_is_on_call import WhoIsOnCall


@dataclass(frozen=True, slots=True)
class OnCallStock:
    """How the rota and the pages stand, in numbers."""

    on_call: int  #: people, at this moment
    nobody_on_call: bool
    unreachable: int  #: who would be woken, and no channel leads to them
    pages: int  #: about a danger that is not over
    unacknowledged: int  #: of these, nobody has said that they have it
    unsent: int  #: of these, no channel took the last one


@dataclass(frozen=True, slots=True)
class OnCall:
    """The verbs of the rota and of pages."""

    who: WhoIsOnCall
    keep: KeepRota
    page: PageForDanger
    read: ReadPages
    acknowledge: AcknowledgePage
    test: TryPaging

    def stock(self) -> OnCallStock:
        """Return how it stands, in numbers."""
        state, alarms = self.who.state(), self.read.alarms()
        return OnCallStock(
            len(state.line.on_call), state.is_nobody_on_call, len(state.unreachable), alarms.open,
            alarms.unacknowledged, alarms.unsent,
        )  # fmt: skip

    def alarms(self) -> frozenset[str]:
        """Return the lines of the checklist that apply."""
        stock = self.stock()
        found = {
            ON_CALL: stock.nobody_on_call,
            REACHED: bool(stock.unreachable or stock.unsent),
            PAGES: stock.unacknowledged > 0,
        }
        return frozenset(line for line, is_wrong in found.items() if is_wrong)
