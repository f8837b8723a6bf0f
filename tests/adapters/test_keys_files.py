"""Keys in files: made once, private, recoverable when somebody took care of it, and destroyed for good."""

import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.adapters.keys import escrow, periods
from tutela.adapters.keys.files import FileKeyRing
from tutela.errors import KeyMissing, Misconfigured, TutelaError, WrongKey

KEY = bytes(range(32))


@pytest.fixture
def ring(tmp_path: Path) -> FileKeyRing:
    """A new key ring."""
    return FileKeyRing.create(tmp_path / "keys", tmp_path / "master" / "key")


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch passphrases less: how long it takes is not what is tested."""
    monkeypatch.setattr(escrow, "_SCRYPT_COST", 2**10)


def again(tmp_path: Path) -> FileKeyRing:
    """Open what the fixture made, as another process would."""
    return FileKeyRing(tmp_path / "keys", tmp_path / "master" / "key")


def modes(folder: Path, *, files: bool) -> set[int]:
    """Return the modes found under *folder*."""
    paths = [folder, *folder.rglob("*")]
    return {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file() == files}


@settings(max_examples=examples(50), deadline=None)
@given(
    key=st.binary(max_size=64), context=st.binary(max_size=40), period=st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True)
)
def test_a_wrapped_key_opens_only_where_it_belongs(
    tmp_path_factory: pytest.TempPathFactory, key: bytes, context: bytes, period: str
) -> None:
    """The same period and context return the key; another context or period does not."""
    base = tmp_path_factory.getbasetemp() / "wrapping"
    fresh = not base.exists()
    ring = FileKeyRing.create(base, base / "master") if fresh else FileKeyRing(base, base / "master")
    wrapped = ring.wrap(period, key, context=context)
    assert ring.unwrap(period, wrapped, context=context) == key
    assert ring.wrap(period, key, context=context) != wrapped
    with pytest.raises(WrongKey):
        ring.unwrap(period, wrapped, context=context + b"!")
    other = "x" if period != "x" else "y"
    ring.wrap(other, key, context=context)
    with pytest.raises(WrongKey):
        ring.unwrap(other, wrapped, context=context)


def test_a_changed_wrapped_key_does_not_open(ring: FileKeyRing) -> None:
    """Every bit is guarded, and every shorter piece is refused."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    for place in range(len(wrapped)):
        damaged = bytearray(wrapped)
        damaged[place] ^= 1 << place % 8
        with pytest.raises(WrongKey):
            ring.unwrap("p", bytes(damaged), context=b"c")
        with pytest.raises(WrongKey):
            ring.unwrap("p", wrapped[:place], context=b"c")


def test_keys_survive_a_restart(ring: FileKeyRing, tmp_path: Path) -> None:
    """What one process wrapped the next one opens, and derived keys stay the same."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    assert again(tmp_path).unwrap("p", wrapped, context=b"c") == KEY
    assert again(tmp_path).derive("heads") == ring.derive("heads")
    assert again(tmp_path).fingerprint() == ring.fingerprint()
    assert again(tmp_path).periods() == ("p",)


def test_everything_is_private(ring: FileKeyRing, tmp_path: Path) -> None:
    """Key files are 600, folders 700."""
    ring.wrap("p", KEY, context=b"")
    ring.escrow(tmp_path / "copy")
    ring.destroy_period("q")
    for folder in (tmp_path / "keys", tmp_path / "master"):
        assert modes(folder, files=True) == {0o600}
        assert modes(folder, files=False) == {0o700}
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_reach_is_refused_with_the_remedy(ring: FileKeyRing, tmp_path: Path, mode: int) -> None:
    """Any right of group or others on the master key stops the start and names the command that helps."""
    (tmp_path / "master" / "key").chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        again(tmp_path)
    (tmp_path / "master" / "key").chmod(0o400)
    assert again(tmp_path).periods() == ()


def test_a_folder_that_others_can_reach_is_refused_with_the_remedy(ring: FileKeyRing, tmp_path: Path) -> None:
    """The folder of period keys is as private as the key."""
    (tmp_path / "keys").chmod(0o750)
    with pytest.raises(Misconfigured, match="chmod 700"):
        again(tmp_path)


def test_a_missing_master_key_is_missing_and_never_made_anew(ring: FileKeyRing, tmp_path: Path) -> None:
    """Neither opening nor `create` puts a new key where another one's folder is."""
    (tmp_path / "master" / "key").unlink()
    with pytest.raises(KeyMissing, match="recovery copy"):
        again(tmp_path)
    with pytest.raises(Misconfigured, match="recovery copy"):
        FileKeyRing.create(tmp_path / "keys", tmp_path / "master" / "key")
    assert not (tmp_path / "master" / "key").exists()


