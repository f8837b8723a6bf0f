"""Verify a package of evidence. Needs Python 3.8 or later and nothing else; it was written to be read.

    python3 -I verify.py [--key HEX]

It reads the folder in which it lies and says what holds and what does not: that each file is the one in the manifest,
that the manifest was signed, and that each entry of the custody report is part of a chain whose head was sealed.
Without --key signatures are checked with the key that is in the manifest, which whoever forged a package would have put
there: ask the sender for the key by another way. The exit status is 0 only when everything holds.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys
from typing import Any, Dict, Iterator, Tuple  # noqa: UP035  # as below

Point = Tuple[int, int, int, int]  # noqa: UP006  # runs on Python 3.8 too
Row = Dict[str, Any]  # noqa: UP006  # as above

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
KEY_BYTES = 32
ROOT = pow(2, (PRIME - 1) // 4, PRIME)


def add(p: Point, q: Point) -> Point:
    """Add two points of the curve in extended coordinates. Source: RFC 8032, 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar: int, point: Point) -> Point:
    """Multiply a point."""
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def is_same(p: Point, q: Point) -> bool:
    """Return whether two points are one."""
    return (p[0] * q[2] - q[0] * p[2]) % PRIME == 0 and (p[1] * q[2] - q[1] * p[2]) % PRIME == 0


def point_of(data: bytes) -> Point | None:
    """Return the point of its 32 bytes, or None. Source: RFC 8032, 5.1.3."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(data) != KEY_BYTES or y >= PRIME:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(x2, (PRIME + 3) // 8, PRIME)
    if (x * x - x2) % PRIME != 0:
        x = x * ROOT % PRIME
    if (x * x - x2) % PRIME != 0 or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature holds. Source: RFC 8032, 5.1.7."""
    base = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))
    public, first = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 2 * KEY_BYTES or base is None or public is None or first is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return is_same(times(s, base), add(first, times(h, public)))


def framed(*fields: bytes) -> bytes:
    """Put its length, four bytes, before each field."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def sha256(data: bytes) -> bytes:
    """Return SHA-256 as bytes."""
    return hashlib.sha256(data).digest()


def number(value: int) -> bytes:
    """Return a whole number as its digits."""
    return str(int(value)).encode()


def digest_of_entry(chain: str, entry: Row) -> bytes:
    """Return the digest that belongs to the other fields of an entry."""
    texts = [entry["at"], entry["kind"], entry["subject"]]
    hashes = [bytes.fromhex(entry["commitment"]), bytes.fromhex(entry["previous"])]
    head = [b"tutela/audit/entry/1", chain.encode(), number(entry["seq"])]
    return sha256(framed(*head, *[text.encode() for text in texts], *hashes))


def digest_of_seal(seal: Row) -> bytes:
    """Return the digest that belongs to the other fields of a seal."""
    heads = []
    for head in seal["heads"]:
        heads += [head["chain"].encode(), number(head["seq"]), bytes.fromhex(head["digest"])]
    first = [b"tutela/audit/heads/1", number(seal["number"]), seal["at"].encode()]
    return sha256(framed(*first, *heads, bytes.fromhex(seal["previous"])))


def check_files(folder: pathlib.Path, manifest: Row) -> Iterator[str]:
    """Yield what is wrong with the files."""
    named = {"manifest.json", "manifest.sig", "SHA256SUMS"}
    for file in manifest["files"]:
        named.add(file["path"])
        path = folder / file["path"]
        if folder.resolve() not in path.resolve().parents:
            yield file["path"] + " leads out of the package"
            continue
        if not path.is_file():
            yield file["path"] + " is missing"
            continue
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as reading:
            for chunk in iter(lambda: reading.read(1 << 20), b""):
                digest.update(chunk)
                size += len(chunk)
        if (digest.hexdigest(), size) != (file["sha256"], file["size_bytes"]):
            yield file["path"] + " is not as it was packed"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in named:
            yield path.relative_to(folder).as_posix() + " is not in the manifest"


def check_seals(custody: Row, key: bytes, good: dict[tuple[str, int], set[str]]) -> Iterator[str]:
    """Yield the seals that do not hold; note in *good* which entries the others sign."""
    for seal in custody["seals"]:
        digest = digest_of_seal(seal)
        message = framed(b"tutela/audit/signature/1", digest)
        if digest.hex() != seal["digest"] or not is_signed(key, message, bytes.fromhex(seal["signature"])):
            yield "seal " + str(seal["number"]) + " does not hold"
            continue
        for head in seal["heads"]:
            good.setdefault((head["chain"], head["seq"]), set()).add(head["digest"])


def check_chain(chain: str, entries: list[Row]) -> Iterator[str]:
    """Yield the entries of one chain that were changed, or do not follow the one before."""
    before: dict[int, str] = {}
    for entry in entries:
        if digest_of_entry(chain, entry).hex() != entry["digest"]:
            yield f"entry {chain}/{entry['seq']} was changed"
        if before.get(entry["seq"] - 1, entry["previous"]) != entry["previous"]:
            yield f"entry {chain}/{entry['seq']} does not follow the one before"
        before[entry["seq"]] = entry["digest"]


def sealed(chain: str, entries: list[Row], good: dict[tuple[str, int], set[str]]) -> set[int]:
    """Return which entries are sealed: their digest is a head's, or the one after them is sealed and names it."""
    found: set[int] = set()
    for entry in reversed(entries):
        seq = entry["seq"]
        if seq + 1 in found or entry["digest"] in good.get((chain, seq), ()):
            found.add(seq)
    return found


