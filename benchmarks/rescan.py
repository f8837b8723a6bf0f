"""A re-scan: a million stored hashes against a hundred thousand members, and what submits notice of one that decides.

The peer is FAISS' multi-hash index as it is found elsewhere (16 bands, one flip), holding the stored hashes and asked
for the members, on a sample: it takes too long for the whole, so its figure is extrapolated from seconds a member. It
is not exact.
"""

import importlib
import importlib.util
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.cluster import two_nodes
from tutela.adapters.cluster.ray_executor import RayExecutor
from tutela.adapters.rescan.processes import ProcessExecutor
from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.banks import SignalType
from tutela.core.content import Digests, PdqHash
from tutela.core.ids import ClauseId
from tutela.core.matching import Words
from tutela.core.policy import Material, Verification
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission
from tutela.ports.rescans import Block, ShardExecutor

STORED, MEMBERS, SHARD = 1_000_000, 100_000, 131_072
THRESHOLD_BITS = 31
PLANTED = 1000
PEER_STORED, PEER_MEMBERS = 1_000_000, 200
CARRIERS, BATCH = 5000, 500
QUIET_SUBMITS = 300


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    stored, members = _hashes()
    with TemporaryDirectory(prefix="tutela-bench-") as folder:
        rows = _compared(Path(folder), stored, members)
        rows += _on_two_nodes(stored, members)
        return [*rows, *_submits(Path(folder) / "var")]


def _hashes() -> tuple[Words, Words]:
    """Return random hashes, a thousand of the members 31 bits beside a stored one."""
    dice = np.random.default_rng(20)
    stored = dice.integers(0, 2**64, (STORED, 4), dtype=np.uint64)
    members = dice.integers(0, 2**64, (MEMBERS, 4), dtype=np.uint64)
    for number in range(PLANTED):
        members[number] = stored[number * 997]
        for bit in dice.permutation(256)[:THRESHOLD_BITS]:
            members[number, bit >> 6] ^= np.uint64(1) << np.uint64(bit & 63)
    return stored, members


def _shards(stored: Words) -> Iterator[Words]:
    return (stored[first : first + SHARD] for first in range(0, len(stored), SHARD))


def _compared(folder: Path, stored: Words, members: Words) -> list[dict[str, Any]]:
    executor = ProcessExecutor(folder / "rescan", folder / "cache", os.cpu_count() or 1)
    first = _seconds(executor, stored, members)
    seconds = _seconds(executor, stored, members)
    peer = _peer_seconds(stored, members)
    note = (
        f"random hashes with {PLANTED:,} pairs at {THRESHOLD_BITS} bits, all found; {os.cpu_count()} processes started "
        f"and files written within; {first:.1f} s where the code was not yet compiled; "
    )
    theirs = (
        f"the peer is faiss-cpu IndexBinaryMultiHash(256, 16, 16), one flip, on one thread: {PEER_MEMBERS} members "
        f"against {PEER_STORED:,} hashes, extrapolated to all members; with two threads about half"
    )
    return [
        {
            "what": f"rescan: {STORED:,} stored hashes, {MEMBERS:,} members", "ours": round(seconds, 1),
            "peer": None if peer is None else round(peer, 1), "unit": "s",
            "ratio": None if peer is None else round(peer / seconds, 1), "to_reach": "at most 60",
            "note": note + (theirs if peer is not None else "the peer is not installed"),
        }
    ]  # fmt: skip


def _seconds(executor: ShardExecutor, stored: Words, members: Words) -> float:
    begun = time.perf_counter()
    met = list(executor.compare([Block(members, THRESHOLD_BITS)], _shards(stored)))
    seconds = time.perf_counter() - begun
    if sum(each.pairs for [each] in met) < PLANTED:
        raise SystemExit("pairs were missed")
    return seconds


def _peer_seconds(stored: Words, members: Words) -> float | None:
    if not importlib.util.find_spec("faiss"):
        return None
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    index.nflip = 1
    index.add(stored[:PEER_STORED].view(np.uint8))
    queries = members[:PEER_MEMBERS].view(np.uint8)
    begun = time.perf_counter()
    index.range_search(queries, THRESHOLD_BITS + 1)  # it finds what is nearer than that
    return (time.perf_counter() - begun) / PEER_MEMBERS * MEMBERS * STORED / PEER_STORED


def _on_two_nodes(stored: Words, members: Words) -> list[dict[str, Any]]:
    if not importlib.util.find_spec("ray"):
        return []
    with two_nodes() as (address, _):
        seconds = _seconds(RayExecutor(address), stored, members)
    return [
        {
            "what": "rescan: the same on two Ray nodes of one core", "ours": round(seconds, 1), "peer": None,
            "unit": "s", "ratio": None, "to_reach": None,
            "note": "on loopback of this machine; connecting, starting workers and compiling on each node within",
        }
    ]  # fmt: skip


def _submits(var: Path) -> list[dict[str, Any]]:
    house = build(Settings(var=var))
    try:
        house.feed_indexes()
        _fill(house)
        quiet = [_submit(house, f"quiet-{number}") for number in range(QUIET_SUBMITS)]
        command = [sys.executable, "-m", "tutela", "rescan", "--json"]
        begun = time.perf_counter()
        with subprocess.Popen(command, env={**os.environ, "TUTELA_VAR": str(var)}, stdout=subprocess.PIPE) as process:
            busy = list(_while_running(process, lambda n: _submit(house, f"busy-{n}")))
            out = process.stdout.read() if process.stdout else b""
        seconds = time.perf_counter() - begun
    finally:
        house.close()
    if process.returncode or json.loads(out)["changed"] != CARRIERS:
        raise SystemExit("the re-scan did not decide everything")
    note = (
        f"{len(busy):,} text items one by one, durable, in a process of their own, while `tutela rescan` decides about "
        f"{CARRIERS:,} items in {seconds:.0f} s; without it p50 {statistics.median(quiet):.1f} ms, "
        f"p99 {_p99(quiet):.1f} ms"
    )
    rows = (("p50", statistics.median(busy)), ("p99", _p99(busy)), ("slowest", max(busy)))
    return [
        {
            "what": f"rescan: submit beside one that decides, {name}", "ours": round(figure, 1), "peer": None,
            "unit": "ms", "ratio": None, "to_reach": None, "note": note if name == "p50" else "",
        }
        for name, figure in rows
    ]  # fmt: skip


def _while_running(process: "subprocess.Popen[bytes]", submit: Callable[[int], float]) -> Iterator[float]:
    number = 0
    while process.poll() is None:
        yield submit(number)
        number += 1


def _fill(house: House) -> None:
    """Have many accounts carry one picture that a bank lists afterwards."""
    value = secrets.token_bytes(32)
    media = (MediaReference(None, Digests(), PdqHash(value, 100)),)
    for first in range(0, CARRIERS, BATCH):
        some = range(first, first + BATCH)
        house.submit([Submission(f"i{n}", Author(f"u{n}"), kind="post", media=media) for n in some])
    house.keep_banks.create(
        NewBank("bench", ClauseId("cse.depiction"), Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "random")
    )
    house.keep_banks.add("bench", [NewMember(SignalType.PDQ, value.hex())])


def _submit(house: House, name: str) -> float:
    begun = time.perf_counter()
    house.submit([Submission(name, Author("somebody"), kind="post", text="the lake was calm this morning")])
    return (time.perf_counter() - begun) * 1000


def _p99(latencies: list[float]) -> float:
    return sorted(latencies)[int(len(latencies) * 0.99)]
