"""Rows of people and sessions as values, and back; and the parts of statements that several nouns share."""

from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, select

from tutela.adapters.db import people_tables as t
from tutela.adapters.db import rows
from tutela.core.ids import PersonId, SessionId
from tutela.core.people import Invitation, Passkey, Person
from tutela.core.permissions import StaffRole
from tutela.core.sessions import EndBecause, Session
from tutela.core.visitors import Visitor

_P, _K = t.people.c, t.passkeys.c

_PASSKEYS: ColumnElement[int] = (
    select(func.count()).select_from(t.passkeys).where(_K.person_id == _P.id).scalar_subquery()
)
PERSON = (
    _P.id.label("person_id"),
    _P.login,
    _P.name.label("person_name"),
    _P.roles,
    _P.created_us.label("person_created_us"),
    _P.ended_us.label("person_ended_us"),
    _P.password_hash.isnot(None).label("has_password"),
    _P.totp.isnot(None).label("has_totp"),
    _P.provider_subject.isnot(None).label("has_provider"),
    _PASSKEYS.label("passkeys"),
)
"""The columns of a person, under names that nothing beside them has."""


def roles_text(roles: frozenset[StaffRole]) -> str:
    """Return roles as they are kept."""
    return orjson.dumps(sorted(roles)).decode()


def new_person(person: Person) -> dict[str, Any]:
    """Return the row of somebody who has not come in yet."""
    return {
        "id": person.id, "login": person.login, "name": person.name, "roles": roles_text(person.roles),
        "totp_step": 0, "created_us": rows.to_us(person.created_at),
    }  # fmt: skip


def person_of(row: rows.Row) -> Person:
    """Return the person of a row with the columns of `PERSON`."""
    return Person(
        id=PersonId(row["person_id"]),
        login=row["login"],
        name=row["person_name"],
        roles=frozenset(StaffRole(each) for each in orjson.loads(row["roles"])),
        created_at=rows.from_us(row["person_created_us"]),
        ended_at=None if row["person_ended_us"] is None else rows.from_us(row["person_ended_us"]),
        has_password=bool(row["has_password"]),
        has_totp=bool(row["has_totp"]),
        passkeys=row["passkeys"],
        has_provider=bool(row["has_provider"]),
    )


def new_invitation(invitation: Invitation, secret_hash: bytes) -> dict[str, Any]:
    """Return the row of an invitation."""
    return {
        "id": invitation.id, "person_id": invitation.person_id, "secret_hash": secret_hash,
        "ends_us": rows.to_us(invitation.ends_at),
    }  # fmt: skip


def invitation_of(row: rows.Row) -> Invitation:
    """Return the invitation of a row."""
    used_at = None if row["used_us"] is None else rows.from_us(row["used_us"])
    return Invitation(row["invitation_id"], PersonId(row["person_id"]), rows.from_us(row["ends_us"]), used_at)


def passkey_row(passkey: Passkey) -> dict[str, Any]:
    """Return the row of a passkey."""
    return {
        "id": passkey.id, "person_id": passkey.person_id, "public_key": passkey.public_key,
        "sign_count": passkey.sign_count, "name": passkey.name, "created_us": rows.to_us(passkey.created_at),
        "used_us": rows.maybe_us(passkey.used_at),
    }  # fmt: skip


def passkey_of(row: rows.Row) -> Passkey:
    """Return the passkey of a row."""
    return Passkey(
        id=row["id"],
        person_id=PersonId(row["person_id"]),
        public_key=bytes(row["public_key"]),
        sign_count=row["sign_count"],
        name=row["name"],
        created_at=rows.from_us(row["created_us"]),
        used_at=None if row["used_us"] is None else rows.from_us(row["used_us"]),
    )


def session_row(session: Session, secret_hash: bytes) -> dict[str, Any]:
    """Return the row of a new session."""
    return {
        "id": session.id, "person_id": session.person_id, "secret_hash": secret_hash,
        "created_us": rows.to_us(session.created_at), "seen_us": rows.to_us(session.seen_at),
        "proven_us": rows.to_us(session.proven_at), "is_strong": session.is_strong,
        "network": session.visitor.network, "browser": session.visitor.browser,
    }  # fmt: skip


def session_of(row: rows.Row) -> Session:
    """Return the session of a row."""
    return Session(
        id=SessionId(row["id"]),
        person_id=PersonId(row["person_id"]),
        created_at=rows.from_us(row["created_us"]),
        seen_at=rows.from_us(row["seen_us"]),
        proven_at=rows.from_us(row["proven_us"]),
        is_strong=bool(row["is_strong"]),
        visitor=Visitor(row["network"], row["browser"]),
        ended_at=None if row["ended_us"] is None else rows.from_us(row["ended_us"]),
        ended_because=None if row["ended_because"] is None else EndBecause(row["ended_because"]),
    )
