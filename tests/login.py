"""Browsers, a passkey in software, and people who are signed in, for tests."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tutela.adapters.login.passwords import Argon2Passwords
from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.permissions import Principal, StaffRole, at_machine
from tutela.core.visitors import Visitor
from tutela.flows.enrol_passkey import Answered
from tutela.flows.open_session import Arrival, SignedIn
from tutela.ports.clock import Clock
from tutela.ports.proofs import Site

PASSWORD = "seven harmless landscapes"  # noqa: S105 - of nobody
SITE = Site("http://localhost:8420", "localhost")
HOME = Visitor("192.0.2.0/24", "a browser")
CAFE = Visitor("198.51.100.0/24", "a browser")
OTHER_BROWSER = Visitor("192.0.2.0/24", "another browser")
MACHINE = at_machine("tests")

_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


def quick_passwords() -> Argon2Passwords:
    """Return the real thing with the least work: tests hash often."""
    return Argon2Passwords(memory_kib=8, passes=1, lanes=1)


@contextmanager
def running_quickly(settings: Settings) -> Iterator[House]:
    """Yield a started house with such passwords: its work in the background wires them as soon as it runs."""
    house = build(settings)
    house.passwords = quick_passwords()
    try:
        house.start()
        yield house
    finally:
        house.close()


@dataclass
class SoftPasskey:
    """What a device does: it keeps one key for a site, and answers challenges of that site only."""

    origin: str = SITE.origin
    domain: str = SITE.domain
    is_verified: bool = True
    count: int = 0
    owner: str = ""
    id: bytes = b""
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(options)
        self.id = hashlib.sha256(asked["challenge"].encode()).digest()
        self.owner = asked["user"]["id"]
        public = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._told(_ATTESTED) + attested})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"attestationObject": told, "clientDataJSON": client})

    def prove(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        told, client = self._told(0), self._client("webauthn.get", json.loads(options)["challenge"])
        signature = self._key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": told, "clientDataJSON": client, "signature": signature}
        return self._answer({**parts, "userHandle": base64url_to_bytes(self.owner)})

    def _told(self, more: int) -> bytes:
        flags = _PRESENT | more | (_VERIFIED if self.is_verified else 0)
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, parts: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.id)
        response = {key: bytes_to_base64url(value) for key, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


@dataclass
class Member:
    """Somebody who works here, with all that they prove themselves by, in one browser."""

    house: House
    clock: Clock
    login: str
    id: str
    signed: SignedIn
    visitor: Visitor = HOME
    totp: str = ""
    device: str = ""
    passkey: SoftPasskey = field(default_factory=SoftPasskey)

    @property
    def principal(self) -> Principal:
        """Return who they are at this moment."""
        return self.house.staff.keep_sessions.check(self.signed.secret, self.visitor).principal

    @property
    def arrival(self) -> Arrival:
        """Return their browser."""
        return Arrival(self.visitor, self.device)

    def enrol_totp(self) -> None:
        """Give their app a secret."""
        flow = self.house.staff.enrol_totp
        new = flow.begin(self.principal)
        self.totp = new.secret
        flow.finish(self.principal, new.ceremony, self.code(), self.visitor)

    def enrol_passkey(self, name: str = "a key", passkey: SoftPasskey | None = None) -> None:
        """Make a passkey."""
        made = passkey or self.passkey
        asked = self.house.staff.enrol_passkey.begin(self.principal, SITE)
        answered = Answered(asked.ceremony, made.make(asked.options), name)
        self.house.staff.enrol_passkey.finish(self.principal, answered, SITE, self.visitor)

    def code(self) -> str:
        """Return the code that their app shows."""
        return pyotp.TOTP(self.totp).at(self.clock.now())

    def prove(self) -> None:
        """Prove anew who they are."""
        flow = self.house.staff.re_authenticate
        asked = flow.begin_passkey(self.principal, SITE)
        flow.finish_passkey(self.principal, asked.ceremony, self.passkey.prove(asked.options), SITE, self.visitor)

    def sign_in(self, visitor: Visitor = HOME, *, is_known: bool = True) -> Any:
        """Sign in by the password, from a browser that may be known."""
        arrival = Arrival(visitor, self.device if is_known else "")
        return self.house.staff.sign_in(self.login, PASSWORD, arrival)


def join(house: House, login: str, *roles: StaffRole, visitor: Visitor = HOME, is_enrolled: bool = True) -> Member:
    """Return somebody who was invited, came in, and enrolled a passkey unless said otherwise."""
    staff = house.staff
    invited = staff.invite(MACHINE, login, login.title(), roles)
    signed = staff.invite.accept(invited.secret, PASSWORD, Arrival(visitor))
    member = Member(house, house.clock, login, invited.person.id, signed, visitor, device=signed.device or "")
    if is_enrolled:
        member.enrol_passkey()
    return member
