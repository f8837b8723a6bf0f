"""What somebody may do, and which role may do it: the whole table, for keys and for people alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import PersonId, SessionId
from tutela.errors import Forbidden

SCOPES = {
    "submit": "send items and media",
    "read": "ask for visibility, standing, changes and items",
    "statements": "read statements of reasons, and say that they were delivered to whom they are told",
    "choices": "keep, read and delete what viewers chose not to see",
    "detections": "read what was detected, with bank and distance",
    "lookup": "look hashes up in the banks",
    "copies": "find who carries copies of a picture",
    "banks": "create, change, import and export banks",
    "judge": "say what bank members are worth, and release those that are braked",
    "words": "create, change and fill banks of words, and see how much they hold; what an entry holds nobody reads",
    "webhooks": "register where changes are sent, and read and repeat deliveries",
    "operate": "read and change the operator's profile, read imports and metrics, try a table of effects",
    "decide": "decide about accounts and items, by hand and in bulk, and reverse decisions",
    "decide_senior": "decide that a child did what a zero-tolerance clause forbids; only with decide",
    "cases": "read queues and cases, claim, hold, skip, hand over and annotate them",
    "second": "give the second or third answer where two people must agree",
    "evidence": "see sealed media under a grant of its own for each view; people only",
    "metadata": "read what a file says of its making (EXIF); people only",
    "quality": "keep golden cases, samples and figures of agreement",
    "rules": "write rules, run their tests, put them into shadow; people propose what takes two, no key does",
    "rules_second": "approve what somebody else proposed about a rule; people only",
    "links": "ask where a shortened link leads: whoever is asked learns that somebody has it",
    "facts": "tell what only the platform knows of an account: addresses, devices, how it is reached",
    "reports": "draw up reports to authorities and correct them, and decide what need not be told, with a reason",
    "file": "approve reports, file by hand, give one up; set up and switch on the channel; people only",
    "preserve": "hold evidence, have it destroyed by two people, export it to police; people only",
    "appeal": "hand in appeals for a user, withdraw them, and read what became of them",
    "appeals": "decide appeals, and act on misuse of them; people only",
    "orders": "keep the register of orders of authorities, verify them and give effect to them; people only",
    "transparency": "draw up, correct, publish and read reports of figures",
    "notices": "hand in notices of people outside, and read what became of them",
    "desk": "read notices, say what they are about, answer those of which nothing was found",
    "enrol": "enrol hotlines, authorities and trusted flaggers after calling them back; people only",
    "rota": "keep who is on call, and acknowledge any page about somebody in danger",
    "people": "invite people, give roles, revoke sessions; people only",
    "audit": "read and verify the audit",
}
"""What may be done, each with its meaning. Whoever is not given one of these may not do it."""

PEOPLE_ONLY = frozenset({
    "evidence", "metadata", "people", "rules_second", "file", "preserve", "enrol", "orders", "appeals",
})  # fmt: skip
"""What no key of a service is ever given: somebody must have proved who they are."""


class StaffRole(StrEnum):
    """What a person is here for. One person may have several."""

    REVIEWER = "reviewer"
    SENIOR_REVIEWER = "senior_reviewer"
    CHILD_SAFETY_OFFICER = "child_safety_officer"
    POLICY_ANALYST = "policy_analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


_REVIEWING = frozenset({"read", "detections", "cases", "decide", "evidence", "desk"})
_SENIOR = _REVIEWING | {
    "decide_senior",
    "second",
    "metadata",
    "copies",
    "lookup",
    "judge",
    "quality",
    "rules_second",
    "reports",
    "appeals",
}

ROLE_SCOPES: Mapping[StaffRole, frozenset[str]] = {
    StaffRole.REVIEWER: _REVIEWING,
    StaffRole.SENIOR_REVIEWER: _SENIOR,
    StaffRole.CHILD_SAFETY_OFFICER: _SENIOR | {"file", "preserve", "orders", "transparency", "rota", "audit", "enrol"},
    StaffRole.POLICY_ANALYST: frozenset(
        {"read", "operate", "lookup", "banks", "words", "rules", "links", "transparency"}
    ),
    StaffRole.ADMINISTRATOR: frozenset({"people", "operate", "webhooks", "rota", "audit"}),
    StaffRole.AUDITOR: frozenset({"read", "detections", "audit"}),
}
"""What each role may do. Source: console.md, Access. An administrator and an auditor never see evidence."""

SEES_EVIDENCE = frozenset(role for role, scopes in ROLE_SCOPES.items() if scopes & {"evidence", "metadata"})
"""Whose roles let them open what is sealed."""


NEEDS_SECOND_FACTOR = SEES_EVIDENCE | {StaffRole.ADMINISTRATOR}
"""Whose password alone opens nothing. Who gives roles could give somebody the evidence, so they are among them."""

AT_MACHINE = frozenset(SCOPES) - {"evidence", "metadata"}
"""What is done at the machine's own command line: whoever is there could write into the database. Evidence is opened
by somebody who can be named, and nowhere else."""


def scopes_of(roles: Iterable[StaffRole]) -> frozenset[str]:
    """Return all that somebody with these roles may do."""
    return frozenset[str]().union(*(ROLE_SCOPES[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: a service by its key, a person by a session, or somebody at the machine's command line."""

    id: str  #: of the person, by whatever they ask, or of a service's key, or `name:` and a name at the command line
    scopes: frozenset[str]
    person_id: PersonId | None = None  #: none for a service
    session_id: SessionId | None = None
    proven_at: datetime | None = None  #: when the person last proved who they are, with a second factor where they must
    is_at_machine: bool = False  #: at the command line

    def may(self, scope: str) -> bool:
        """Return whether this may be done."""
        return scope in self.scopes and (scope not in PEOPLE_ONLY or self.is_person)

    @property
    def is_person(self) -> bool:
        """Return whether somebody answers for what is asked, and not the key of a service."""
        return self.person_id is not None or self.is_at_machine


def at_machine(name: str) -> Principal:
    """Return whoever is at the command line under *name*."""
    return Principal(f"name:{name}", AT_MACHINE, is_at_machine=True)


def demand(principal: Principal, scope: str) -> None:
    """Refuse what *principal* may not do: every verb of a person begins with it.

    Raises:
        tutela.errors.Forbidden: The scope that is missing is named.
    """
    if not principal.may(scope):
        remedy = "Ask an administrator for a role that may do this, or use a key that has the scope."
        raise Forbidden(f"this takes the scope {scope}", place="Authorization", remedy=remedy)


def demand_person(principal: Principal, scope: str) -> None:
    """Refuse whoever may not do it, and the key of a service also where it has the scope.

    Raises:
        tutela.errors.Forbidden: The scope is missing, or nobody would have said it.
    """
    demand(principal, scope)
    if not principal.is_person:
        detail = f"this takes a person who has the scope {scope}, and no key of a service"
        raise Forbidden(detail, place="Authorization", remedy="Sign in, and do it as yourself.")


def demand_one(principal: Principal, scopes: Sequence[str]) -> None:
    """Refuse whoever has none of *scopes*, for what several kinds of people do.

    Raises:
        tutela.errors.Forbidden: The scopes are named.
    """
    if not any(principal.may(scope) for scope in scopes):
        remedy = "Ask an administrator for a role that may do this, or use a key that has the scope."
        raise Forbidden(f"this takes the scope {' or '.join(scopes)}", place="Authorization", remedy=remedy)
