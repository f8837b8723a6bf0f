"""Make, check and revoke API keys. The secret is shown once; only a keyed hash of it is kept."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tutela.core.permissions import PEOPLE_ONLY, SCOPES, Principal, scopes_of
from tutela.errors import BadInput, Unauthenticated
from tutela.ports.clock import Clock
from tutela.ports.desk import ApiKey, Desk, Owner
from tutela.ports.entropy import Entropy

SECRET_BYTES = 32
SECRET_PREFIX = "tutela_"  # noqa: S105  # how a leaked secret is recognised by scanners, not a secret


@dataclass(frozen=True, slots=True)
class KeepKeys:
    """Keep the API keys."""

    desk: Desk
    clock: Clock
    entropy: Entropy
    hash_secret: Callable[[bytes], bytes]

    def create(self, name: str, scopes: Iterable[str], owner: Owner | None = None) -> tuple[ApiKey, str]:
        """Make a key and return it with its secret, which is never shown again.

        Args:
            name: For people.
            scopes: What it may do; of a person's token never more than its person may, at each call anew.
            owner: The person whose token it is; none for a service.

        Raises:
            tutela.errors.BadInput: A scope does not exist, or none was given.
        """
        wanted = frozenset(scopes)
        if unknown := sorted(wanted - SCOPES.keys()):
            raise BadInput(f"there is no scope {unknown[0]!r}", place="scopes", remedy=f"Known: {', '.join(SCOPES)}.")
        if never := sorted(wanted & PEOPLE_ONLY):
            raise BadInput(
                f"no key is given the scope {never[0]!r}: it is for people who prove who they are", place="scopes",
                remedy="Sign in with an account that has the role.",
            )  # fmt: skip
        if not wanted:
            raise BadInput("a key needs at least one scope", place="scopes", remedy=f"Known: {', '.join(SCOPES)}.")
        raw = base64.urlsafe_b64encode(self.entropy.token(SECRET_BYTES)).decode().rstrip("=")
        secret = SECRET_PREFIX + raw
        key = ApiKey(self.entropy.new_id("key"), name, wanted, self.clock.now(), owner=owner)
        self.desk.add_key(key, self.hash_secret(secret.encode()))
        return key, secret

    def check(self, secret: str) -> ApiKey:
        """Return the key of *secret*.

        Raises:
            tutela.errors.Unauthenticated: There is none, or it was revoked.
        """
        key = self.desk.key_by_secret(self.hash_secret(secret.encode()))
        if key is None or key.revoked_at is not None or (key.owner is not None and key.owner.has_left):
            raise Unauthenticated
        return key

    @staticmethod
    def principal_of(key: ApiKey) -> Principal:
        """Return who asks with *key*: a person's token may what it was given, as far as its person may it now."""
        if key.owner is None:
            return Principal(key.id, key.scopes)
        scopes = (key.scopes & scopes_of(key.owner.roles)) - PEOPLE_ONLY
        # As the person: whoever decides by a token and again in the browser is one and the same (P3).
        return Principal(key.owner.person_id, scopes, key.owner.person_id)

    def revoke(self, key_id: str) -> None:
        """Revoke a key. Irreversible.

        Raises:
            tutela.errors.BadInput: There is none, or it was revoked before.
        """
        if not self.desk.revoke_key(key_id, self.clock.now()):
            raise BadInput("there is no such key that is not revoked yet", place="key")
