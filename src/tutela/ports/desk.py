"""Small records that the faces keep: API keys, the operator's profile, imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tutela.core.content import Account
from tutela.core.ids import BankId, PersonId
from tutela.core.permissions import StaffRole


@dataclass(frozen=True, slots=True)
class Owner:
    """The person whose personal token a key is, as they are now."""

    person_id: PersonId
    roles: frozenset[StaffRole]
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as stored: the secret itself is shown once and never kept."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None = None
    owner: Owner | None = None  #: none for a service


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come."""

    id: str
    bank_id: BankId
    started_at: datetime
    ended_at: datetime | None
    rows_read: int
    rows_added: int
    rows_known: int
    rows_rejected: int


class Desk(Protocol):
    """Keep small records. Every write is one transaction with its own audit entry."""

    def add_key(self, key: ApiKey, secret_hash: bytes) -> None:
        """Store a new key."""
        ...

    def revoke_key(self, key_id: str, at: datetime, *, of: PersonId | None = None) -> bool:
        """Revoke a key; return whether there was one, *of* somebody when that is said, not revoked before."""
        ...

    def key_by_secret(self, secret_hash: bytes) -> ApiKey | None:
        """Return the key of this secret, revoked or not."""
        ...

    def keys(self, *, of: PersonId | None = None) -> list[ApiKey]:
        """Return all keys, or those *of* somebody, oldest first."""
        ...

    def setting(self, name: str) -> Mapping[str, Any] | None:
        """Return a stored record."""
        ...

    def first_setting(self, name: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Store a record unless there is one, whoever else does so at the same moment; return the one that is stored.

        It is no operator's doing, so it has no audit entry.
        """
        ...

    def put_setting(
        self, name: str, body: Mapping[str, Any], *, by: str = "", instead_of: Mapping[str, Any] | None = None
    ) -> None:
        """Store a record.

        Args:
            name: Of the record.
            body: What is stored.
            by: Who does so, for the audit; nobody is named where a key or the command line does.
            instead_of: Store it only in the place of this.

        Raises:
            tutela.errors.Conflict: Something else is stored than *instead_of*.
        """
        ...

    def put_account(self, account: Account) -> Account:
        """Store what a platform says about an account, new or known by its platform's id, and return it as stored."""
        ...

    def put_import(self, progress: ImportProgress) -> None:
        """Store how far an import has come."""
        ...

    def imports(self, limit: int, *, before: str | None = None) -> list[ImportProgress]:
        """Return the newest imports first, beginning after the id *before*."""
        ...

    def forget_idempotent_before(self, moment: datetime) -> int:
        """Delete answers that may no longer be asked for; return how many."""
        ...
