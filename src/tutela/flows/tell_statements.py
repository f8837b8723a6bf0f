"""Tell platforms, by webhook, that there are statements of reasons: ids and codes, and nothing of why."""

from dataclasses import dataclass

import structlog

from tutela.core.webhooks import STATEMENT_DUE, StatementDue, body_of_statements_due
from tutela.ports.clock import Clock
from tutela.ports.statements import StatementBook
from tutela.ports.store import Store
from tutela.ports.webhooks import Notice

MOST_TOLD = 100
"""Statements in one event."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TellStatements:
    """Tell what may be told; what can still be taken back, or is delayed, may not."""

    store: Store
    book: StatementBook
    clock: Clock

    def __call__(self) -> int:
        """Tell of what is due, oldest first; return of how many.

        Where no endpoint asks for it, nothing is noted: a platform that reads statements by itself needs no event.
        """
        now, count = self.clock.now(), 0
        if not self.book.has_listener():
            return 0
        while due := self.book.untold(now, MOST_TOLD):
            with self.store.read() as reader:
                accounts = reader.accounts_by_id({each.statement.account_id for each in due})
            told = [
                StatementDue(each.statement.id, accounts[each.statement.account_id].platform_id, each.statement.code)
                for each in due
            ]
            notice = Notice(STATEMENT_DUE, body_of_statements_due(told, now), len(told))
            endpoints = self.book.tell([each.statement.id for each in due], notice, now)
            if not endpoints:
                return count
            count += len(due)
            _log.info("statements_due", statements=len(due), endpoints=endpoints)
            if len(due) < MOST_TOLD:
                return count
        return count
