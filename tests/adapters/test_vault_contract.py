"""What every vault must do, asked of the folder and of the object store."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256
from itertools import pairwise
from pathlib import Path

import obstore
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

from laws import examples
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.vault.local import LocalVault
from tutela.adapters.vault.objects import ObjectVault
from tutela.adapters.vault.sealed import SealedVault
from tutela.core.content import Digests
from tutela.errors import (
    BadInput,
    ContentDamaged,
    ContentMissing,
    KeyMissing,
    Misconfigured,
    TooLarge,
    VaultError,
    WrongKey,
)
from tutela.ports.vault import Manifest

SEGMENT, SEALED = 65_536, 65_552
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


class StoppedClock:
    """A clock that stands."""

    def now(self) -> datetime:
        """Return noon."""
        return NOON


class SystemEntropy:
    """Randomness of the operating system."""

    def new_id(self, noun: str) -> str:
        """Return an identifier."""
        return f"{noun}_{os.urandom(8).hex()}"

    def token(self, size_bytes: int) -> bytes:
        """Return random bytes."""
        return os.urandom(size_bytes)


class StuckEntropy(SystemEntropy):
    """Randomness that broke."""

    def token(self, size_bytes: int) -> bytes:
        """Return the same bytes every time."""
        return bytes(size_bytes)


class Rig:
    """A vault, its keys, and hands on what it stores."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder, self.store = kind, folder / "vault", MemoryStore()
        self.keys = FileKeyRing.create(folder / "keys", folder / "master" / "key")
        self.vault = self.opened(self.keys)

    def opened(self, keys: FileKeyRing, entropy: SystemEntropy | None = None) -> SealedVault:
        """Open the same storage with other keys."""
        chance = entropy or SystemEntropy()
        if self.kind == "folder":
            return LocalVault(self.folder, keys, StoppedClock(), chance)
        return ObjectVault(self.store, keys, StoppedClock(), chance)

    def keep(self, content: bytes, period: str = "2026-03") -> Manifest:
        """Store *content*."""
        with self.vault.receive(period=period, max_bytes=1 << 30) as writer:
            writer.write(content)
            return writer.finish()

    def get(self, content_id: str, suffix: str) -> bytes:
        """Return what is stored."""
        name = f"{content_id[:2]}/{content_id[2:4]}/{content_id}.{suffix}"
        if self.kind == "folder":
            return (self.folder / name).read_bytes()
        return bytes(obstore.get(self.store, name).bytes())

    def put(self, content_id: str, suffix: str, stored: bytes) -> None:
        """Replace what is stored."""
        name = f"{content_id[:2]}/{content_id[2:4]}/{content_id}.{suffix}"
        if self.kind == "folder":
            (self.folder / name).write_bytes(stored)
        else:
            obstore.put(self.store, name, stored)

    def drop(self, content_id: str, suffix: str) -> None:
        """Delete one of the two things stored."""
        name = f"{content_id[:2]}/{content_id[2:4]}/{content_id}.{suffix}"
        if self.kind == "folder":
            (self.folder / name).unlink()
        else:
            obstore.delete(self.store, name)

    def everything(self) -> dict[str, bytes]:
        """Return all that is stored, by name; the lock file is not content."""
        if self.kind == "folder":
            files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != ".lock"]
            return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}
        names = [entry["path"] for page in obstore.list(self.store) for entry in page]
        return {name: bytes(obstore.get(self.store, name).bytes()) for name in names}


