"""Enrol a passkey, and remove one."""

from dataclasses import dataclass

from tutela.core.people import MAX_PASSKEYS, Factor, Passkey, checked_name
from tutela.core.permissions import Principal
from tutela.core.visitors import Visitor
from tutela.errors import BadInput, Conflict
from tutela.flows.enrol import Enrol
from tutela.flows.prove_passkey import Asked, ProvePasskey
from tutela.ports.proofs import Site

PURPOSE = "enrol"


@dataclass(frozen=True, slots=True)
class EnrolPasskey:
    """Keep somebody's passkeys."""

    enrol: Enrol
    prove_passkey: ProvePasskey

    def begin(self, principal: Principal, site: Site) -> Asked:
        """Ask the browser for a new passkey.

        Raises:
            tutela.errors.Forbidden: It is no person in a session, or one whose last proof is too old.
            tutela.errors.Conflict: There are too many.
        """
        person = self.enrol.who(principal)
        existing = self.enrol.factors.passkeys(person.id)
        if len(existing) >= MAX_PASSKEYS:
            raise Conflict(f"there are {MAX_PASSKEYS} passkeys already", place="passkey", remedy="Remove one first.")
        challenge, secret = self.prove_passkey.challenge(PURPOSE, person.id)
        return Asked(self.prove_passkey.prover.registration(person, existing, challenge, site), secret)

    def finish(self, principal: Principal, asked: "Answered", site: Site, visitor: Visitor) -> Passkey:
        """Store the passkey that the browser made.

        Raises:
            tutela.errors.WrongProof: It does not answer what was asked.
            tutela.errors.Conflict: It is enrolled already.
        """
        person = self.enrol.who(principal)
        name = checked_name(asked.name)
        challenge = self.prove_passkey.taken(asked.ceremony, PURPOSE, person.id)
        credential_id, public_key, sign_count = self.prove_passkey.prover.registered(asked.answer, challenge, site)
        now = self.enrol.clock.now()
        passkey = Passkey(credential_id, person.id, public_key, sign_count, name, now)
        self.enrol.factors.add_passkey(passkey)
        self.enrol.enrolled(principal, visitor, Factor.PASSKEY)
        return passkey

    def remove(self, principal: Principal, credential_id: str) -> None:
        """Remove a passkey.

        Raises:
            tutela.errors.Conflict: It is the last second factor, and the roles ask for one.
            tutela.errors.BadInput: There is no such passkey of this person.
        """
        person = self.enrol.who(principal)
        self.enrol.check_removal(person, leaves=person.passkeys - 1 + person.has_totp)
        if not self.enrol.factors.remove_passkey(person.id, credential_id):
            raise BadInput("there is no such passkey", place="passkey")
        self.enrol.removed(principal)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a browser made, under which ceremony, and how its owner calls it."""

    ceremony: str
    answer: str
    name: str
