"""Seal the heads of all chains: signed, kept in the database, and handed out to a file beside it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import orjson
from sqlalchemy import Connection, Engine, func, insert, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.core.audit import Head, SealedHeads, bytes_to_sign, seal
from tutela.ports.clock import Clock


class DatabaseSealer:
    """Sign where all chains stand. The exported file is what makes a truncated or rewritten database show."""

    def __init__(self, engine: Engine, clock: Clock, sign: Callable[[bytes], bytes], exported: Path) -> None:
        """Sign with *sign*, whose key is not in the database, and append to *exported*."""
        self._engine, self._clock, self._sign, self._exported = engine, clock, sign, exported
        self._lock = Lock()

    def seal(self) -> bool:
        """Seal and export the heads; return whether anything had moved."""
        with self._lock, write_transaction(self._engine) as connection:
            heads = read_heads(connection)
            last = _last_seal(connection)
            if not heads or (last is not None and last.heads == heads):
                return False
            sealed = seal(last, heads, self._clock.now())
            signature = self._sign(bytes_to_sign(sealed))
            body = seal_body(sealed)
            connection.execute(insert(t.audit_seals), {"number": sealed.number, "body": body, "signature": signature})
        self._export(body, signature)
        return True

    def _export(self, body: bytes, signature: bytes) -> None:
        line = orjson.dumps({"seal": orjson.loads(body), "signature": signature.hex()}) + b"\n"
        descriptor = os.open(self._exported, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_heads(connection: Connection) -> tuple[Head, ...]:
    """Return where each chain stands."""
    found = connection.execute(select(t.audit_chains).order_by(t.audit_chains.c.chain))
    return tuple(Head(row.chain, row.seq, bytes(row.digest)) for row in found)


def _last_seal(connection: Connection) -> SealedHeads | None:
    newest = select(func.max(t.audit_seals.c.number)).scalar_subquery()
    row = connection.execute(select(t.audit_seals).where(t.audit_seals.c.number == newest)).first()
    return None if row is None else seal_of(bytes(row.body))


def stored_seals(engine: Engine) -> Iterator[tuple[SealedHeads, bytes]]:
    """Yield every seal in the database with its signature, in order."""
    with read_transaction(engine) as connection:
        for row in connection.execute(select(t.audit_seals).order_by(t.audit_seals.c.number)):
            yield seal_of(bytes(row.body)), bytes(row.signature)


def exported_seals(path: Path) -> Iterator[tuple[SealedHeads, bytes]]:
    """Yield every seal that was handed out. The last line may be cut by a kill and is then passed over."""
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines):
        if not line:
            continue
        try:
            read = orjson.loads(line)
        except orjson.JSONDecodeError:
            if number == len(lines) - 1:
                return
            raise
        yield seal_of(orjson.dumps(read["seal"])), bytes.fromhex(read["signature"])


def seal_body(sealed: SealedHeads) -> bytes:
    """Return a seal as JSON."""
    return orjson.dumps({
        "number": sealed.number,
        "at_us": rows.to_us(sealed.at),
        "heads": [{"chain": h.chain, "seq": h.seq, "digest": h.digest.hex()} for h in sealed.heads],
        "previous": sealed.previous.hex(),
        "digest": sealed.digest.hex(),
    })  # fmt: skip


def seal_of(body: bytes) -> SealedHeads:
    """Return the seal of its JSON."""
    read = orjson.loads(body)
    heads = tuple(Head(h["chain"], h["seq"], bytes.fromhex(h["digest"])) for h in read["heads"])
    previous, digest = bytes.fromhex(read["previous"]), bytes.fromhex(read["digest"])
    return SealedHeads(read["number"], rows.from_us(read["at_us"]), heads, previous, digest)
