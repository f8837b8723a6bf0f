"""A notice, for whoever works with them: never one about an account of their own, which would tell them who told."""

from tutela.core.ids import NoticeId
from tutela.core.notices.notice import Notice
from tutela.core.permissions import Principal
from tutela.errors import NotForYou, UnknownNotice
from tutela.ports.notices import NoticeFilter, NoticeRow
from tutela.ports.store import Reader


def shown_notice(reader: Reader, principal: Principal, notice_id: NoticeId) -> NoticeRow:
    """Return a notice with what a list says of it.

    Raises:
        tutela.errors.UnknownNotice: There is none of that identifier.
        tutela.errors.NotForYou: It is about an account of theirs.
    """
    found = reader.notices_page(NoticeFilter(id=notice_id), "", 1)
    if not found:
        raise UnknownNotice(place="notice")
    refuse_own(reader, principal.id, found[0].notice)
    return found[0]


def refuse_own(reader: Reader, person: str, notice: Notice) -> None:
    """Refuse a notice about an account of *person*.

    Raises:
        tutela.errors.NotForYou: It is about one.
    """
    if set(notice.accounts) & reader.own_accounts(person):
        raise NotForYou("it is about an account of yours", place="notice", remedy="Leave it to a colleague.")