def check_said(about: Row, entries: dict[int, Row]) -> Iterator[str]:
    """Yield it when an entry about the evidence is missing, or does not say what it is told to say."""
    place = f"{about['chain']}/{about['seq']}"
    if about["seq"] not in entries:
        yield f"entry {place} is missing"
    elif about["body"] is not None:
        payload = framed(b"tutela/audit/payload/1", bytes.fromhex(about["salt"]), about["body"].encode())
        if sha256(payload).hex() != entries[about["seq"]]["commitment"]:
            yield f"what entry {place} says was changed"


def check_custody(custody: Row, key: bytes, young: list[str]) -> Iterator[str]:
    """Yield what is wrong with the report of custody; note in *young* what came after the last seal of its chain."""
    good: dict[tuple[str, int], set[str]] = {}
    yield from check_seals(custody, key, good)
    under: dict[str, set[int]] = {}
    by_seq: dict[str, dict[int, Row]] = {}
    for chain, entries in sorted(custody["chains"].items()):
        yield from check_chain(chain, entries)
        under[chain] = sealed(chain, entries, good)
        by_seq[chain] = {entry["seq"]: entry for entry in entries}
    newest = dict(sorted(good))  # the last of each chain stays
    for about in custody["about"]:
        chain, seq = about["chain"], about["seq"]
        yield from check_said(about, by_seq.get(chain, {}))
        if seq not in by_seq.get(chain, {}) or seq in under[chain]:
            continue
        if good and seq > newest.get(chain, 0):
            young.append(f"{chain}/{seq}")
        else:
            yield f"entry {chain}/{seq} is under no seal"


def check(folder: pathlib.Path, key: str | None, young: list[str]) -> Iterator[str]:
    """Yield everything that does not hold in a package; note in *young* what no seal can prove yet."""
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    known = bytes.fromhex(key or manifest["public_key"])
    if not is_signed(known, raw, bytes.fromhex((folder / "manifest.sig").read_text().strip())):
        yield "the manifest was not signed with this key"
    yield from check_files(folder, manifest)
    custody = json.loads((folder / "custody" / "custody.json").read_bytes())
    yield from check_custody(custody, known, young)


def main(arguments: list[str]) -> int:
    """Verify the folder in which this lies."""
    folder = pathlib.Path(__file__).resolve().parent
    key = arguments[1] if arguments[:1] == ["--key"] and arguments[1:] else None
    if arguments and key is None:
        print(__doc__)
        return 2
    young: list[str] = []
    try:
        wrong = list(check(folder, key, young))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        wrong = [f"the package cannot be read ({type(error).__name__})"]
    for each in wrong:
        print("WRONG: " + each)
    if young:
        print(f"{len(young)} entries came after the last seal: only the signature of the manifest vouches for them")
    print(f"{len(wrong)} things do not hold" if wrong else "everything holds")
    if key is None:
        print("NOT PROVED who made it: that is by the key in the package itself, as a forger would have it too.")
        print("Ask the sender for the key by another way, and run this again with --key HEX.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
