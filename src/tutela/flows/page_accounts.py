"""Whom a page is about."""

from tutela.core.ids import AccountId
from tutela.core.paging import Page
from tutela.flows.move_case import shown_case
from tutela.ports.store import Reader


def accounts_of(reader: Reader, page: Page) -> frozenset[AccountId]:
    """Return the accounts that the case, or the notice, of a page is about."""
    if page.case_id is not None:
        return frozenset({shown_case(reader, page.case_id).case.account_id})
    notice = None if page.notice_id is None else reader.notice_of(page.notice_id)
    return frozenset() if notice is None else frozenset(notice.accounts)
