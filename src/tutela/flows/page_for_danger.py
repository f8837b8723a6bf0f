"""Wake whoever is on call because somebody is in danger, and the next, until somebody says that they have it.

What is to be done is read from the tables each time. A page is noted after it was sent: a process that dies between
leaves it to another one, which sends it again once the claim has run out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from tutela.core.ids import PageId, PersonId
from tutela.core.paging import (
    GIVEN_UP_AFTER,
    LEASE,
    NOBODY_ANSWERS,
    Channel,
    Line,
    Page,
    PageFailure,
    Try,
    due_at,
    next_round,
    round_after,
)
from tutela.core.units import Duration
from tutela.errors import TutelaError
from tutela.flows.page_accounts import accounts_of
from tutela.flows.who_is_on_call import WhoIsOnCall
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.pages import Message, PageClaim, Pages, PageSender, Rota
from tutela.ports.store import Store

_log = structlog.get_logger(__name__)

Outcome = tuple[Channel, PageFailure | None]


@dataclass(frozen=True, slots=True)
class PageForDanger:
    """Bring pages into line with cases and notices, and send what is due."""

    store: Store
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
        self._follow_danger()
        woken, failed = 0, list[TutelaError]()
        for page in self.pages.open():
            try:
                woken += self._page(page)
            except TutelaError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return woken

    def _follow_danger(self) -> None:
        danger, now = self.pages.danger(), self.clock.now()
        for case_id in danger.unpaged:
            page = Page(PageId(self.entropy.new_id("page")), case_id, now)
            if self.pages.raise_page(page):
                _log.error("page_raised", page=page.id, case=case_id)
        for page_id in danger.over:
            self.pages.end(page_id, now)
        if danger.unpaged_notice is not None:
            page = Page(PageId(self.entropy.new_id("page")), None, now, notice_id=danger.unpaged_notice)
            if self.pages.raise_page(page):
                _log.error("page_raised", page=page.id, notice=danger.unpaged_notice)

    def _page(self, page: Page) -> int:
        now = self.clock.now()
        due = due_at(page, now, self.wait)
        if due is None or due > now or not self._claim(page):
            return 0
        fresh = self.pages.page(page.id)
        if fresh is None or fresh.tries != page.tries or not fresh.is_loud:
            return 0  # another process, or a person, was quicker
        line = self.who.line()
        line = line.without(self._owners(page, line))
        if not line.on_call:
            _log.error("nobody_on_call", page=page.id, case=page.case_id, notice=page.notice_id)
        return self._send_round(page, next_round(page, line))

    def _owners(self, page: Page, line: Line) -> frozenset[PersonId]:
        """Return who of them holds an account that it is about: to wake them would be to warn them."""
        with self.store.read() as reader:
            accounts = accounts_of(reader, page)
            return frozenset(each for each in line.everybody if accounts & reader.own_accounts(each))

    def _send_round(self, page: Page, people: Sequence[PersonId | None]) -> int:
        addresses = self.rota.addresses([each for each in people if each is not None])
        messages = [
            Message(page, person_id, place, self.clock.now(), None if person_id is None else addresses.get(person_id))
            for place, person_id in enumerate(people, len(page.tries) + 1)
        ]
        outcomes: dict[int, list[Outcome]] = {each.number: [] for each in messages}
        is_ours = True
        for sender in self.senders:  # to everybody by the one channel before the other: a slow one delays no other
            reached = [each for each in messages if sender.reaches(each)] if is_ours else []
            sent = list(self._by(sender, reached))
            for message, outcome in sent:
                outcomes[message.number].append((sender.channel, outcome))
            is_ours = is_ours and len(sent) == len(reached)
        number = round_after(page)
        tried = [_tried(each, number, outcomes[each.number]) for each in messages if outcomes[each.number] or is_ours]
        self.pages.note(page.id, tried)
        return sum(each.has_gone_out for each in tried)

    def _by(self, sender: PageSender, messages: Sequence[Message]) -> Iterator[tuple[Message, PageFailure | None]]:
        """Send by one channel, until somebody has acknowledged the page or another process sends it."""
        unanswered = list[PageFailure]()
        for message in messages:
            if len(unanswered) >= GIVEN_UP_AFTER:
                yield message, unanswered[-1]
            elif not self._claim(message.page):  # kept alive: a mail server may take its time over each
                return
            else:
                outcome = sender.send(replace(message, at=self.clock.now()))  # a receiver refuses what is minutes old
                unanswered = [*unanswered, outcome] if outcome in NOBODY_ANSWERS and outcome else []
                yield message, outcome

    def _claim(self, page: Page) -> bool:
        now = self.clock.now()
        return self.pages.claim(page.id, PageClaim(self.holder, now, now + LEASE.delta))


def _tried(message: Message, number: int, outcomes: Sequence[Outcome]) -> Try:
    """Return what came of one page, and log it."""
    taken = tuple(channel for channel, failure in outcomes if failure is None)
    failures = [failure for _, failure in outcomes if failure is not None]
    failure = failures[-1] if failures else None if taken else PageFailure.NOT_SET_UP
    told = {"page": message.page.id, "person": message.person_id, "by": [each.value for each in taken]}
    if taken:
        _log.warning("page_sent", **told)
    else:
        _log.error("page_not_sent", failure=failure and failure.value, **told)
    return Try(message.number, number, message.person_id, message.at, taken, failure)
