"""Seal the heads of all chains: signed, kept in the database, and handed out to a file beside it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import orjson
from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.keys.durable import write_all
from tutela.core.audit import Head, SealedHeads, bytes_to_sign, seal
from tutela.errors import StorageFull
from tutela.ports.clock import Clock

_SEALS_AFTER = (
    select(t.audit_seals).where(t.audit_seals.c.number > bindparam("number")).order_by(t.audit_seals.c.number)
)

_LONGEST_LINE_BYTES = 1024 * 1024
"""A seal of five thousand chains: the end of the file is read, not its whole history."""


class DatabaseSealer:
    """Sign where all chains stand. The exported file is what makes a truncated or rewritten database show."""

    def __init__(self, engine: Engine, clock: Clock, sign: Callable[[bytes], bytes], exported: Path) -> None:
        """Sign with *sign*, whose key is not in the database, and append to *exported*."""
        self._engine, self._clock, self._sign, self._exported = engine, clock, sign, exported
        self._lock = Lock()
        self._handed_out = (0, 0)  # how long the file was, and the number of its last seal

    def seal(self) -> bool:
        """Seal and export the heads; return whether anything had moved."""
        with self._lock:
            has_moved = self._seal()
            # Also when nothing has moved: a kill may have come between a commit and its line.
            self._export()
        return has_moved

    def _seal(self) -> bool:
        with write_transaction(self._engine) as connection:
            heads = read_heads(connection)
            last = _last_seal(connection)
            if not heads or (last is not None and last.heads == heads):
                return False
            sealed = seal(last, heads, self._clock.now())
            signature = self._sign(bytes_to_sign(sealed))
            body = seal_body(sealed)
            connection.execute(insert(t.audit_seals), {"number": sealed.number, "body": body, "signature": signature})
        return True

    def _export(self) -> None:
        """Hand out every seal that this file does not have: those of other processes, and those that a kill left."""
        descriptor = os.open(self._exported, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # A command beside the server seals too: one at a time, or a seal stands in the file twice.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            last = self._last_exported(descriptor)
            with read_transaction(self._engine) as connection:
                found = connection.execute(_SEALS_AFTER, {"number": last}).all()
            if found:
                write_all(descriptor, b"".join(_line(bytes(row.body), bytes(row.signature)) for row in found))
                os.fsync(descriptor)
                self._handed_out = (os.fstat(descriptor).st_size, found[-1].number)
        except OSError as error:
            raise StorageFull("the audit heads could not be handed out") from error
        finally:
            os.close(descriptor)

    def _last_exported(self, descriptor: int) -> int:
        """Return the number of the last whole line, and cut off a torn one behind it: more would be glued to it."""
        size_bytes = os.fstat(descriptor).st_size
        if self._handed_out[0] == size_bytes:
            return self._handed_out[1]  # nobody else has written since
        start = max(0, size_bytes - _LONGEST_LINE_BYTES)
        raw = os.pread(descriptor, size_bytes - start, start)
        whole = raw.rfind(b"\n") + 1
        if whole < len(raw):
            os.ftruncate(descriptor, start + whole)
        lines = raw[:whole].splitlines()
        last = int(orjson.loads(lines[-1])["seal"]["number"]) if lines else 0
        self._handed_out = (start + whole, last)
        return last


def _line(body: bytes, signature: bytes) -> bytes:
    return orjson.dumps({"seal": orjson.loads(body), "signature": signature.hex()}) + b"\n"


def read_heads(connection: Connection) -> tuple[Head, ...]:
    """Return where each chain stands."""
    found = connection.execute(select(t.audit_chains).order_by(t.audit_chains.c.chain))
    return tuple(Head(row.chain, row.seq, bytes(row.digest)) for row in found)


def _last_seal(connection: Connection) -> SealedHeads | None:
    newest = select(func.max(t.audit_seals.c.number)).scalar_subquery()
    row = connection.execute(select(t.audit_seals).where(t.audit_seals.c.number == newest)).first()
    return None if row is None else seal_of(bytes(row.body))


def stored_seals(engine: Engine, *, up_to: int) -> Iterator[tuple[SealedHeads, bytes]]:
    """Yield the seals in the database up to number *up_to* with their signatures, in order."""
    seals = select(t.audit_seals).where(t.audit_seals.c.number <= up_to).order_by(t.audit_seals.c.number)
    with read_transaction(engine) as connection:
        for row in connection.execution_options(yield_per=1000).execute(seals):
            yield seal_of(bytes(row.body)), bytes(row.signature)


def last_seal_number(engine: Engine) -> int:
    """Return the number of the newest seal, 0 when there is none."""
    with read_transaction(engine) as connection:
        return int(connection.execute(select(func.coalesce(func.max(t.audit_seals.c.number), 0))).scalar_one())


def exported_seals(path: Path, *, up_to_bytes: int) -> Iterator[tuple[SealedHeads, bytes]]:
    """Yield the seals that were handed out in the first *up_to_bytes* of the file.

    A last line that a kill has cut is passed over.

    Raises:
        ValueError: Another line is no seal.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if file.tell() > up_to_bytes or not line.endswith(b"\n"):
                return
            yield _exported(line)


def _exported(line: bytes) -> tuple[SealedHeads, bytes]:
    try:
        read = orjson.loads(line)
        return seal_of(orjson.dumps(read["seal"])), bytes.fromhex(read["signature"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a seal") from error


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
