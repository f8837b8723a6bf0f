"""Read notices for the work on them: what presses, what waits, and one with all around it; never what was told.

What somebody told stays sealed here: `WorkOnNotice.read` opens it, and records who did.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.clocks import ClockSubject, RunningClock
from tutela.core.content import Account
from tutela.core.ids import CaseId, ItemId, NoticeId
from tutela.core.messages import MessageAbout
from tutela.core.notices.branches import is_claim
from tutela.core.notices.notice import Notice, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.core.permissions import Principal, demand
from tutela.flows.notice_items import item_outcomes
from tutela.flows.shown_notice import shown_notice
from tutela.ports.cases import OpenCase
from tutela.ports.clock import Clock
from tutela.ports.clocks import ClockBook
from tutela.ports.committer import StoredItem
from tutela.ports.messages import Message, Outbox
from tutela.ports.notices import NoticeFilter, NoticeRow, NoticesWaiting, Notifier
from tutela.ports.store import Reader, Store

ITEMS_SHOWN = 100
CASES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An item that a notice names, and how it stands."""

    stored: StoredItem
    author: Account
    outcome: ItemOutcome


@dataclass(frozen=True, slots=True)
class LaidNotice:
    """A notice with all that whoever works on it needs, short of what was told."""

    row: NoticeRow
    items: tuple[NamedItem, ...]  #: the first hundred
    accounts: tuple[Account, ...]
    cases: tuple[OpenCase, ...]  #: the first twenty
    clocks: tuple[RunningClock, ...]  #: the next due first, those that have stopped last
    messages: tuple[Message, ...]
    notifier: Notifier | None
    needs_two: bool  #: another person confirms that nothing was found
    is_answered_by_me: bool  #: whoever asks has said so already

    @property
    def notice(self) -> Notice:
        """Return the notice itself."""
        return self.row.notice

    @property
    def is_unlocated(self) -> bool:
        """Return whether people answer it themselves: nothing of what it is about was found."""
        return self.notice.state is NoticeState.UNLOCATED


@dataclass(frozen=True, slots=True)
class ReadNotices:
    """Every way of reading them."""

    store: Store
    clocks: ClockBook
    outbox: Outbox
    clock: Clock
    has_second: Callable[[], bool]  #: whether anybody else could confirm

    def show(self, principal: Principal, notice_id: NoticeId) -> NoticeRow:
        """Return a notice.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
            tutela.errors.UnknownNotice: There is none of that identifier.
            tutela.errors.NotForYou: It is about an account of theirs.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            return shown_notice(reader, principal, notice_id)

    def pressing(self, principal: Principal, limit: int) -> list[NoticeRow]:
        """Return open notices that say that somebody is in danger, then those of which a time is over, oldest first.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            return reader.pressing_notices(self.clock.now(), reader.own_accounts(principal.id), limit)

    def waiting(self, principal: Principal) -> NoticesWaiting:
        """Return how many wait in no case.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            return reader.notices_waiting(reader.own_accounts(principal.id))

    def of_case(self, principal: Principal, case_id: CaseId, limit: int) -> list[NoticeRow]:
        """Return notices that lie in a case, the newest first.

        Raises:
            tutela.errors.Forbidden: They do not work with notices.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            wanted = NoticeFilter(case_id=case_id, not_about=reader.own_accounts(principal.id), is_first=True)
            return reader.notices_page(wanted, "", limit)

    def lay_out(self, principal: Principal, notice_id: NoticeId) -> LaidNotice:
        """Return a notice with all that is around it; it raises what `show` raises."""
        demand(principal, "desk")
        with self.store.read() as reader:
            row = shown_notice(reader, principal, notice_id)
            notice = row.notice
            accounts = reader.accounts_by_id(notice.accounts)
            cases = (reader.case_shown(each) for each in notice.cases[:CASES_SHOWN])
            found = [each for each in cases if each is not None]
            notifier = None if notice.notifier_id is None else reader.notifier_of(notice.notifier_id)
            items = _named(reader, notice, item_outcomes(reader, notice, self.clock.now()))
        clocks = self.clocks.of(ClockSubject.NOTICE, [notice_id]).get(notice_id, ())
        needs_two = is_claim(notice.kind, notice.clause_id, is_enrolled=notice.is_enrolled) and self.has_second()
        return LaidNotice(
            row, items, tuple(accounts.values()), tuple(found),
            tuple(sorted(clocks, key=lambda one: not one.is_running)),
            tuple(self.outbox.of(MessageAbout.NOTICE, notice_id)), notifier, needs_two,
            notice.proposed_by == principal.id,
        )  # fmt: skip


def _named(reader: Reader, notice: Notice, outcomes: dict[ItemId, ItemOutcome]) -> tuple[NamedItem, ...]:
    stored = reader.items_by_id(notice.items[:ITEMS_SHOWN])
    authors = reader.accounts_by_id({each.item.account_id for each in stored.values()})
    return tuple(NamedItem(each, authors[each.item.account_id], outcomes[item_id]) for item_id, each in stored.items())
