"""Show whoever has a link what it is about: the neutral statement, how long they may appeal, and how theirs stands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tutela.core.appeals.states import DECIDED_BY_PEOPLE
from tutela.core.appeals.window import is_late, window_ends
from tutela.core.policy import Policy
from tutela.flows.appeal_links import AppealLinks
from tutela.flows.concerned import told_at
from tutela.flows.read_appeals import ReadAppeals
from tutela.ports.clock import Clock
from tutela.ports.store import Store


@dataclass(frozen=True, slots=True)
class Appealed:
    """What a link shows. Nothing in it names an item, a list, a date of ours, a notifier, a child or a person."""

    code: str  #: of the statement
    clause: str
    clause_title: str | None
    is_automated: bool
    in_time_until: datetime | None
    is_late: bool
    stands: bool  #: the decision
    appeals: tuple[dict[str, Any], ...]  #: of this account against it, oldest first
    open: dict[str, Any] | None
    is_answered: bool  #: what comes without new facts is answered by the first outcome
    out_of_court: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ShowAppealed:
    """Show what a link is about."""

    links: AppealLinks
    read: ReadAppeals
    policy: Policy
    clock: Clock

    def __call__(self, token: str) -> Appealed:
        """Return what a link shows.

        Raises:
            tutela.errors.UnknownLink: It is not one of ours, or not as it was made.
        """
        now, store = self.clock.now(), self._store
        with store.read() as reader:
            statement, ticket = self.links.opened(reader, token)
            told = told_at(reader, statement.decision_id, statement.account_id, now)
            promised = datetime.fromtimestamp(ticket.until_s, UTC) if ticket.until_s else None
            ends_at = window_ends(told, self.read.rules().months, promised)
            theirs = reader.appeals_against(statement.decision_id, statement.account_id)
            shown = [self.read.told(reader, each) for each in theirs]
            stands = not reader.reversed([statement.decision_id])
        open_one = next((told for told, each in zip(shown, theirs, strict=True) if each.is_open), None)
        clause = self.policy.clauses.get(statement.clause_id)
        return Appealed(
            statement.code.value,
            statement.clause_id,
            clause.title if clause else None,
            statement.is_automated,
            ends_at,
            is_late(now, ends_at),
            stands,
            tuple(shown),
            open_one,
            any(each.ended is not None and each.ended.outcome in DECIDED_BY_PEOPLE for each in theirs),
            tuple({"name": each.name, "url": each.url} for each in self.read.rules().bodies),
        )

    @property
    def _store(self) -> Store:
        return self.links.store