@pytest.mark.parametrize("stored", [b"", KEY[:31], KEY + b"\n", KEY])
def test_a_wrong_or_damaged_master_key_is_refused(ring: FileKeyRing, tmp_path: Path, stored: bytes) -> None:
    """Another length or another key is told apart from the right one at the start, not at the first content."""
    (tmp_path / "master" / "key").write_bytes(stored)
    with pytest.raises(WrongKey):
        again(tmp_path)


def test_creating_twice_changes_nothing(ring: FileKeyRing, tmp_path: Path) -> None:
    """A second `create` is refused and the first key stays."""
    before = (tmp_path / "master" / "key").read_bytes()
    with pytest.raises(Misconfigured):
        FileKeyRing.create(tmp_path / "keys", tmp_path / "master" / "key")
    assert (tmp_path / "master" / "key").read_bytes() == before


def test_an_interrupted_creation_is_completed(tmp_path: Path) -> None:
    """A key without a folder, as a crash in `create` leaves it, is taken by the next `create`."""
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    FileKeyRing.create(tmp_path / "keys", tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == KEY


def test_a_folder_without_its_fingerprint_takes_no_other_key(ring: FileKeyRing, tmp_path: Path) -> None:
    """When the fingerprint is lost, only the key that opens the period keys is accepted."""
    ring.wrap("p", KEY, context=b"")
    (tmp_path / "keys" / "fingerprint").unlink()
    with pytest.raises(Misconfigured):
        again(tmp_path)
    with pytest.raises(WrongKey):
        FileKeyRing.create(tmp_path / "keys", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    FileKeyRing.create(tmp_path / "keys", tmp_path / "master" / "key")
    assert again(tmp_path).periods() == ("p",)


@pytest.mark.parametrize("period", ["", "A", "a" * 65, "../x", "a.b", "a/b", "a\n", "ä", "a b", "a_b"])
def test_a_strange_period_name_never_becomes_a_path(ring: FileKeyRing, tmp_path: Path, period: str) -> None:
    """Names outside `[a-z0-9-]{1,64}` are refused everywhere and write nothing."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Misconfigured):
        ring.wrap(period, KEY, context=b"")
    with pytest.raises(Misconfigured):
        ring.unwrap(period, b"\x01" * 80, context=b"")
    with pytest.raises(Misconfigured):
        ring.destroy_period(period)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != ".lock"] == [
        path for path in before if path.name != ".lock"
    ]


def test_a_destroyed_period_stays_destroyed(ring: FileKeyRing, tmp_path: Path) -> None:
    """Its key file is gone, nothing opens, no new key takes the name, also after a restart; twice is harmless."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    ring.wrap("q", KEY, context=b"c")
    for _ in range(2):
        ring.destroy_period("p")
    for each in (ring, again(tmp_path)):
        with pytest.raises(KeyMissing, match="destroyed"):
            each.unwrap("p", wrapped, context=b"c")
        with pytest.raises(KeyMissing, match="destroyed"):
            each.wrap("p", KEY, context=b"c")
        assert each.periods() == ("q",)
    assert not (tmp_path / "keys" / "periods" / "p.key").exists()


def test_another_process_destroying_a_period_is_noticed_at_once(ring: FileKeyRing, tmp_path: Path) -> None:
    """A key held in memory is not used once somebody else has destroyed its file."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    assert ring.unwrap("p", wrapped, context=b"c") == KEY
    code = (
        "import sys; from pathlib import Path; from tutela.adapters.keys.files import FileKeyRing; "
        "FileKeyRing(Path(sys.argv[1]) / 'keys', Path(sys.argv[1]) / 'master' / 'key').destroy_period('p')"
    )
    paths = ":".join(path for path in sys.path if path)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env={"PYTHONPATH": paths})
    with pytest.raises(KeyMissing):
        ring.unwrap("p", wrapped, context=b"c")
    with pytest.raises(KeyMissing):
        ring.wrap("p", KEY, context=b"c")


def test_an_interrupted_destruction_counts_and_is_completed(ring: FileKeyRing, tmp_path: Path) -> None:
    """With the tombstone written and the key still there, the key is not used, and the next start removes it."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    (tmp_path / "keys" / "periods" / "p.destroyed").touch(0o600)
    with pytest.raises(KeyMissing):
        ring.unwrap("p", wrapped, context=b"c")
    assert ring.periods() == ()
    again(tmp_path)
    assert not (tmp_path / "keys" / "periods" / "p.key").exists()


def test_a_restored_key_file_of_a_destroyed_period_is_not_used(ring: FileKeyRing, tmp_path: Path) -> None:
    """A key brought back by a backup over its tombstone does not come to life."""
    path = tmp_path / "keys" / "periods" / "p.key"
    wrapped = ring.wrap("p", KEY, context=b"c")
    stored = path.read_bytes()
    ring.destroy_period("p")
    path.write_bytes(stored)
    with pytest.raises(KeyMissing):
        again(tmp_path).unwrap("p", wrapped, context=b"c")
    assert not path.exists()


def test_a_lost_period_key_is_not_replaced(ring: FileKeyRing, tmp_path: Path) -> None:
    """A key file that vanished without being destroyed is asked back, not made anew over what it wrapped."""
    ring.wrap("p", KEY, context=b"c")
    (tmp_path / "keys" / "periods" / "p.key").unlink()
    with pytest.raises(KeyMissing, match="restore"):
        ring.wrap("p", KEY, context=b"c")


def test_a_damaged_or_exchanged_period_key_is_a_wrong_key(ring: FileKeyRing, tmp_path: Path) -> None:
    """A flipped bit, or another period's file under this name, is not taken for the key."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    ring.wrap("q", KEY, context=b"c")
    periods = tmp_path / "keys" / "periods"
    right = (periods / "p.key").read_bytes()
    for stored in (right[:-1] + bytes([right[-1] ^ 1]), (periods / "q.key").read_bytes(), b""):
        (periods / "p.key").write_bytes(stored)
        with pytest.raises(WrongKey):
            again(tmp_path).unwrap("p", wrapped, context=b"c")


def test_threads_agree_on_a_new_period_key(ring: FileKeyRing, tmp_path: Path) -> None:
    """Of many first users of a period one makes the key, and all wrap under the same."""
    wrapped: list[bytes] = []
    rings = [ring, again(tmp_path), again(tmp_path)]
    threads = [Thread(target=lambda each=each: wrapped.append(each.wrap("p", KEY, context=b"c"))) for each in rings * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [again(tmp_path).unwrap("p", each, context=b"c") for each in wrapped] == [KEY] * 12


def test_derived_keys_differ_by_purpose_and_tell_nothing(ring: FileKeyRing, tmp_path: Path) -> None:
    """Each purpose has its own 32 bytes; neither they nor the fingerprint are the master key or part of it."""
    master = (tmp_path / "master" / "key").read_bytes()
    seen = [ring.derive(purpose) for purpose in ("", "heads", "api-keys", "heads\0")]
    assert len({*seen, master}) == 5
    assert {len(each) for each in seen} == {32}
    assert ring.fingerprint() not in master.hex()
    assert master.hex() not in (tmp_path / "keys" / "fingerprint").read_text()


@pytest.mark.parametrize("passphrase", [None, "a long harmless passphrase", "ünïcode"])
def test_a_recovery_copy_brings_the_key_back(ring: FileKeyRing, tmp_path: Path, passphrase: str | None) -> None:
    """After the master key is lost, the copy restores it and everything opens again."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    assert not ring.has_escrow()
    ring.escrow(tmp_path / "copy", passphrase)
    assert ring.has_escrow()
    assert again(tmp_path).has_escrow()
    master = tmp_path / "master" / "key"
    original = master.read_bytes()
    assert (original.hex().encode() in (tmp_path / "copy").read_bytes()) == (passphrase is None)
    master.unlink()
    restored = FileKeyRing.restore_escrow(
        tmp_path / "copy", passphrase, folder=tmp_path / "keys", master_key_file=master
    )
    assert restored.unwrap("p", wrapped, context=b"c") == KEY
    assert master.read_bytes() == original
    assert stat.S_IMODE(master.stat().st_mode) == 0o600


@pytest.mark.parametrize("given_passphrase", [None, "wrong"])
def test_a_wrong_passphrase_restores_nothing(ring: FileKeyRing, tmp_path: Path, given_passphrase: str | None) -> None:
    """Without the right passphrase nothing is written."""
    ring.escrow(tmp_path / "copy", "right")
    with pytest.raises(WrongKey, match="passphrase"):
        FileKeyRing.restore_escrow(
            tmp_path / "copy", given_passphrase, folder=tmp_path / "new", master_key_file=tmp_path / "new-key"
        )
    assert not (tmp_path / "new-key").exists()


@pytest.mark.parametrize("passphrase", [None, "right"])
def test_a_damaged_recovery_copy_restores_nothing(ring: FileKeyRing, tmp_path: Path, passphrase: str | None) -> None:
    """A flipped bit anywhere in the copy, or a missing end, is found before anything is written."""
    ring.escrow(tmp_path / "copy", passphrase)
    stored = (tmp_path / "copy").read_bytes()
    damaged_copies = [stored[:cut] for cut in (0, 10, len(stored) // 2, len(stored) - 1)]
    for place in range(len(stored)):
        damaged = bytearray(stored)
        damaged[place] ^= 1 << place % 8
        damaged_copies.append(bytes(damaged))
    for damaged_copy in damaged_copies:
        (tmp_path / "copy").write_bytes(damaged_copy)
        with pytest.raises(WrongKey):
            FileKeyRing.restore_escrow(
                tmp_path / "copy", passphrase, folder=tmp_path / "new", master_key_file=tmp_path / "new-key"
            )
    assert not (tmp_path / "new-key").exists()


def test_a_recovery_copy_overwrites_nothing(ring: FileKeyRing, tmp_path: Path) -> None:
    """Neither an existing file when it is made, nor an existing key when it is restored."""
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(Misconfigured):
        ring.escrow(tmp_path / "copy")
    with pytest.raises(Misconfigured):
        ring.escrow(tmp_path / "nowhere" / "copy")
    with pytest.raises(Misconfigured, match="empty"):
        ring.escrow(tmp_path / "empty", "")
    assert (tmp_path / "copy").read_text() == "mine"
    assert not ring.has_escrow()
    ring.escrow(tmp_path / "second")
    with pytest.raises(Misconfigured):
        FileKeyRing.restore_escrow(
            tmp_path / "second", folder=tmp_path / "keys", master_key_file=tmp_path / "master" / "key"
        )


def test_another_installations_copy_is_refused(ring: FileKeyRing, tmp_path: Path) -> None:
    """A copy of another master key is not put in front of this folder."""
    other = FileKeyRing.create(tmp_path / "other", tmp_path / "other-key")
    other.escrow(tmp_path / "copy")
    (tmp_path / "master" / "key").unlink()
    with pytest.raises(WrongKey, match="another folder"):
        FileKeyRing.restore_escrow(
            tmp_path / "copy", folder=tmp_path / "keys", master_key_file=tmp_path / "master" / "key"
        )
    with pytest.raises(Misconfigured):
        FileKeyRing.restore_escrow(tmp_path / "none", folder=tmp_path / "x", master_key_file=tmp_path / "y")


def test_a_note_about_an_older_key_is_no_escrow(ring: FileKeyRing, tmp_path: Path) -> None:
    """`has_escrow` speaks of this very key."""
    (tmp_path / "keys" / "escrow").write_text("0" * 32 + "\n")
    assert not ring.has_escrow()


def test_errors_do_not_show_keys(ring: FileKeyRing, tmp_path: Path) -> None:
    """No message holds key material."""
    wrapped = ring.wrap("p", KEY, context=b"c")
    with pytest.raises(TutelaError) as caught:
        ring.unwrap("p", wrapped, context=b"d")
    assert KEY.hex() not in str(caught.value)
    assert (tmp_path / "master" / "key").read_bytes().hex() not in repr(vars(caught.value))


@pytest.mark.parametrize("left", [(), ("master.key",), ("master.key", "fingerprint.0123.part")])
def test_a_first_start_that_was_killed_is_completed_by_the_next(tmp_path: Path, left: tuple[str, ...]) -> None:
    """The key that lies there already is taken; nothing else was made with it yet."""
    made = FileKeyRing.opened(tmp_path / "other", tmp_path / "other" / "master.key")
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for name in left:
        shutil.copy(tmp_path / "other" / "master.key", folder / name)

    opened = FileKeyRing.opened(folder, folder / "master.key")

    assert (opened.fingerprint() == made.fingerprint()) is bool(left)
    assert FileKeyRing.opened(folder, folder / "master.key").fingerprint() == opened.fingerprint()


def test_two_first_starts_at_once_make_one_key(tmp_path: Path) -> None:
    """One makes it, the other takes it."""
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: FileKeyRing.opened(folder, folder / "master.key"), range(8)))

    assert len({ring.fingerprint() for ring in rings}) == 1


def test_a_folder_that_has_lost_its_fingerprint_but_not_its_keys_is_refused(tmp_path: Path) -> None:
    """That is no first start."""
    folder = tmp_path / "keys"
    FileKeyRing.opened(folder, folder / "master.key").wrap("day-1", bytes(32), context=b"x")
    (folder / "fingerprint").unlink()

    with pytest.raises(Misconfigured, match="fingerprint"):
        FileKeyRing.opened(folder, folder / "master.key")


def test_a_destroyed_key_is_told_from_one_that_never_was(ring: FileKeyRing, tmp_path: Path) -> None:
    """Only what has a tombstone and no file any more counts as destroyed."""
    ring.wrap("gone", KEY, context=b"c")
    ring.wrap("here", KEY, context=b"c")
    ring.wrap("lost", KEY, context=b"c")
    ring.destroy_period("gone")
    (tmp_path / "keys" / "periods" / "lost.key").unlink()

    assert [ring.is_destroyed(each) for each in ("gone", "here", "lost", "never")] == [True, False, False, False]


def test_no_more_keys_are_remembered_than_are_used_at_once(ring: FileKeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key for each sealed content, reading all of them must not hold all of them in memory."""
    monkeypatch.setattr(periods, "_OPENED", 3)
    wrapped = {f"evidence-{n}": ring.wrap(f"evidence-{n}", KEY, context=b"c") for n in range(10)}

    assert all(ring.unwrap(period, key, context=b"c") == KEY for period, key in wrapped.items())
    assert len(ring._periods._opened) == 3  # what is remembered is told nowhere else
