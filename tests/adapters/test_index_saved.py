"""An index kept in a file: opened in no time, exact, and never trusted further than its checksums and its history."""

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from structlog.testing import capture_logs

from laws import examples
from tutela.adapters.index import files, folder, keeper, live, probing, scrub, segment
from tutela.adapters.index.folder import SegmentFolder
from tutela.adapters.index.keeper import IndexKeeper
from tutela.adapters.index.live import LiveIndex
from tutela.errors import IndexNotReady, StorageFull
from tutela.ports.index import FeedHistory, FeedMark, FeedPage

Change = tuple[str, bytes, bool]
MANIFEST = f"known-{files.FORMAT}.json"
VALUES = [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, bytes(range(32))]
CHANGES = st.tuples(
    st.sampled_from(["mem_a", "mem_b", "med_" + "9" * 40]),
    st.one_of(st.sampled_from(VALUES), st.binary(min_size=32, max_size=32)),
    st.booleans(),
)


class Log:
    """A feed that is a list: the change of number n stands at n - 1."""

    def __init__(self, changes: Sequence[Change] = ()) -> None:
        self.changes = list(changes)

    def mark(self, seq: int) -> FeedMark:
        """Digest everything up to *seq*."""
        return FeedMark(seq, hashlib.sha256(repr(self.changes[:seq]).encode()).hexdigest())

    def has(self, mark: FeedMark) -> bool:
        """Compare with the digest of the same length."""
        return mark.seq <= len(self.changes) and self.mark(mark.seq) == mark

    def feed(self, index: LiveIndex) -> None:
        """Bring *index* up to the end."""
        built = index.built_to_seq
        start = max(built, 0)
        rows = [(start + number, *change) for number, change in enumerate(self.changes[start:], 1)]
        page = [FeedPage(*zip(*rows, strict=True))] if rows else []
        index.apply(page, after_seq=built, up_to_seq=len(self.changes))

    def live(self) -> set[tuple[str, bytes]]:
        """Return what is in the bank by now."""
        live: set[tuple[str, bytes]] = set()
        for owner, value, is_removal in self.changes:
            (live.discard if is_removal else live.add)((owner, value))
        return live


class Process:
    """One process's index and keeper on a folder."""

    def __init__(self, path: Path, log: FeedHistory) -> None:
        self.index = LiveIndex()
        self.keeper = IndexKeeper(self.index, SegmentFolder(path, "known"), log)


def some_changes(count: int, seed: int = 1) -> list[Change]:
    """Make additions of random values."""
    dice = random.Random(seed)  # noqa: S311 - test material
    return [(f"mem_{number}", dice.randbytes(32), False) for number in range(count)]


def answers(index: LiveIndex, queries: Sequence[bytes], limit: int = 31) -> list[set[tuple[str, int]]]:
    """Return who is near each query, and how near."""
    found = index.search([[query] for query in queries], max_distance_bits=limit)
    return [{(hit.owner, hit.distance_bits) for hit in hits} for hits in found]


def by_hand(live: set[tuple[str, bytes]], queries: Sequence[bytes], limit: int = 31) -> list[set[tuple[str, int]]]:
    """Compare each with each by Python's own integers."""
    found = []
    for query in queries:
        nearest: dict[str, int] = {}
        for owner, value in live:
            distance = (int.from_bytes(query, "big") ^ int.from_bytes(value, "big")).bit_count()
            if distance <= limit:
                nearest[owner] = min(distance, nearest.get(owner, 256))
        found.append(set(nearest.items()))
    return found


def saved(path: Path, log: Log) -> Process:
    """Feed a process and let it save."""
    process = Process(path, log)
    process.keeper.restore()
    log.feed(process.index)
    assert process.keeper.save()
    return process


def restored(path: Path, log: Log) -> bool:
    """Start a process, check that it answers right whatever was on disk, and return whether it opened the file."""
    process = Process(path, log)
    with capture_logs() as logs:
        is_restored = process.keeper.restore()
    assert is_restored or process.index.built_to_seq == -1, "never an empty answer"
    discarded = [entry for entry in logs if entry["event"] == "index_file_discarded"]
    assert len(discarded) == (not is_restored and (path / MANIFEST).exists())
    log.feed(process.index)
    queries = [value for _, value, _ in log.changes[:40]]
    assert answers(process.index, queries) == by_hand(log.live(), queries)
    assert len(process.index) == len(log.live())
    return is_restored


