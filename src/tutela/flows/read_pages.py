"""Read pages: who was woken for which case, and who has it."""

from dataclasses import dataclass

from tutela.core.paging import Page
from tutela.core.permissions import Principal, demand_one
from tutela.errors import UnknownPage
from tutela.flows.who_is_on_call import ANSWERING
from tutela.ports.pages import Pages


@dataclass(frozen=True, slots=True)
class PageAlarms:
    """What is wrong with pages, in numbers."""

    open: int  #: the danger is not over
    unacknowledged: int  #: and nobody has said that they have it
    unsent: int  #: and no channel took the last of them


@dataclass(frozen=True, slots=True)
class ReadPages:
    """Read pages."""

    pages: Pages

    def open(self, principal: Principal) -> list[Page]:
        """Return those whose danger is not over, oldest first.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand_one(principal, ANSWERING)
        return self.pages.open()

    def one(self, principal: Principal, page_id: str) -> Page:
        """Return one, over or not.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownPage: There is none.
        """
        demand_one(principal, ANSWERING)
        page = self.pages.page(page_id)
        if page is None:
            raise UnknownPage(place="id")
        return page

    def alarms(self) -> PageAlarms:
        """Return what is wrong, in numbers: for the operator, who sees no page by it."""
        found = self.pages.open()
        loud = [each for each in found if each.is_loud]
        unsent = [each for each in loud if each.tries and not each.tries[-1].has_gone_out]
        return PageAlarms(len(found), len(loud), len(unsent))
