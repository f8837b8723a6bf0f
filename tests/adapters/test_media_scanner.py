"""The pool of children: it answers whatever happens to them."""

import contextlib
import fcntl
import io
import os
import signal
import struct
import sys
import termios
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from laws import examples
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.looking import look
from tutela.adapters.media.process import Child
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.media.wire import READY, framed, scan_from_bytes, scan_to_bytes
from tutela.core.content import PdqHash
from tutela.errors import ScannerUnavailable
from tutela.ports.scanner import MediaScanner, Scan, ScanFailure

LIMITS = Limits(max_pixels=40_000_000, memory_bytes=1024**3)


def picture(seed: int = 0, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """Return a harmless pattern."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.int64)
    return Image.fromarray(((x * x * 3 + y * y * (2 + seed) + x * y) // 97 % 256).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    """Return the picture as a file."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.fixture(scope="module")
def scanner() -> Iterator[ChildScanner]:
    """Give a pool of one child, so that every test meets what the one before left."""
    with contextlib.closing(ChildScanner(LIMITS, children=1)) as pool:
        yield pool


def child_of(pool: ChildScanner) -> Child:
    """Return the idle child of a pool of one."""
    child = pool._places.get()
    pool._places.put(child)
    assert child is not None
    return child


def test_a_child_sees_what_this_process_sees(scanner: MediaScanner) -> None:
    """Nothing is lost on the way: type, size, hashes, qualities, orientations."""
    content = encoded(picture())
    assert scanner.scan(content) == look(content, LIMITS)


def test_a_child_is_reused(scanner: ChildScanner) -> None:
    """Starting one costs as much as forty pictures."""
    scanner.scan(encoded(picture(1)))
    first = child_of(scanner).pid
    scanner.scan(encoded(picture(2)))
    assert child_of(scanner).pid == first


def test_bad_content_does_not_cost_a_child(scanner: ChildScanner) -> None:
    """A failure of the content is an ordinary answer."""
    scanner.scan(encoded(picture()))
    first = child_of(scanner).pid
    assert scanner.scan(b"no picture at all").failure is ScanFailure.NOT_AN_IMAGE
    assert scanner.scan(encoded(picture())[:200]).failure is ScanFailure.TRUNCATED
    assert child_of(scanner).pid == first


def test_nothing_and_too_much_never_reach_a_child() -> None:
    """Both are known beforehand; the pool starts no child for them."""
    pool = ChildScanner(replace(LIMITS, max_bytes=100), interpreter="/nonexistent")
    assert pool.scan(b"").failure is ScanFailure.EMPTY
    assert pool.scan(bytes(101)).failure is ScanFailure.TOO_LARGE


def test_an_aged_child_is_replaced() -> None:
    """Decoders leak, so nobody stays for ever."""
    with contextlib.closing(ChildScanner(replace(LIMITS, images_per_child=2), children=1)) as pool:
        pool.scan(encoded(picture()))
        first = child_of(pool).pid
        pool.scan(encoded(picture()))
        assert not psutil.pid_exists(first)
        assert pool.scan(encoded(picture())).failure is None


def test_a_hanging_decoder_is_too_slow_and_replaced() -> None:
    """The parent keeps the clock; the next content is scanned as if nothing had been."""
    with contextlib.closing(ChildScanner(replace(LIMITS, timeout_seconds=2), children=1)) as pool:
        content = encoded(picture())
        pool.scan(content)
        stopped = child_of(pool).pid
        os.kill(stopped, signal.SIGSTOP)
        assert pool.scan(content).failure is ScanFailure.TOO_SLOW
        assert not psutil.pid_exists(stopped)
    with contextlib.closing(ChildScanner(LIMITS, children=1)) as pool:
        assert pool.scan(content).failure is None


def test_a_decoder_killed_at_work_is_reported_and_replaced(scanner: ChildScanner) -> None:
    """Its content is not scanned, which is not "no match"; the next one is."""
    content = encoded(picture())
    scanner.scan(content)
    child = child_of(scanner)
    stop(child)
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(scanner.scan, content)
        while bytes_under_way(child) == 0:
            time.sleep(0.001)
        os.kill(child.pid, signal.SIGKILL)
        scan = answer.result()
    assert (scan.failure, scan.hashes) == (ScanFailure.DECODER_DIED, ())
    assert scan.failure is not None
    assert scan.failure.may_pass_later
    assert scanner.scan(content).failure is None


def stop(child: Child) -> None:
    """Stop a child, and wait until it is: before that, it may still read what is sent to it."""
    os.kill(child.pid, signal.SIGSTOP)
    while psutil.Process(child.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.001)


def bytes_under_way(child: Child) -> int:
    """Return how much was sent to a child and not read."""
    (count,) = struct.unpack("i", fcntl.ioctl(child._input, termios.FIONREAD, bytes(4)))
    return int(count)


def test_a_child_that_died_unseen_costs_no_content(scanner: ChildScanner) -> None:
    """Found dead before it was asked, it is replaced first."""
    content = encoded(picture())
    scanner.scan(content)
    victim = psutil.Process(child_of(scanner).pid)
    victim.kill()
    victim.wait(60) if victim.ppid() != os.getpid() else os.waitid(os.P_PID, victim.pid, os.WEXITED | os.WNOWAIT)
    assert scanner.scan(content).failure is None


@pytest.mark.parametrize(
    "answer",
    [
        framed(b"{}"),
        framed(b"not json"),
        framed(b'{"media_type":null,"width":-1,"height":1,"frame_count":1,"failure":null,"hashes":[]}'),
        framed(scan_to_bytes(Scan("text/html", 1, 1, ()))),
        framed(scan_to_bytes(Scan("image/png", 1, 1, (PdqHash(bytes(32), 7, "frame:0", (bytes(32),)),)))),
        b"\xff" * 64,
        b"\x00",
    ],
    ids=["empty object", "words", "negative", "foreign type", "short hash", "endless", "cut off"],
)
def test_a_child_that_talks_nonsense_is_a_dead_decoder(tmp_path: Path, answer: bytes) -> None:
    """A decoder taken over by its input may say anything; nothing of it is believed."""
    program = f"os.write(1, {framed(READY)!r}); os.read(0, 10**6); os.write(1, {answer!r})"
    with contextlib.closing(ChildScanner(LIMITS, children=1, interpreter=script(tmp_path, program))) as pool:
        assert pool.scan(b"content") == Scan(None, None, None, (), failure=ScanFailure.DECODER_DIED)


def script(folder: Path, program: str) -> str:
    """Return the path of an interpreter that runs this instead of our child."""
    path = folder / "interpreter"
    path.write_text(f"#!{sys.executable}\nimport os\n{program}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize("program", ["pass", "os.write(1, b'hello, I am a shell')"], ids=["ends", "greets"])
def test_something_else_than_our_child_is_unavailable(tmp_path: Path, program: str) -> None:
    """Nothing is known about the content, so it raises instead of answering."""
    with contextlib.closing(ChildScanner(LIMITS, children=1, interpreter=script(tmp_path, program))) as pool:
        for _ in range(2):
            with pytest.raises(ScannerUnavailable) as caught:
                pool.scan(b"content")
            assert caught.value.remedy


def test_a_missing_interpreter_is_unavailable() -> None:
    """As often as it is tried: no place in the pool is lost."""
    pool = ChildScanner(LIMITS, children=1, interpreter="/nonexistent/python")
    for _ in range(3):
        with pytest.raises(ScannerUnavailable):
            pool.scan(b"content")


def test_many_threads_share_few_children() -> None:
    """Each gets the answer to its own content."""
    contents = [encoded(picture(seed)) for seed in range(24)]
    with contextlib.closing(ChildScanner(LIMITS, children=2)) as pool, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(pool.scan, contents)) == [look(content, LIMITS) for content in contents]
        assert len(psutil.Process().children()) >= 1


def test_a_closed_scanner_is_unavailable_and_leaves_nobody_behind() -> None:
    """Closing waits for work under way, ends the children, and may be repeated."""
    pool = ChildScanner(LIMITS, children=2)
    pool.scan(encoded(picture()))
    children = [each.pid for each in [pool._places.get(), pool._places.get()] if each and not pool._places.put(each)]
    pool._places.put(None)
    closers = [threading.Thread(target=pool.close) for _ in range(3)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join()
    assert children
    assert not any(psutil.pid_exists(pid) for pid in children)
    with pytest.raises(ScannerUnavailable):
        pool.scan(encoded(picture()))


def test_a_bomb_is_refused_in_bounded_memory(scanner: ChildScanner) -> None:
    """A small file that claims 3.6 gigapixels costs the child nothing, and leaves it alive."""
    content = bytearray(encoded(picture()))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    scanner.scan(encoded(picture()))
    first = child_of(scanner).pid
    assert scanner.scan(bytes(content)).failure is ScanFailure.TOO_MANY_PIXELS
    assert child_of(scanner).pid == first
    with contextlib.suppress(FileNotFoundError):  # only Linux keeps the peak there
        status = Path(f"/proc/{child_of(scanner).pid}/status").read_text()
        peak_kib = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
        assert peak_kib < 200_000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_decoder_that_wants_too_much_memory_is_an_answer() -> None:
    """Address space is limited by the system; the pool survives."""
    content = encoded(Image.new("L", (6_000, 6_400), 9))
    with contextlib.closing(ChildScanner(replace(LIMITS, memory_bytes=200 * 1024**2), children=1)) as pool:
        scan = pool.scan(content)
        assert scan.failure in {ScanFailure.OUT_OF_MEMORY, ScanFailure.DECODER_DIED}
        assert pool.scan(encoded(picture())).failure is None


def test_a_child_knows_no_secrets_and_cannot_write(scanner: ChildScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is made for it."""
    monkeypatch.setenv("TUTELA_KEY", "secret")
    with contextlib.closing(ChildScanner(LIMITS, children=1)) as pool:
        pool.scan(encoded(picture()))
        child = psutil.Process(child_of(pool).pid)
        assert "TUTELA_KEY" not in child.environ()
        assert child.environ()["OPENBLAS_NUM_THREADS"] == "1"
        if hasattr(child, "rlimit"):
            assert child.rlimit(psutil.RLIMIT_FSIZE)[0] == 0
            assert child.rlimit(psutil.RLIMIT_CORE)[0] == 0


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(["PNG", "GIF", "JPEG", "WEBP", "TIFF"]), st.floats(0, 1), st.binary(max_size=40))
def test_the_pool_answers_whatever_the_bytes(kind: str, place: float, piece: bytes) -> None:
    """Always a scan, never an exception; the child survives or is replaced."""
    content = bytearray(encoded(picture(), kind))
    at = int(place * len(content))
    content[at : at + len(piece)] = piece
    assert isinstance(FUZZED.scan(bytes(content)), Scan)


FUZZED = ChildScanner(LIMITS, children=1)


def teardown_module() -> None:
    """End the child that all examples shared."""
    FUZZED.close()


@given(
    st.builds(
        Scan,
        media_type=st.sampled_from([None, "image/png", "image/jpeg"]),
        width=st.none() | st.integers(0, 10**6),
        height=st.none() | st.integers(0, 10**6),
        hashes=st.lists(
            st.builds(
                lambda values, quality, rendering: PdqHash(values[0], quality, rendering, tuple(values)),
                st.lists(st.binary(min_size=32, max_size=32), min_size=8, max_size=8),
                st.integers(0, 100),
                st.sampled_from(["frame:0", "frame:7/on-white", "frame:39/on-black", "frame:1/without-alpha"]),
            ),
            max_size=3,
        ).map(tuple),
        frame_count=st.integers(0, 10**6),
        failure=st.none() | st.sampled_from(ScanFailure),
    )
)
def test_a_scan_survives_the_wire(scan: Scan) -> None:
    """What the child says is what the parent reads."""
    assert scan_from_bytes(scan_to_bytes(scan)) == scan


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_whatever_is_no_scan_is_refused_in_one_way(message: bytes) -> None:
    """One kind of exception, whatever a broken child says."""
    with pytest.raises(ValueError):  # noqa: PT011 - which text does not matter: none of it is kept
        scan_from_bytes(message)
