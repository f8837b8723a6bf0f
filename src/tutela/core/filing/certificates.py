"""The certificate of a destruction: what, when, by whom, why, under which holds, and which keys are gone.

One line of canonical JSON and one line with the signature, so that it can be verified with tools that are everywhere;
docs/how-to/keep-and-destroy.md says how. It names no digest: a digest would tell whoever has a list what was there. It
holds a commitment, SHA-256 of a salt and the digest; whoever is shown the salt can prove which file it was.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.audit import JSON, canonical_json
from tutela.core.filing.destructions import Destruction, Doomed
from tutela.errors import BadInput

FORMAT = "tutela-destruction/1"
SALT_BYTES = 32
_DOMAIN = b"tutela destruction commitment 1\n"
_SIGNATURE_BYTES, _KEY_BYTES = 64, 32


def commitment(salt: bytes, sha256_hex: str) -> bytes:
    """Return SHA-256 of the domain, the salt in hex, a line feed and the digest in hex."""
    return hashlib.sha256(_DOMAIN + salt.hex().encode() + b"\n" + sha256_hex.encode()).digest()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was read."""

    body: bytes  #: what is signed
    signature: bytes
    public_key: bytes
    told: Mapping[str, Any]

    def has_content(self, salt: bytes, sha256_hex: str) -> bool:
        """Return whether the content with this digest is one of those that were destroyed."""
        return any(each.get("commitment") == commitment(salt, sha256_hex).hex() for each in self.told["contents"])


def certify(
    done: Destruction, contents: Sequence[Doomed], at: datetime, *, installation: str, sign: Callable[[bytes], bytes],
    public_key: bytes,
) -> bytes:  # fmt: skip
    """Return the certificate of what is destroyed and proved.

    Args:
        done: The destruction.
        contents: All of it.
        at: Now.
        installation: The fingerprint of the master key, by which an installation is known.
        sign: With the key that seals the heads of the audit.
        public_key: Of it.
    """
    body = canonical_json(_told(done, contents, at, installation))
    return b"%b\ned25519 %b %b\n" % (body, sign(body).hex().encode(), public_key.hex().encode())


def read_certificate(raw: bytes) -> Certificate:
    """Read a certificate; nothing is verified by that.

    Raises:
        tutela.errors.BadInput: It is none.
    """
    try:
        body, seal, rest = raw.split(b"\n")
        name, signature, public_key = seal.decode("ascii").split(" ")
        told = json.loads(body)
        found = Certificate(body, bytes.fromhex(signature), bytes.fromhex(public_key), told)
        lengths = (len(found.signature), len(found.public_key))
        is_one = (name, rest, lengths) == ("ed25519", b"", (_SIGNATURE_BYTES, _KEY_BYTES))
        are_contents = isinstance(told["contents"], list) and all(isinstance(each, dict) for each in told["contents"])
        if not is_one or told["format"] != FORMAT or not are_contents:
            raise _no_certificate()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _no_certificate() from error
    return found


def _told(done: Destruction, contents: Sequence[Doomed], at: datetime, installation: str) -> dict[str, JSON]:
    order = done.order
    return {
        "format": FORMAT,
        "id": done.id,
        "installation": installation,
        "basis": done.basis.value,
        "reason": done.reason,
        "order": None
        if order is None
        else {"agency": order.agency, "reference": order.reference, "received_at": order.received_at.isoformat()},
        "proposed_by": done.proposed_by,
        "proposed_at": done.proposed_at.isoformat(),
        "agreed_by": done.agreed_by,
        "agreed_at": _said(done.agreed_at),
        "destroyed_at": _said(done.destroyed_at),
        "proved_at": at.isoformat(),
        "contents": [_content(each) for each in contents],
    }


def _content(doomed: Doomed) -> dict[str, JSON]:
    return {
        "id": doomed.id,
        "kind": doomed.kind,
        "size_bytes": doomed.size_bytes,
        "commitment": None if doomed.commitment is None else doomed.commitment.hex(),
        "key_destroyed": doomed.key,
        "earlier_keys_destroyed": list(doomed.earlier),
        "holds_checked": list(doomed.holds),
        "holds_ended_by_order": list(doomed.ended_holds),
    }


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _no_certificate() -> BadInput:
    return BadInput("This is no certificate of a destruction.", place="certificate", remedy="Name the whole file.")