def segment_file(path: Path) -> Path:
    """Return the newest file in force."""
    return path / json.loads((path / MANIFEST).read_bytes())["segments"][-1]["file"]


@pytest.fixture
def eager() -> Iterator[None]:
    """Save after each change, merge after a handful of rows, and use buckets for a handful."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "LEAST_CHANGES", 1)
        patch.setattr(keeper, "MERGE_RATIO", 2)
        patch.setattr(live, "TAIL_ROWS", 8)
        patch.setattr(segment, "MIN_BUCKETED", 5)
        patch.setattr(probing, "_SCAN_SHARE", 0)
        yield


@pytest.fixture
def small() -> Iterator[None]:
    """Save after each change; no buckets, so that files are small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "LEAST_CHANGES", 1)
        yield


class Lives(RuleBasedStateMachine):
    """Two processes on one folder: fed, saved and started again in any order, against plain integers."""

    folders: Iterator[Path]

    @initialize(changes=st.lists(CHANGES, min_size=1, max_size=20))
    def start(self, changes: list[Change]) -> None:
        """Begin with an empty folder and a few entries."""
        self.path = next(self.folders)
        self.log = Log(changes)
        self.processes = [Process(self.path, self.log) for _ in range(2)]
        for process in self.processes:
            self.log.feed(process.index)

    @rule(number=st.integers(0, 1), changes=st.lists(CHANGES, min_size=1, max_size=12))
    def change(self, number: int, changes: list[Change]) -> None:
        """Commit some changes, of which one process learns."""
        self.log.changes += changes
        self.log.feed(self.processes[number].index)

    @rule(data=st.data(), number=st.integers(0, 1))
    def remove_one_that_is_there(self, data: st.DataObject, number: int) -> None:
        """Commit a removal that removes."""
        if live := sorted(self.log.live()):
            self.change(number, [(*data.draw(st.sampled_from(live)), True)])

    @rule(number=st.integers(0, 1), change=CHANGES)
    def save(self, number: int, change: Change) -> None:
        """Let one process save; the other is behind."""
        self.change(number, [change])
        self.processes[number].keeper.save()

    @rule(number=st.integers(0, 1))
    def follow(self, number: int) -> None:
        """Let one process take over what the other has saved."""
        self.processes[number].keeper.follow()

    @rule(number=st.integers(0, 1))
    def learn(self, number: int) -> None:
        """Bring one process up to date."""
        self.log.feed(self.processes[number].index)

    @rule(number=st.integers(0, 1))
    def save_what_is_there(self, number: int) -> None:
        """Let one process save, up to date or not."""
        self.processes[number].keeper.save()

    @rule(number=st.integers(0, 1))
    def start_again(self, number: int) -> None:
        """Kill one process and start it again."""
        self.processes[number] = Process(self.path, self.log)
        self.processes[number].keeper.restore()
        self.log.feed(self.processes[number].index)

    @rule(number=st.integers(0, 1), query=CHANGES, limit=st.integers(0, 63))
    def ask(self, number: int, query: Change, limit: int) -> None:
        """Compare the answer with what was live when the process was fed."""
        index = self.processes[number].index
        live = Log(self.log.changes[: index.built_to_seq]).live()
        queries = [query[1], *(value for _, value in sorted(live)[:5])]
        assert answers(index, queries, limit) == by_hand(live, queries, limit)

    @invariant()
    def counts_agree(self) -> None:
        """Count what is live."""
        for process in getattr(self, "processes", []):
            assert len(process.index) == len(Log(self.log.changes[: process.index.built_to_seq]).live())


