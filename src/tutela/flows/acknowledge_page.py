"""Say that one has it: nobody else is woken for this case, or notice, any more."""

from dataclasses import dataclass

import structlog

from tutela.core.paging import Page
from tutela.core.permissions import Principal, demand_one
from tutela.errors import NotForYou, UnknownPage
from tutela.flows.page_accounts import accounts_of
from tutela.flows.who_is_on_call import ANSWERING, WhoIsOnCall
from tutela.ports.clock import Clock
from tutela.ports.pages import Pages
from tutela.ports.store import Store

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AcknowledgePage:
    """Acknowledge a page: whoever keeps the rota, and whoever works on cases and was woken or is on call."""

    store: Store
    pages: Pages
    who: WhoIsOnCall
    clock: Clock

    def __call__(self, principal: Principal, page_id: str) -> Page:
        """Acknowledge and return the page; who said it first stays the one who has it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownPage: There is none.
            tutela.errors.NotForYou: It is about their account; or they were not woken and keep no rota.
        """
        demand_one(principal, ANSWERING)
        page = self._found(page_id)
        if self._is_about(page, principal):
            raise NotForYou("this is about an account of yours", place="id", remedy="Leave it to a colleague.")
        if not (principal.may("rota") or self._is_for(page, principal)):
            remedy = "Whoever keeps the rota can; you can once you are on call or are woken."
            raise NotForYou("somebody else is woken for this case", place="id", remedy=remedy)
        if self.pages.acknowledge(page.id, principal.id, self.clock.now()):
            _log.info("page_acknowledged", page=page.id)
        return self._found(page_id)

    def _is_about(self, page: Page, principal: Principal) -> bool:
        with self.store.read() as reader:
            return bool(accounts_of(reader, page) & reader.own_accounts(principal.id))

    def _is_for(self, page: Page, principal: Principal) -> bool:
        person = principal.person_id
        # A page that was sent and not noted yet must be acknowledged all the same.
        return person is not None and (
            any(each.person_id == person for each in page.tries) or person in self.who.line().on_call
        )

    def _found(self, page_id: str) -> Page:
        page = self.pages.page(page_id)
        if page is None:
            raise UnknownPage(place="id")
        return page
