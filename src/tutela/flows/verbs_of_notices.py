"""The verbs of notices, together: what the faces get."""

from dataclasses import dataclass, replace

from tutela.core.notices.draft import NoticeDraft
from tutela.core.permissions import Principal, demand
from tutela.flows.answer_notices import AnswerNotices
from tutela.flows.enrol_notifiers import EnrolNotifiers
from tutela.flows.follow_notice import FollowNotice, NoticeStatus
from tutela.flows.forget_notices import ForgetNotices
from tutela.flows.look_at_notice import LookAtNotice, LookAtWaiting, LookForUnlocated
from tutela.flows.notice_contacts import NoticeContacts
from tutela.flows.read_notices import ReadNotices
from tutela.flows.take_notice import Receipt, TakeNotice, Teller
from tutela.flows.work_on_notice import WorkOnNotice
from tutela.ports.notices import NoticeFilter, NoticeRow
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class NoticeVerbs:
    """Everything about notices."""

    take: TakeNotice
    follow: FollowNotice
    look: LookAtNotice
    reading: ReadNotices
    work: WorkOnNotice
    enrol: EnrolNotifiers
    contacts: NoticeContacts
    answer: AnswerNotices
    look_at_waiting: LookAtWaiting
    look_for_unlocated: LookForUnlocated
    forget: ForgetNotices
    store: Store

    def hand_in(self, principal: Principal, draft: NoticeDraft, once: str | None = None) -> Receipt:
        """Take a notice that somebody hands in by a key: an enrolled notifier, or the platform for its users.

        Raises:
            tutela.errors.Forbidden: They hand in none.
            tutela.errors.BadInput: It could not be written down.
        """
        demand(principal, "notices")
        with self.store.read() as reader:
            notifier = reader.notifier_by_key(principal.id)
        return self.take(draft, Teller(f"key:{principal.id}", notifier, is_platform=notifier is None), once)

    def status(self, principal: Principal, code: str, source: str = "") -> NoticeStatus:
        """Return how the notice of a code stands, for the platform that shows it to whoever holds the code.

        Raises:
            tutela.errors.Forbidden: They hand in no notices.
            tutela.errors.UnknownNotice: The code opens nothing.
            tutela.errors.TooManyCodes: Too many opened nothing.
        """
        demand(principal, "notices")
        return self.follow.status(code, _place(principal, source))

    def add(self, principal: Principal, code: str, more: NoticeDraft) -> NoticeStatus:
        """Take what somebody adds by a platform; it raises what `status` raises.

        Raises:
            tutela.errors.BadInput: It could not be written down.
        """
        demand(principal, "notices")
        return self.follow.add(code, more, _place(principal, more.source))

    def page(self, principal: Principal, wanted: NoticeFilter, after: str, limit: int) -> list[NoticeRow]:
        """Return a page of notices, the newest first; none about an account of whoever asks.

        Raises:
            tutela.errors.Forbidden: They do not work with them.
        """
        demand(principal, "desk")
        with self.store.read() as reader:
            wanted = replace(wanted, not_about=reader.own_accounts(principal.id))
            return reader.notices_page(wanted, after, limit)


def _place(principal: Principal, source: str) -> str | None:
    """Return where tries of a platform's user are counted: theirs alone, as far as the platform says whose they are."""
    return f"key:{principal.id}:{source}" if source else None
