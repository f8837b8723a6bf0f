"""Get in again: by a recovery code, or by an administrator who lets somebody begin anew."""

import base64
from dataclasses import dataclass

from tutela.core.people import RECOVERY_BYTES, RECOVERY_CODES, Factor, normal_code
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_proof
from tutela.errors import Refused, UnknownPerson, WrongProof
from tutela.flows.enrol import Enrol
from tutela.flows.invite import Invite, Invited
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import SecondStep
from tutela.ports.entropy import Entropy

_GROUP = 4


@dataclass(frozen=True, slots=True)
class Recover:
    """Let people in again who lost what they prove themselves by."""

    enrol: Enrol
    second_step: SecondStep
    invite: Invite
    entropy: Entropy

    def new_codes(self, principal: Principal) -> list[str]:
        """Make ten codes, each good once, in place of all before, and return them; they are never shown again.

        Raises:
            tutela.errors.Forbidden: It is no person in a session, or one whose last proof is too old.
        """
        person = self.enrol.who(principal)
        drawn = [self.entropy.token(RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
        codes = [base64.b32encode(each).decode().lower() for each in drawn]
        self.enrol.factors.put_recovery_codes(person.id, [self._mark(person.id, code) for code in codes])
        return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]

    def by_code(self, half_way: str, code: str, arrival: Arrival) -> SignedIn:
        """Let in whoever showed the password and now a recovery code, which is used up.

        Raises:
            tutela.errors.WrongProof: It is wrong or used, or nobody is half way.
            tutela.errors.TooManyTries: The next one is looked at only later.
        """
        step = self.second_step
        credentials, first = step.who(half_way, arrival)
        person, lanes = credentials.person, step.lanes(credentials.person, arrival)
        step.take_try(lanes)
        mark = self._mark(person.id, normal_code(code))
        if not step.factors.use_recovery_code(person.id, mark, step.clock.now()):
            raise WrongProof(place="code")
        step.doorkeeper.forget_tries(lanes)
        return step.finish(half_way, person, (first, Factor.RECOVERY_CODE), arrival)

    def start_over(self, principal: Principal, person_id: str) -> Invited:
        """Take every way in away from somebody, end all that is theirs and open, and invite them anew.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof is too old.
            tutela.errors.Refused: It is oneself: another administrator does it, or the command line.
            tutela.errors.UnknownPerson: There is nobody of this id.
        """
        demand(principal, "people")
        demand_proof(principal, self.second_step.clock.now())
        if person_id == principal.person_id:
            raise Refused(
                [("id", "nobody takes their own ways in away; another administrator does, or `tutela person`")]
            )
        person = self.second_step.people.person(person_id)
        if person is None or person.ended_at is not None:
            raise UnknownPerson(place="id")
        invitation, secret, mark = self.invite.new_invitation(person.id)
        self.second_step.people.start_over(invitation, mark, principal.id)
        return Invited(person, invitation, secret)

    def _mark(self, person_id: str, code: str) -> bytes:
        return self.second_step.secrets.mark(f"{person_id}\0{code}")
