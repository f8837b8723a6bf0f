"""People in the database; see `ports.people.People`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from tutela.adapters.db import people_tables as t
from tutela.adapters.db import rows
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.people_rows import PERSON, invitation_of, new_invitation, new_person, person_of, roles_text
from tutela.adapters.db.tables import api_keys
from tutela.core.audit import AuditEvent
from tutela.core.ids import PersonId
from tutela.core.people import Invitation, Person
from tutela.core.permissions import StaffRole
from tutela.core.sessions import EndBecause
from tutela.errors import Conflict, UnknownPerson
from tutela.ports.clock import Clock
from tutela.ports.people import Access, Credentials

_P, _I, _S, _D, _C = t.people.c, t.invitations.c, t.sessions.c, t.devices.c, t.ceremonies.c

_ALL = select(*PERSON).order_by(_P.created_us, _P.id)
_WHOLE = select(*PERSON, _P.password_hash, _P.totp, _P.totp_step)
_FIND: Mapping[str, Any] = {
    "id": _WHOLE.where(_P.id == bindparam("key")),
    "login": _WHOLE.where(_P.login == bindparam("key")),
    "provider_subject": _WHOLE.where(_P.provider_subject == bindparam("key")),
}
_NEW = insert(t.people)
_ROLES = update(t.people).where(_P.id == bindparam("b_id")).values(roles=bindparam("b_roles"))
_END = update(t.people).where(_P.id == bindparam("b_id"), _P.ended_us.is_(None)).values(ended_us=bindparam("b_now"))
_NO_WAY_IN = (
    update(t.people)
    .where(_P.id == bindparam("b_id"), _P.ended_us.is_(None))
    .values(password_hash=None, totp=None, provider_subject=None)
)
_LET_IN = (
    update(t.people)
    .where(_P.id == bindparam("b_id"), _P.ended_us.is_(None))
    .values(password_hash=bindparam("b_password"), provider_subject=bindparam("b_subject"))
)
_INVITE = insert(t.invitations)
_INVITATION = (
    select(_I.id.label("invitation_id"), _I.ends_us, _I.used_us, *PERSON)
    .join_from(t.invitations, t.people)
    .where(_I.secret_hash == bindparam("secret_hash"))
)
_USE = (
    update(t.invitations)
    .where(_I.id == bindparam("b_id"), _I.used_us.is_(None), _I.ends_us > bindparam("b_now"))
    .values(used_us=bindparam("b_now"))
)
_VOID = (
    update(t.invitations)
    .where(_I.person_id == bindparam("b_id"), _I.used_us.is_(None))
    .values(used_us=bindparam("b_now"))
)
_CLOSE = (
    update(t.sessions)
    .where(_S.person_id == bindparam("b_id"), _S.ended_us.is_(None))
    .values(ended_us=bindparam("b_now"), ended_because=bindparam("b_because"))
)
_REVOKE_KEYS = (
    update(api_keys)
    .where(
        api_keys.c.id.in_(select(t.personal_keys.c.key_id).where(t.personal_keys.c.person_id == bindparam("b_id"))),
        api_keys.c.revoked_us.is_(None),
    )
    .values(revoked_us=bindparam("b_now"))
)
_FORGET = (
    delete(t.passkeys).where(t.passkeys.c.person_id == bindparam("b_id")),
    delete(t.recovery_codes).where(t.recovery_codes.c.person_id == bindparam("b_id")),
    delete(t.devices).where(_D.person_id == bindparam("b_id")),
    delete(t.ceremonies).where(_C.person_id == bindparam("b_id")),
)


class DatabasePeople:
    """Keep people beside everything else, audited like everything else: by ids and roles, never by names."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add(self, person: Person, invitation: Invitation, secret_hash: bytes, by: str) -> None:
        """Store a new person with an invitation."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_FIND["login"], {"key": person.login}).first() is not None:
                raise Conflict("there is somebody of this login", place="login", remedy="Choose another one.")
            connection.execute(_NEW, new_person(person))
            connection.execute(_INVITE, new_invitation(invitation, secret_hash))
            told = {"by": by, "roles": [each.value for each in sorted(person.roles)], "invitation": invitation.id}
            self._audit(connection, "invited", person.id, told)

    def start_over(self, invitation: Invitation, secret_hash: bytes, by: str) -> None:
        """Take every way in away, and store a new invitation."""
        asked = {"b_id": invitation.person_id}
        with write_transaction(self._engine) as connection:
            if connection.execute(_NO_WAY_IN, asked).rowcount != 1:
                raise UnknownPerson(place="id")
            self._shut_out(connection, invitation.person_id, EndBecause.CREDENTIALS)
            connection.execute(_INVITE, new_invitation(invitation, secret_hash))
            self._audit(connection, "started_over", invitation.person_id, {"by": by, "invitation": invitation.id})

    def invitation(self, secret_hash: bytes) -> tuple[Invitation, Person] | None:
        """Return the invitation of this secret."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_INVITATION, {"secret_hash": secret_hash}).mappings().first()
        return None if row is None else (invitation_of(row), person_of(row))

    def accept(self, invitation: Invitation, access: Access, at: Any) -> bool:
        """Use an invitation up."""
        subject = access.provider_subject
        with write_transaction(self._engine) as connection:
            if subject and connection.execute(_FIND["provider_subject"], {"key": subject}).first() is not None:
                raise Conflict("this identity belongs to somebody else here", place="provider")
            if connection.execute(_USE, {"b_id": invitation.id, "b_now": rows.to_us(at)}).rowcount != 1:
                return False
            let_in = {"b_id": invitation.person_id, "b_password": access.password_hash, "b_subject": subject}
            if connection.execute(_LET_IN, let_in).rowcount != 1:
                raise UnknownPerson(place="invitation")
            told = {"invitation": invitation.id, "by_provider": subject is not None}
            self._audit(connection, "accepted", invitation.person_id, told)
        return True

    def all(self) -> list[Person]:
        """Return everybody, oldest first."""
        with read_transaction(self._engine) as connection:
            return _everybody(connection)

    def person(self, person_id: str) -> Person | None:
        """Return somebody."""
        found = self.credentials(person_id=person_id)
        return None if found is None else found.person

    def credentials(self, *, login: str = "", person_id: str = "", provider_subject: str = "") -> Credentials | None:
        """Return what somebody's proofs are held against."""
        asked = {"login": login, "id": person_id, "provider_subject": provider_subject}
        by, key = next((by, key) for by, key in asked.items() if key)
        with read_transaction(self._engine) as connection:
            row = connection.execute(_FIND[by], {"key": key}).mappings().first()
        if row is None:
            return None
        totp = None if row["totp"] is None else bytes(row["totp"])
        return Credentials(person_of(row), row["password_hash"], totp, row["totp_step"])

    def change_roles(self, person_id: PersonId, roles: frozenset[StaffRole], by: str) -> None:
        """Give other roles."""
        with write_transaction(self._engine) as connection:
            before = self._checked(connection, person_id, stays=StaffRole.ADMINISTRATOR in roles)
            connection.execute(_ROLES, {"b_id": person_id, "b_roles": roles_text(roles)})
            told = {
                "by": by,
                "before": [each.value for each in sorted(before.roles)],
                "roles": [each.value for each in sorted(roles)],
            }
            self._audit(connection, "roles_changed", person_id, told)

    def end(self, person_id: PersonId, by: str) -> None:
        """Let somebody go."""
        with write_transaction(self._engine) as connection:
            self._checked(connection, person_id, stays=False)
            connection.execute(_END, {"b_id": person_id, "b_now": rows.to_us(self._clock.now())})
            self._shut_out(connection, person_id, EndBecause.PERSON_ENDED)
            self._audit(connection, "ended", person_id, {"by": by})

    def _checked(self, connection: Connection, person_id: PersonId, *, stays: bool) -> Person:
        """Return the person as they are, when somebody is left to give roles afterwards. The lock is held."""
        everybody = _everybody(connection)
        person = next((each for each in everybody if each.id == person_id and each.ended_at is None), None)
        if person is None:
            raise UnknownPerson(place="id")
        if person.is_administrator and not stays and not _others(everybody, person_id):
            raise Conflict(
                "nobody would be left who gives roles", place="id", remedy="Make somebody else administrator first."
            )
        return person

    def _shut_out(self, connection: Connection, person_id: PersonId, because: EndBecause) -> None:
        now_us = rows.to_us(self._clock.now())
        connection.execute(_CLOSE, {"b_id": person_id, "b_now": now_us, "b_because": because.value})
        connection.execute(_VOID, {"b_id": person_id, "b_now": now_us})
        connection.execute(_REVOKE_KEYS, {"b_id": person_id, "b_now": now_us})
        for statement in _FORGET:
            connection.execute(statement, {"b_id": person_id})

    def _audit(self, connection: Connection, what: str, person_id: str, told: Mapping[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(f"people:person:{what}", person_id, told)], self._clock.now())


def _everybody(connection: Connection) -> list[Person]:
    return [person_of(row) for row in connection.execute(_ALL).mappings()]


def _others(everybody: Sequence[Person], person_id: PersonId) -> bool:
    # Somebody who was invited and never came gives no roles.
    return any(each.is_administrator and not each.is_invited for each in everybody if each.id != person_id)