@pytest.fixture(scope="module", params=["folder", "objects"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A rig that many examples share."""
    return Rig(request.param, tmp_path_factory.mktemp("shared"))


@pytest.fixture(params=["folder", "objects"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    """A rig of one's own."""
    return Rig(request.param, tmp_path)


def patterned(size: int) -> bytes:
    """Return *size* bytes of which no two segments are alike."""
    return b"".join(index.to_bytes(4, "big") for index in range(size // 4 + 1))[:size]


def whole(vault: SealedVault, content_id: str) -> bytes:
    """Read all of it."""
    return b"".join(vault.read(content_id))


BORDERS = st.builds(
    lambda segments, off: max(0, segments * SEGMENT + off), st.integers(0, 3), st.integers(-2, 2)
) | st.integers(0, 3 * SEGMENT)


@settings(max_examples=examples(40), deadline=None)
@given(size=BORDERS, cuts=st.lists(st.integers(0, 3 * SEGMENT), max_size=6))
def test_what_is_kept_comes_back_however_it_arrived(shared: Rig, size: int, cuts: list[int]) -> None:
    """Any size around the borders of segments, in any pieces, returns as the same bytes with true digests."""
    content = patterned(size)
    marks = sorted({0, size, *(cut for cut in cuts if cut < size)})
    with shared.vault.receive(period="2026-03", max_bytes=size) as writer:
        for start, end in pairwise(marks):
            writer.write(content[start:end])
        manifest = writer.finish()
    expected = Digests(
        md5(content, usedforsecurity=False).hexdigest(),
        sha1(content, usedforsecurity=False).hexdigest(),
        sha256(content).hexdigest(),
    )
    assert whole(shared.vault, manifest.content_id) == content
    assert manifest == Manifest(manifest.content_id, expected, size, "2026-03", NOON)
    assert shared.vault.manifest(manifest.content_id) == manifest


@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_a_range_is_the_slice(shared: Rig, data: st.DataObject) -> None:
    """Any range equals the slice of the content, also behind its end."""
    size = 2 * SEGMENT + 777
    content = patterned(size)
    known = getattr(shared, "ranged", None) or shared.keep(content).content_id
    shared.ranged = known  # type: ignore[attr-defined]  # kept on the rig between examples
    start = data.draw(st.integers(0, size + 10))
    end = data.draw(st.none() | st.integers(start, size + 2 * SEGMENT))
    assert b"".join(shared.vault.read(known, start=start, end=end)) == content[start:end]


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4), (-3, -1)])
def test_an_impossible_range_is_refused(rig: Rig, start: int, end: int | None) -> None:
    """A range that begins before 0 or ends before it begins is an error, never an empty answer."""
    content_id = rig.keep(b"harmless").content_id
    with pytest.raises(BadInput):
        rig.vault.read(content_id, start=start, end=end)


def test_a_range_reads_only_its_segments(rig: Rig) -> None:
    """Damage elsewhere does not keep a range from being read, and is found when the whole is read."""
    content = patterned(3 * SEGMENT)
    content_id = rig.keep(content).content_id
    stored = bytearray(rig.get(content_id, "sealed"))
    stored[0] ^= 1
    rig.put(content_id, "sealed", bytes(stored))
    assert (
        b"".join(rig.vault.read(content_id, start=SEGMENT + 5, end=2 * SEGMENT)) == content[SEGMENT + 5 : 2 * SEGMENT]
    )
    with pytest.raises(ContentDamaged):
        whole(rig.vault, content_id)


@settings(max_examples=examples(50), deadline=None)
@given(place=st.integers(0, SEGMENT + 900 + 31), bit=st.integers(0, 7))
def test_a_flipped_bit_in_the_bytes_is_found(shared: Rig, place: int, bit: int) -> None:
    """Every bit of the stored bytes, tags included, is guarded."""
    known = getattr(shared, "flipped", None) or shared.keep(patterned(SEGMENT + 900)).content_id
    shared.flipped = known  # type: ignore[attr-defined]  # kept on the rig between examples
    stored = rigid = shared.get(known, "sealed")
    damaged = bytearray(stored)
    damaged[place] ^= 1 << bit
    shared.put(known, "sealed", bytes(damaged))
    try:
        with pytest.raises(ContentDamaged):
            whole(shared.vault, known)
    finally:
        shared.put(known, "sealed", rigid)


def test_a_flipped_bit_in_the_manifest_is_found(rig: Rig) -> None:
    """Every byte of the manifest is guarded, whichever of its bits flips."""
    content_id = rig.keep(b"harmless").content_id
    stored = rig.get(content_id, "manifest")
    for place in range(len(stored)):
        damaged = bytearray(stored)
        damaged[place] ^= 1 << place % 8
        rig.put(content_id, "manifest", bytes(damaged))
        with pytest.raises(ContentDamaged):
            rig.vault.manifest(content_id)
        with pytest.raises(ContentDamaged):
            rig.vault.read(content_id)


@pytest.mark.parametrize("field", ["content_id", "period", "wrapped_key", "nonce", "sealed"])
def test_a_forged_manifest_with_a_right_checksum_is_found(rig: Rig, field: str) -> None:
    """Who can write but has no key cannot change a field: the checksum is theirs to make, the tag is not."""
    content_id, other = rig.keep(b"harmless").content_id, rig.keep(b"harmful?", period="2026-04").content_id
    fields = orjson.loads(rig.get(content_id, "manifest").split(b"\n")[0])
    fields[field] = orjson.loads(rig.get(other, "manifest").split(b"\n")[0])[field]
    forged = orjson.dumps(fields)
    checksum = sha256(forged).hexdigest().encode()
    rig.put(content_id, "manifest", forged + b"\nsha256 " + checksum + b"\n")
    with pytest.raises((ContentDamaged, WrongKey)):
        rig.vault.manifest(content_id)


def test_a_manifest_of_a_later_version_is_said_to_be_one(rig: Rig) -> None:
    """An older reader names the cause instead of calling the evidence damaged."""
    content_id = rig.keep(b"harmless").content_id
    line = rig.get(content_id, "manifest").split(b"\n")[0].replace(b'"version":1', b'"version":2')
    rig.put(content_id, "manifest", line + b"\nsha256 " + sha256(line).hexdigest().encode() + b"\n")
    with pytest.raises(VaultError, match="another version") as caught:
        rig.vault.manifest(content_id)
    assert not isinstance(caught.value, ContentDamaged)


@pytest.mark.parametrize("keep", [0, 1, SEALED - 1, SEALED, SEALED + 1, 2 * SEALED, 2 * SEALED + 16, 2 * SEALED + 115])
def test_cut_bytes_are_found(rig: Rig, keep: int) -> None:
    """A content cut anywhere, at the borders of segments too, is damaged, and so is each of its ranges."""
    content_id = rig.keep(patterned(2 * SEGMENT + 100)).content_id
    rig.put(content_id, "sealed", rig.get(content_id, "sealed")[:keep])
    with pytest.raises(ContentDamaged):
        whole(rig.vault, content_id)
    with pytest.raises(ContentDamaged):
        b"".join(rig.vault.read(content_id, start=0, end=5))


@pytest.mark.parametrize("extra", [b"\0", bytes(16), bytes(SEALED)])
def test_appended_bytes_are_found(rig: Rig, extra: bytes) -> None:
    """Bytes behind the last segment are damage, not ignored."""
    content_id = rig.keep(patterned(2 * SEGMENT)).content_id
    rig.put(content_id, "sealed", rig.get(content_id, "sealed") + extra)
    with pytest.raises(ContentDamaged):
        whole(rig.vault, content_id)


def test_segments_in_another_order_are_found(rig: Rig) -> None:
    """Two whole, untouched segments in each other's place are damage."""
    content_id = rig.keep(patterned(3 * SEGMENT)).content_id
    stored = rig.get(content_id, "sealed")
    rig.put(content_id, "sealed", stored[SEALED : 2 * SEALED] + stored[:SEALED] + stored[2 * SEALED :])
    with pytest.raises(ContentDamaged):
        whole(rig.vault, content_id)


def test_contents_cannot_be_exchanged(rig: Rig) -> None:
    """Neither bytes nor manifest of one content pass for another of the same length."""
    first, second = rig.keep(b"a" * 100).content_id, rig.keep(b"b" * 100).content_id
    rig.put(first, "sealed", rig.get(second, "sealed"))
    with pytest.raises(ContentDamaged):
        whole(rig.vault, first)
    rig.put(first, "manifest", rig.get(second, "manifest"))
    with pytest.raises(ContentDamaged):
        rig.vault.manifest(first)


def test_bytes_that_are_gone_are_damage_and_not_absence(rig: Rig) -> None:
    """A manifest without bytes is an alarm; only no manifest is absence."""
    content_id = rig.keep(b"harmless").content_id
    rig.drop(content_id, "sealed")
    with pytest.raises(ContentDamaged):
        whole(rig.vault, content_id)


@pytest.mark.parametrize("content_id", ["0" * 32, "", "../../etc/passwd", "A" * 32, "0" * 32 + "\n", "0/" * 16])
def test_what_is_not_there_is_missing(rig: Rig, content_id: str) -> None:
    """An unknown id, or what is no id at all, is missing and never becomes a path."""
    with pytest.raises(ContentMissing):
        rig.vault.manifest(content_id)
    with pytest.raises(ContentMissing):
        rig.vault.read(content_id)
    with pytest.raises(ContentMissing):
        rig.vault.move_period(content_id, "2026-04")


def test_another_master_key_opens_nothing(rig: Rig, tmp_path: Path) -> None:
    """Keys of another installation do not open a content, and say so."""
    content_id = rig.keep(b"harmless").content_id
    others = FileKeyRing.create(tmp_path / "other", tmp_path / "other-master")
    with pytest.raises(KeyMissing):
        rig.opened(others).read(content_id)
    others.wrap("2026-03", bytes(32), context=b"")
    with pytest.raises(WrongKey):
        rig.opened(others).read(content_id)


def test_a_destroyed_period_is_gone_for_everybody(rig: Rig, tmp_path: Path) -> None:
    """After its key is destroyed a content is unreadable with every file that is left, and no writer may use it."""
    content_id = rig.keep(b"harmless" * 100, period="short").content_id
    kept = rig.keep(b"other", period="long").content_id
    rig.keys.destroy_period("short")
    fresh = FileKeyRing(tmp_path / "keys", tmp_path / "master" / "key")
    for keys in (rig.keys, fresh):
        with pytest.raises(KeyMissing):
            rig.opened(keys).read(content_id)
        with pytest.raises(KeyMissing):
            rig.opened(keys).move_period(content_id, "long")
    with pytest.raises(KeyMissing), rig.vault.receive(period="short", max_bytes=10):
        pass
    assert whole(rig.vault, kept) == b"other"
    rig.vault.destroy(content_id)
    assert list(rig.vault.contents()) == [kept]


def test_a_period_destroyed_during_an_upload_acknowledges_nothing(rig: Rig) -> None:
    """An upload whose key is destroyed before it ends fails and leaves nothing."""
    with rig.vault.receive(period="short", max_bytes=10) as writer:
        writer.write(b"harmless")
        rig.keys.destroy_period("short")
        with pytest.raises(KeyMissing):
            writer.finish()
    assert rig.everything() == {}


def test_moving_to_another_period_survives_the_first_ones_end(rig: Rig) -> None:
    """A moved content is read under the new period after the old one's key is destroyed; moving twice is harmless."""
    content = patterned(SEGMENT + 1)
    before = rig.keep(content, period="transient")
    sealed = rig.get(before.content_id, "sealed")
    moved = rig.vault.move_period(before.content_id, "evidence")
    assert rig.vault.move_period(before.content_id, "evidence") == moved
    rig.keys.destroy_period("transient")
    assert (moved.period, moved.digests, moved.stored_at) == ("evidence", before.digests, before.stored_at)
    assert whole(rig.vault, before.content_id) == content
    assert rig.get(before.content_id, "sealed") == sealed


def test_a_manifest_knows_under_which_keys_it_lay_before(rig: Rig) -> None:
    """Each once, in order, and only those it has left: a copy of an older manifest opens with those."""
    content_id = rig.keep(b"harmless", period="day-1").content_id
    for period in ("day-2", "day-2", "day-1", "own"):
        rig.vault.move_period(content_id, period)

    known = rig.vault.manifest(content_id)

    assert (known.period, known.earlier) == ("own", ("day-1", "day-2"))


def test_a_content_is_moved_only_from_where_it_is_expected(rig: Rig) -> None:
    """Who clears a period away takes nothing along that lies elsewhere by now."""
    sealed, waiting = (rig.keep(b"harmless", period="day-1").content_id for _ in range(2))
    rig.vault.move_period(sealed, "own")

    periods = [rig.vault.move_period(each, "day-3", leaving={"day-1"}).period for each in (sealed, waiting)]

    assert periods == ["own", "day-3"]
    assert [rig.vault.manifest(each).period for each in (sealed, waiting)] == ["own", "day-3"]


@pytest.mark.parametrize("size", [0, 10, 3 * SEGMENT, 11 * 1024 * 1024])
def test_an_unfinished_upload_leaves_nothing(rig: Rig, size: int) -> None:
    """Leaving the block without `finish`, or by an error, leaves no file and no content."""
    with rig.vault.receive(period="2026-03", max_bytes=1 << 30) as writer:
        writer.write(bytes(size))
    with pytest.raises(RuntimeError):
        break_off(rig, size)
    assert rig.everything() == {}
    assert list(rig.vault.contents()) == []


def test_what_is_too_large_leaves_nothing(rig: Rig) -> None:
    """Passing the limit by one byte ends the upload at once; exactly the limit is kept."""
    with rig.vault.receive(period="2026-03", max_bytes=SEGMENT) as writer:
        writer.write(bytes(SEGMENT))
        kept = writer.finish()
    before = rig.everything()
    with rig.vault.receive(period="2026-03", max_bytes=SEGMENT) as writer:
        writer.write(bytes(SEGMENT))
        with pytest.raises(TooLarge):
            writer.write(b"!")
        assert rig.everything() == before
        with pytest.raises(VaultError):
            writer.finish()
    assert list(rig.vault.contents()) == [kept.content_id]


def test_a_finished_writer_takes_nothing_more(rig: Rig) -> None:
    """After `finish` the content is what it is."""
    with rig.vault.receive(period="2026-03", max_bytes=100) as writer:
        writer.write(b"harmless")
        content_id = writer.finish().content_id
        with pytest.raises(VaultError):
            writer.write(b"more")
        with pytest.raises(VaultError):
            writer.finish()
    assert whole(rig.vault, content_id) == b"harmless"


def test_destroying_deletes_and_may_be_repeated(rig: Rig) -> None:
    """Manifest and bytes go; a second time, or an id never seen, is no error."""
    first, second = rig.keep(b"first"), rig.keep(b"second")
    for _ in range(2):
        rig.vault.destroy(first.content_id)
    rig.vault.destroy("0" * 32)
    assert list(rig.vault.contents()) == [second.content_id]
    assert not any(first.content_id in name for name in rig.everything())
    with pytest.raises(ContentMissing):
        rig.vault.manifest(first.content_id)


def test_sweeping_takes_only_what_is_old_and_belongs_to_nothing(rig: Rig) -> None:
    """Bytes without a manifest go once they are older than the limit; contents never do."""
    kept, orphan = rig.keep(b"kept"), rig.keep(b"orphan")
    rig.drop(orphan.content_id, "manifest")
    assert rig.vault.sweep(older_than=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert rig.vault.sweep(older_than=FUTURE) == 1
    assert rig.vault.sweep(older_than=FUTURE) == 0
    assert whole(rig.vault, kept.content_id) == b"kept"
    assert len(rig.everything()) == 2


def test_nothing_is_ever_stored_in_the_clear(rig: Rig) -> None:
    """Neither while an upload runs nor after it is a piece of the content, or a digest of it, found in storage."""
    secret = b"a harmless marker that must not be seen "
    with rig.vault.receive(period="2026-03", max_bytes=1 << 30) as writer:
        for _ in range(6 * 1024):
            writer.write(secret * 32)
        assert not any(secret in stored for stored in rig.everything().values())
        manifest = writer.finish()
    everything = rig.everything()
    assert not any(secret in stored for stored in everything.values())
    for _, digest in manifest.digests.known():
        assert not any(digest in name or digest.encode() in stored for name, stored in everything.items())


def test_equal_contents_are_stored_as_different_bytes(rig: Rig) -> None:
    """Two uploads of the same bytes share neither id, key nor ciphertext."""
    first, second = rig.keep(b"same" * 100), rig.keep(b"same" * 100)
    assert first.content_id != second.content_id
    assert rig.get(first.content_id, "sealed") != rig.get(second.content_id, "sealed")


def test_a_repeated_identifier_overwrites_nothing(rig: Rig) -> None:
    """Broken randomness ends in an error, never in one content in place of another."""
    stuck = rig.opened(rig.keys, StuckEntropy())
    with stuck.receive(period="2026-03", max_bytes=10) as writer:
        writer.write(b"first")
        content_id = writer.finish().content_id
    with pytest.raises(VaultError), stuck.receive(period="2026-03", max_bytes=10) as writer:
        writer.write(b"second")
    assert whole(rig.vault, content_id) == b"first"


def test_a_large_content_in_parts_comes_back(rig: Rig) -> None:
    """More than one part of an upload, and more than one block of a read, join without a seam."""
    content = os.urandom(1 << 20) * 13
    assert whole(rig.vault, rig.keep(content).content_id) == content


def test_the_last_chunk_waits_for_the_digest(rig: Rig) -> None:
    """A whole read whose last segment is damaged yields everything before it and then fails."""
    content_id = rig.keep(patterned(3 * SEGMENT)).content_id
    stored = bytearray(rig.get(content_id, "sealed"))
    stored[-1] ^= 1
    rig.put(content_id, "sealed", bytes(stored))
    seen: list[bytes] = []
    with pytest.raises(ContentDamaged):
        collect(rig.vault.read(content_id), seen)
    assert len(b"".join(seen)) == SEGMENT


def break_off(rig: Rig, size: int) -> None:
    """Fail in the middle of an upload, as a lost connection does."""
    with rig.vault.receive(period="2026-03", max_bytes=1 << 30) as writer:
        writer.write(bytes(size))
        raise RuntimeError


def collect(chunks: Iterator[bytes], seen: list[bytes]) -> None:
    """Append every chunk to *seen*."""
    seen.extend(chunks)


@pytest.mark.parametrize("url", ["file:///var/evidence", "http://example.org/x", "evidence", ""])
def test_only_object_stores_are_taken_as_such(url: str, tmp_path: Path) -> None:
    """A local folder behind an object store's address would not be synced, so it is refused."""
    keys = FileKeyRing.create(tmp_path / "keys", tmp_path / "master")
    with pytest.raises(Misconfigured):
        ObjectVault.at(url, keys, StoppedClock(), SystemEntropy())
    ObjectVault.at("memory://", keys, StoppedClock(), SystemEntropy())
