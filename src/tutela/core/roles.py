"""What part an account has in a finding, and what that part lets happen to it (promise P2 of the charter)."""

from enum import StrEnum

from tutela.core.measures import MeasureKind


class Role(StrEnum):
    """The part of an account. Whoever has any other part than that of the actor is no suspect."""

    ACTOR = "actor"  #: did it
    DEPICTED = "depicted"  #: is shown
    COERCED = "coerced"  #: was made to do it
    COMPROMISED = "compromised"  #: somebody else used the account
    UNWITTING_CARRIER = "unwitting_carrier"  #: passed it on without knowing what it was
    REPORTER = "reporter"  #: told about it
    MINOR_PEER = "minor_peer"  #: a child among children
    NONE = "none"  #: nothing is found about the account

    @property
    def is_protected(self) -> bool:
        """Return whether a finding protects this account and takes nothing away from it."""
        return self not in {Role.ACTOR, Role.NONE}


IN_WORDS = {
    Role.ACTOR: "the actor",
    Role.DEPICTED: "depicted",
    Role.COERCED: "coerced",
    Role.COMPROMISED: "the owner of an account that somebody else used",
    Role.UNWITTING_CARRIER: "an unwitting carrier",
    Role.REPORTER: "the reporter",
    Role.MINOR_PEER: "a minor among peers",
    Role.NONE: "no part of it",
}
"""Each as it is told to whoever decides."""

HELPS = {
    MeasureKind.PROTECT: frozenset(role for role in Role if role.is_protected),
    MeasureKind.LOCK_UNTIL_VERIFIED: frozenset({Role.COMPROMISED}),
}
"""Kinds that help an account instead of punishing it, and whom: a lock keeps the stranger out who took it over."""


def helps(kind: MeasureKind, role: Role) -> bool:
    """Return whether *kind* takes nothing away from an account of this role."""
    return role in HELPS.get(kind, frozenset())
