"""Give each statement the link by which whoever it is for may appeal, and know such a link again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tutela.core.appeals.links import AppealTicket, Bound, check, parse, token_of
from tutela.core.appeals.window import window_ends
from tutela.core.audit import AuditEvent
from tutela.core.ids import AccountId, DecisionId
from tutela.core.permissions import Principal, demand_person
from tutela.core.reasons.covering import TELLS_OF_AN_END
from tutela.core.statements import Statement
from tutela.errors import UnknownLink
from tutela.flows.appeal_secrets import AppealSecrets
from tutela.ports.committer import Changeset, Committer
from tutela.ports.store import Reader, Store

GENERATION = "appeal-links"
"""The checkpoint that holds which generation of links is worth something."""

PATH = "/desk/appeal/"


@dataclass(frozen=True, slots=True)
class AppealLinks:
    """Make links and know them."""

    store: Store
    committer: Committer
    secrets: AppealSecrets
    months: Callable[[], int]
    site: str  #: where people reach this server, as https://tutela.example

    def all_of(self, statements: Iterable[Statement]) -> list[str | None]:
        """Return the address of each of these; see `of`."""
        with self.store.read() as reader:
            return [self.of(reader, each) for each in statements]

    def of(self, reader: Reader, statement: Statement) -> str | None:
        """Return the address by which a statement is appealed; none where it takes nothing from anybody."""
        token = self.token(reader, statement)
        return None if token is None else f"{self.site}{PATH}{token}"

    def token(self, reader: Reader, statement: Statement) -> str | None:
        """Return the token of that address: the same each time, as long as the statement is told at the same time."""
        if statement.code in TELLS_OF_AN_END:
            return None
        ends = window_ends(statement.tell_at, self.months())
        until_s = 0 if ends is None else int(ends.timestamp())
        generation = _generation(reader)
        return token_of(_bound(statement), until_s, generation, self.secrets.link_key(generation))

    def opened(self, reader: Reader, token: str) -> tuple[Statement, AppealTicket]:
        """Return the statement that a link is for, and what the link says.

        Raises:
            tutela.errors.UnknownLink: It was not made here as it is, or not since links were made worthless.
        """
        ticket = parse(token)
        statement = reader.statement(ticket.statement_id)
        generation = _generation(reader)
        # As much is computed for a statement that does not exist: nobody learns which ones do.
        bound = Bound(ticket.statement_id, DecisionId(""), AccountId("")) if statement is None else _bound(statement)
        check(token, bound, ticket, generation, self.secrets.link_key(generation))
        if statement is None:
            raise UnknownLink(place="link")
        return statement, ticket

    def revoke_all(self, principal: Principal) -> int:
        """Make every link that was given away worthless, and return which generation holds from now on.

        Irreversible. Whoever has one gets a new one from the platform; the API goes on.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand_person(principal, "appeals")
        with self.store.read() as reader:
            generation = _generation(reader) + 1
        event = AuditEvent("person:appeal_links:revoked", GENERATION, {"by": principal.id, "generation": generation})
        self.committer.commit(Changeset(checkpoints={GENERATION: generation}, audit=(event,)))
        return generation


def _generation(reader: Reader) -> int:
    """Return which generation of links is worth something: the first, where none was ever revoked."""
    return max(0, reader.checkpoint(GENERATION))


def _bound(statement: Statement) -> Bound:
    return Bound(statement.id, statement.decision_id, statement.account_id)
