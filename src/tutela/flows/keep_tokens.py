"""Tokens of a person's own, for scripts: keys that never may more than their person, and open nothing sealed."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.people import checked_name
from tutela.core.permissions import PEOPLE_ONLY, Principal
from tutela.core.sessions import demand_session
from tutela.errors import BadInput, Forbidden, UnknownSession
from tutela.flows.enrol import Enrol
from tutela.flows.keep_keys import KeepKeys
from tutela.ports.desk import ApiKey, Owner

MAX_TOKENS = 20


@dataclass(frozen=True, slots=True)
class KeepTokens:
    """Keep personal tokens."""

    enrol: Enrol
    keys: KeepKeys

    def own(self, principal: Principal) -> list[ApiKey]:
        """Return the tokens of whoever asks, oldest first.

        Raises:
            tutela.errors.Forbidden: A key asks.
        """
        person_id, _ = demand_session(principal)
        return self.keys.desk.keys(of=person_id)

    def create(self, principal: Principal, name: str, scopes: Iterable[str]) -> tuple[ApiKey, str]:
        """Make a token and return it with its secret, which is never shown again.

        Raises:
            tutela.errors.Forbidden: It is no person in a session, or it asks for more than they may.
            tutela.errors.MustProve: The last proof is too old.
            tutela.errors.BadInput: The name or a scope cannot be used, or there are too many.
        """
        person = self.enrol.who(principal)
        wanted = frozenset(scopes)
        if not wanted <= principal.scopes - PEOPLE_ONLY:
            remedy = f"You may give: {', '.join(sorted(principal.scopes - PEOPLE_ONLY)) or 'nothing yet'}."
            raise Forbidden("a token may never more than its person", place="scopes", remedy=remedy)
        if sum(key.revoked_at is None for key in self.own(principal)) >= MAX_TOKENS:
            raise BadInput(f"there are {MAX_TOKENS} tokens already", place="name", remedy="Revoke one first.")
        return self.keys.create(checked_name(name), wanted, Owner(person.id, person.roles))

    def revoke(self, principal: Principal, key_id: str) -> None:
        """Revoke a token of one's own. Irreversible.

        Raises:
            tutela.errors.Forbidden: A key asks.
            tutela.errors.UnknownSession: There is no such token of one's own that is not revoked yet.
        """
        person_id, _ = demand_session(principal)
        if not self.keys.desk.revoke_key(key_id, self.keys.clock.now(), of=person_id):
            raise UnknownSession("there is no such token", place="id")

    @staticmethod
    def may_give(principal: Principal) -> list[str]:
        """Return what a token of whoever asks may be given."""
        return sorted(principal.scopes - PEOPLE_ONLY)
