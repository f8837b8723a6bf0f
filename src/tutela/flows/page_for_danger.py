"""Wake whoever is on call because somebody is in danger, and the next, until somebody says that they have it.

What is to be done is read from the tables each time. A page is noted after it was sent: a process that dies between
leaves it to another one, which sends it again once the claim has run out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from tutela.core.ids import PageId, PersonId
from tutela.core.paging import LEASE, Page, PageFailure, Try, due_at, next_round, round_after
from tutela.core.units import Duration
from tutela.errors import TutelaError
from tutela.flows.who_is_on_call import WhoIsOnCall
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.pages import Message, PageClaim, Pages, PageSender, Rota

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PageForDanger:
    """Bring pages into line with the cases, and send what is due."""

    pages: Pages
    rota: Rota
    who: WhoIsOnCall
    senders: Sequence[PageSender]
    clock: Clock
    entropy: Entropy
    holder: str  #: this process, and no other that ever was
    wait: Duration  #: for an acknowledgement, before the next is woken

    def __call__(self) -> int:
        """Return how many people were woken; a page that fails keeps no other from being sent.

        Raises:
            tutela.errors.TutelaError: What the first that failed raised, once all the others were sent.
        """
        self._follow_cases()
        woken, failed = 0, list[TutelaError]()
        for page in self.pages.open():
            try:
                woken += self._page(page)
            except TutelaError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return woken

    def _follow_cases(self) -> None:
        danger, now = self.pages.danger(), self.clock.now()
        for case_id in danger.unpaged:
            page = Page(PageId(self.entropy.new_id("page")), case_id, now)
            if self.pages.raise_page(page):
                _log.error("page_raised", page=page.id, case=case_id)
        for page_id in danger.over:
            self.pages.end(page_id, now)

    def _page(self, page: Page) -> int:
        now = self.clock.now()
        due = due_at(page, now, self.wait)
        if due is None or due > now or not self._claim(page):
            return 0
        fresh = self.pages.page(page.id)
        if fresh is None or fresh.tries != page.tries or not fresh.is_loud:
            return 0  # another process, or a person, was quicker
        line = self.who.line()
        if not line.on_call:
            _log.error("nobody_on_call", page=page.id, case=page.case_id)
        return self._send_round(page, next_round(page, line))

    def _send_round(self, page: Page, people: Sequence[PersonId | None]) -> int:
        addresses = self.rota.addresses([each for each in people if each is not None])
        number, tried = round_after(page), list[Try]()
        for place, person_id in enumerate(people, len(page.tries) + 1):
            self._claim(page)  # kept alive: a mail server may take its time over each
            email = None if person_id is None else addresses.get(person_id)
            message = Message(page, person_id, place, self.clock.now(), email)
            tried.append(self._sent(message, number))
        self.pages.note(page.id, tried)
        return sum(each.has_gone_out for each in tried)

    def _sent(self, message: Message, number: int) -> Try:
        taken, failure = [], PageFailure.NOT_SET_UP
        for sender in self.senders:
            if sender.reaches(message):
                outcome = sender.send(message)
                if outcome is None:
                    taken.append(sender.channel)
                else:
                    failure = outcome
        is_whole = len(taken) == sum(sender.reaches(message) for sender in self.senders) > 0
        done = Try(
            message.number, number, message.person_id, message.at, tuple(taken), None if is_whole else failure
        )  # fmt: skip
        told = {"page": message.page.id, "person": message.person_id, "by": [each.value for each in taken]}
        if done.has_gone_out:
            _log.warning("page_sent", **told)
        else:
            _log.error("page_not_sent", failure=failure.value, **told)
        return done

    def _claim(self, page: Page) -> bool:
        now = self.clock.now()
        return self.pages.claim(page.id, PageClaim(self.holder, now, now + LEASE.delta))