def test_any_life_of_saving_and_starting_gives_the_same_answers(
    eager: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What a file held, what came after it, and what another process saved meanwhile change no answer."""
    folders = (tmp_path_factory.mktemp("index") for _ in iter(int, 1))
    machine = type("LivesHere", (Lives,), {"folders": folders})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
    )


def test_a_large_index_with_buckets_comes_back_as_it_was(tmp_path: Path) -> None:
    """With dead rows and changes after the file; and what is mapped is not written to."""
    log = Log(some_changes(6000))
    first = saved(tmp_path, log)
    assert first.index.parts[0].segment.buckets is not None
    assert not first.index.parts[0].segment.hashes.flags.owndata, "mapped from its file"
    log.changes += [(owner, value, True) for owner, value, _ in log.changes[:300]] + some_changes(200, seed=2)
    assert restored(tmp_path, log)
    log.feed(first.index)
    assert answers(first.index, [bytes(32)]) == by_hand(log.live(), [bytes(32)])


def test_what_was_taken_out_stays_out_through_segments_merges_and_starts(small: None, tmp_path: Path) -> None:
    """Of an older segment, of a merged one, and of one that only another process has seen."""
    log = Log(some_changes(400))
    process = saved(tmp_path, log)
    other = Process(tmp_path, log)
    assert other.keeper.restore()
    for step in range(1, 5):
        log.changes += [(owner, value, True) for owner, value, _ in log.changes[step * 20 : step * 20 + 10]]
        log.changes += [
            (f"mem_{step}_{number}", value, False) for number, (_, value, _) in enumerate(some_changes(8, step))
        ]
        log.feed(process.index)
        assert process.keeper.save()
        assert other.keeper.follow()
        queries = [value for _, value, _ in log.changes[:60]]
        assert answers(other.index, queries) == answers(process.index, queries) == by_hand(log.live(), queries)
    assert restored(tmp_path, log)


def test_segments_stay_few_however_much_is_added(tmp_path: Path) -> None:
    """Each holds several times what all newer ones hold together."""
    log = Log()
    process = Process(tmp_path, log)
    for step in range(14):
        log.changes += some_changes(4096, seed=step)
        process.index.apply([], after_seq=process.index.built_to_seq, up_to_seq=0)
        log.feed(process.index)
        assert process.keeper.save()
        sizes = [len(part.segment) for part in process.index.parts]
        assert all(size >= keeper.MERGE_RATIO * sum(sizes[at + 1 :]) for at, size in enumerate(sizes[:-1]))
    assert len(process.index.parts) <= 4
    assert len(process.index) == len(log.live())
    assert restored(tmp_path, log)


def test_a_first_start_has_nothing_to_open(tmp_path: Path) -> None:
    """No folder, no warning, nothing answered."""
    assert not restored(tmp_path / "none", Log(some_changes(3)))


def test_a_flipped_bit_anywhere_in_a_file_silences_every_process(small: None, tmp_path: Path) -> None:
    """Head, columns and the zeros between them: the scrub sees it, nothing is in force, and all is built anew."""
    log = Log(some_changes(50))
    saved(tmp_path, log)
    path, manifest = segment_file(tmp_path), tmp_path / MANIFEST
    whole, in_force = path.read_bytes(), manifest.read_bytes()
    for at in range(0, len(whole), 41):
        flip(path, at, at % 8)
        process, other = Process(tmp_path, log), Process(tmp_path, log)
        with capture_logs() as logs:
            opened = process.keeper.restore()
            assert opened == other.keeper.restore()
            assert not opened or not process.keeper.scrub(), at
        assert [entry["event"] for entry in logs].count("index_block_damaged") == opened
        if opened:
            assert other.keeper.follow()
            for each in (process, other):
                assert each.index.built_to_seq == -1, "never an empty answer"
                with pytest.raises(IndexNotReady):
                    each.index.search([[bytes(32)]], max_distance_bits=31)
            assert process.keeper.state().damaged == 1
            log.feed(process.index)
            assert answers(process.index, [log.changes[7][1]]) == [{("mem_7", 0)}]
        path.write_bytes(whole)
        manifest.write_bytes(in_force)
    assert restored(tmp_path, log)


def test_a_damaged_file_is_never_merged_into_a_new_one(small: None, tmp_path: Path) -> None:
    """A merge would give the damage a checksum that fits it."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    flip(segment_file(tmp_path), 4100, 3)
    log.changes += some_changes(40, seed=2)
    log.feed(process.index)
    assert not process.keeper.save()
    assert process.index.built_to_seq == -1
    log.feed(process.index)
    assert process.keeper.save()
    assert restored(tmp_path, log)


@pytest.mark.parametrize("step", ["write", "open"])
def test_damage_found_while_a_save_runs_is_not_put_back_in_force(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Another process withdraws the file, this one forgets and is fed again, and then its old save comes to an end."""
    log = Log(some_changes(4000))
    process = saved(tmp_path, log)
    other = Process(tmp_path, log)
    assert other.keeper.restore()
    log.changes += some_changes(60, seed=2)
    log.feed(process.index)
    real, in_force = getattr(SegmentFolder, step), segment_file(tmp_path)

    def overtaken(*arguments: object) -> object:
        monkeypatch.setattr(SegmentFolder, step, real)
        flip(in_force, 5000, 3)
        assert not other.keeper.scrub()
        process.keeper.follow()
        log.feed(process.index)
        return real(*arguments)

    monkeypatch.setattr(SegmentFolder, step, overtaken)
    process.keeper.save()
    assert not (tmp_path / MANIFEST).exists()
    queries = [value for _, value, _ in log.changes[:60]]
    assert process.keeper.save()
    for each in (process, other, Process(tmp_path, log)):
        each.keeper.restore()
        each.keeper.follow()
        log.feed(each.index)
        assert answers(each.index, queries) == by_hand(log.live(), queries)


def test_damage_on_a_disk_that_cannot_be_written_silences_the_index_all_the_same(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that has seen errors turns read-only: nothing can be withdrawn, and nothing is answered."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    flip(segment_file(tmp_path), 4200, 1)

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path, "unlink", refused)
    assert not process.keeper.scrub()
    assert process.index.built_to_seq == -1


def test_a_file_that_was_replaced_silences_nobody(small: None, tmp_path: Path) -> None:
    """Damage in a file that another process has merged into a new one is no reason to build anew."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    behind = Process(tmp_path, log)
    assert behind.keeper.restore()
    old = segment_file(tmp_path)
    log.changes += some_changes(50, seed=2)
    log.feed(process.index)
    assert process.keeper.save()
    flip(old, 4200, 1)
    assert not behind.keeper.scrub()
    assert (tmp_path / MANIFEST).exists()
    assert not process.keeper.follow()
    assert len(process.index) == 100


def test_what_is_published_while_a_process_starts_is_followed(small: None, tmp_path: Path) -> None:
    """The manifest it opened was replaced before it answered."""
    log = Log(some_changes(50))
    first = saved(tmp_path, log)

    class Slow(Log):
        def has(self, mark: FeedMark) -> bool:
            if len(log.changes) == 50:
                log.changes.extend(some_changes(60, seed=2))
                log.feed(first.index)
                assert first.keeper.save()
            return log.has(mark)

    starting = Process(tmp_path, Slow())
    starting.keeper.restore()
    starting.keeper.follow()
    assert starting.index.built_to_seq == 110


def test_two_versions_on_one_folder_leave_each_others_files_alone(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an upgrade of one server after the other."""
    monkeypatch.setattr(folder, "GRACE_SECONDS", -1.0)
    log = Log(some_changes(50))
    with monkeypatch.context() as patch:
        for module in (folder, files):
            patch.setattr(module, "FORMAT", files.FORMAT + 1)
        patch.setattr("tutela.adapters.index.manifest.FORMAT", files.FORMAT)
        newer = Process(tmp_path, log)
        log.feed(newer.index)
        assert newer.keeper.save()
    theirs = set(tmp_path.glob("*.seg"))
    process = saved(tmp_path, log)
    process.keeper._sweep_at = 0.0
    process.keeper.save()
    assert theirs < set(tmp_path.glob("*.seg"))


def test_a_manifest_that_cannot_be_read_is_said_once_and_replaced(small: None, tmp_path: Path) -> None:
    """Not twice a second for ever."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    (tmp_path / MANIFEST).write_bytes(b"{}")
    with capture_logs() as logs:
        assert not any(process.keeper.follow() for _ in range(5))
    assert [entry["event"] for entry in logs if entry["event"].startswith("index_")] == ["index_file_passed_over"]
    assert process.keeper.save()
    assert restored(tmp_path, log)


def test_the_scrub_goes_through_all_files_and_says_when_it_ended(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some blocks at a time; a file that was replaced meanwhile is passed over."""
    for module in (keeper, scrub):
        monkeypatch.setattr(module, "STEP_BLOCKS", 1)
    monkeypatch.setattr("tutela.adapters.index.files.BLOCK_BYTES", 4096)
    monkeypatch.setattr("tutela.adapters.index.manifest.BLOCK_BYTES", 4096)
    log = Log(some_changes(200))
    process = saved(tmp_path, log)
    blocks = segment_file(tmp_path).stat().st_size // 4096
    for _ in range(blocks):
        assert process.keeper.scrub()
        assert process.keeper.state().scrubbed_at is None
    assert process.keeper.scrub()
    assert process.keeper.state().scrubbed_at is not None
    log.changes += some_changes(200, seed=2)
    log.feed(process.index)
    old = segment_file(tmp_path)
    assert process.keeper.save()
    old.unlink()
    assert all(process.keeper.scrub() for _ in range(3 * blocks))


def test_a_flipped_bit_anywhere_in_the_manifest_is_seen(small: None, tmp_path: Path) -> None:
    """Two bits of every byte, so that each of the eight is met."""
    log = Log(some_changes(5))
    saved(tmp_path, log)
    manifest = tmp_path / MANIFEST
    whole = manifest.read_bytes()
    for at in range(len(whole)):
        for bit in (at % 8, (at + 3) % 8):
            flip(manifest, at, bit)
            assert not Process(tmp_path, log).keeper.restore(), (at, bit)
            manifest.write_bytes(whole)
    assert restored(tmp_path, log)


def flip(path: Path, at: int, bit: int) -> None:
    """Turn one bit of a file over, as a failing disk would."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.parametrize("kept", [0, 1, 4095, 4096, -4096, -1])
def test_a_file_cut_short_is_seen(small: None, tmp_path: Path, kept: int) -> None:
    """Of whatever length: mapped, it would end the process at the first read beyond its end."""
    log = Log(some_changes(50))
    saved(tmp_path, log)
    os.truncate(segment_file(tmp_path), kept % segment_file(tmp_path).stat().st_size)
    assert not restored(tmp_path, log)


def test_a_file_that_grew_or_went_missing_is_seen(small: None, tmp_path: Path) -> None:
    """And the manifest alone is no reason to answer."""
    log = Log(some_changes(50))
    saved(tmp_path, log)
    os.truncate(segment_file(tmp_path), segment_file(tmp_path).stat().st_size + 4096)
    assert not restored(tmp_path, log)
    segment_file(tmp_path).unlink()
    assert not restored(tmp_path, log)


def test_a_file_of_another_version_is_left_alone_until_the_next_save(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a downgrade the index is built from the database and saved in this version's format."""
    log = Log(some_changes(50))
    with monkeypatch.context() as patch:
        patch.setattr("tutela.adapters.index.manifest.FORMAT", files.FORMAT + 1)
        saved(tmp_path, log)
    assert not restored(tmp_path, log)
    process = Process(tmp_path, log)
    process.keeper.restore()
    log.feed(process.index)
    monkeypatch.setattr(keeper, "LEAST_CHANGES", 10**6)
    assert process.keeper.save(), "what cannot be used is replaced, however little has changed"
    assert restored(tmp_path, log)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(some_changes(50, seed=9), id="another database"),
        pytest.param(some_changes(49), id="a backup from before"),
        pytest.param(some_changes(49) + some_changes(30, seed=9), id="a backup from before that went another way"),
        pytest.param([], id="an empty database"),
    ],
)
def test_a_file_of_another_history_is_not_answered_from(small: None, tmp_path: Path, other: list[Change]) -> None:
    """Numbers that fit prove nothing: the mark has to be in this database."""
    saved(tmp_path, Log(some_changes(50)))
    assert not restored(tmp_path, Log(other))


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_index_saved as t
from tutela.adapters.index import keeper
keeper.LEAST_CHANGES = 1
path, names = Path(sys.argv[2]), ("open", "write", "fsync", "replace", "rename", "utime")
real = {name: getattr(os, name) for name in names}
calls, deadly = 0, None
def counted(name):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == deadly:
            if name == "write":
                real["write"](args[0], args[1][: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real[name](*args, **kwargs)
    return call
old, new = t.Log(t.some_changes(50)), t.Log(t.some_changes(90))
for number in range(1, 60):
    here = path / str(number)
    t.saved(here, old)
    child = os.fork()
    if child == 0:
        process = t.Process(here, new)
        process.keeper.restore()
        new.feed(process.index)
        deadly = number
        for name in real:
            setattr(os, name, counted(name))
        process.keeper.save()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    process = t.Process(here, new)
    assert process.keeper.restore(), number
    print(number, process.index.built_to_seq, status)
    new.feed(process.index)
    queries = [value for _, value, _ in new.changes]
    assert t.answers(process.index, queries) == t.by_hand(new.live(), queries), number
    if status == 0:
        break
"""


def test_a_kill_at_any_moment_of_saving_leaves_the_old_file_or_the_new_one_in_force(tmp_path: Path) -> None:
    """A real SIGKILL before each call to the system, writes half done: the next start opens one of the two, whole."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert [status for *_, status in rows[:-1]] == [9] * (len(rows) - 1)
    assert len(rows) > 10
    assert rows[-1][1:] == (90, 0)
    assert [seq for _, seq, _ in rows] == sorted(seq for _, seq, _ in rows)
    assert {seq for _, seq, _ in rows} == {50, 90}


HOLDS_LOCK = """
import sys
from pathlib import Path
from tutela.adapters.index.folder import SegmentFolder
with SegmentFolder(Path(sys.argv[1]), "known").locked() as is_ours:
    print(is_ours, flush=True)
    sys.stdin.read()
"""


def test_who_does_not_hold_the_lock_does_not_write(small: None, tmp_path: Path) -> None:
    """It answers as before, and saves when the other process is gone."""
    log = Log(some_changes(50))
    process = Process(tmp_path, log)
    log.feed(process.index)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_LOCK, str(tmp_path)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not process.keeper.save()
        assert not (tmp_path / MANIFEST).exists()
        other.kill()
    assert process.keeper.save()
    assert restored(tmp_path, log)


def test_two_processes_share_a_folder(small: None, tmp_path: Path) -> None:
    """The one that is behind does not replace what the other saved, and reads on in its own file when it is deleted."""
    log = Log(some_changes(50))
    first = saved(tmp_path, log)
    second = Process(tmp_path, log)
    assert second.keeper.restore()
    old = segment_file(tmp_path)
    log.changes += some_changes(60, seed=2)
    log.feed(first.index)
    assert first.keeper.save()
    second.index.apply(
        [FeedPage([51], ["mem_x"], [log.changes[50][1]], [False])], after_seq=second.index.built_to_seq, up_to_seq=51
    )
    assert not second.keeper.save()
    old.unlink()
    assert answers(second.index, [log.changes[0][1]]) == [{("mem_0", 0)}]
    assert segment_file(tmp_path) != old
    assert restored(tmp_path, log)


def test_replaced_files_go_after_a_time_of_grace(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at once, for who is about to open one; what a killed process left goes as well."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    (tmp_path / f"known-{files.FORMAT}-0123.part").touch()
    log.changes += some_changes(50, seed=2)
    log.feed(process.index)
    assert process.keeper.save()
    assert len(list(tmp_path.glob("known-*.*"))) == 4
    monkeypatch.setattr(folder, "GRACE_SECONDS", -1.0)
    process.keeper._sweep_at = 0.0
    assert not process.keeper.save()
    assert set(tmp_path.glob("known-*")) == {segment_file(tmp_path), tmp_path / MANIFEST}
    assert restored(tmp_path, log)


def test_a_clock_that_was_set_back_deletes_nothing_early(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that seems to come from tomorrow is left alone; answers do not depend on any clock."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    old = segment_file(tmp_path)
    log.changes += some_changes(50, seed=2)
    log.feed(process.index)
    assert process.keeper.save()
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    process.keeper._sweep_at = 0.0
    process.keeper.save()
    assert old.exists()
    assert restored(tmp_path, log)


def test_a_full_disk_leaves_the_old_file_in_force(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index answers on from memory, nothing half-written stays, and the next save succeeds."""
    log = Log(some_changes(50))
    process = saved(tmp_path, log)
    log.changes += some_changes(50, seed=2)
    log.feed(process.index)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageFull):
            process.keeper.save()
    assert set(tmp_path.glob("known-*")) == {segment_file(tmp_path), tmp_path / MANIFEST}
    assert restored(tmp_path, log)
    assert process.keeper.save()


def test_little_change_is_not_worth_a_file(tmp_path: Path) -> None:
    """A few thousand rows are read from the database at a start; an unchanged index only moves its mark."""
    log = Log(some_changes(4095))
    process = Process(tmp_path, log)
    assert not process.keeper.save(), "what was never loaded is never saved"
    log.feed(process.index)
    assert not process.keeper.save()
    log.changes += some_changes(1, seed=2)
    log.feed(process.index)
    assert process.keeper.save()
    before = segment_file(tmp_path)
    process.index.apply([], after_seq=process.index.built_to_seq, up_to_seq=300_000)
    log.changes += [log.changes[0]] * 300_000
    assert process.keeper.save()
    assert segment_file(tmp_path) == before
    other = Process(tmp_path, log)
    assert other.keeper.restore()
    assert other.index.built_to_seq == 300_000


def test_files_are_for_their_owner_alone(small: None, tmp_path: Path) -> None:
    """Hashes of known material are not for every account of the machine."""
    saved(tmp_path / "index", Log(some_changes(5)))
    assert (tmp_path / "index").stat().st_mode & 0o077 == 0
    assert [path for path in (tmp_path / "index").iterdir() if path.stat().st_mode & 0o077] == []
