"""Re-scan on two Ray nodes, one of which is killed in the middle; prints what came of it. Argument: an empty folder.

A process of its own: Ray starts others, and warns where the suite takes warnings for errors.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
from benchmarks.cluster import two_nodes

import make
from tutela.adapters.cluster.ray_executor import RayExecutor
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.bootstrap import open_rescan
from tutela.core.banks import SignalType
from tutela.core.content import Digests, PdqHash
from tutela.flows.refer import MediaReference
from tutela.ports.rescans import Rescan

STORED, SHARD, KILLED_AFTER = 60, 3, 4


def fill(home: make.Home) -> None:
    """Store hashes and list every fifth of them."""
    dice = np.random.default_rng(23)
    values = [dice.bytes(32) for _ in range(STORED)]
    media = [MediaReference(None, Digests(), PdqHash(each, 100)) for each in values]
    home.submit_all(*(make.submission(f"i{n}", each) for n, each in enumerate(media)))
    home.list(*((SignalType.PDQ, each.hex()) for each in values[::5]))


def run(home: make.Home) -> dict[str, object]:
    """Re-scan on the cluster, and kill one node on the way."""
    with two_nodes() as (address, kill):

        def tell(now: Rescan) -> None:
            if now.tally.shards == KILLED_AFTER:
                kill()

        done = open_rescan(home.house, executor=RayExecutor(address), shard_media=SHARD)(tell=tell)
        return {"done": asdict(done), "folder": os.environ["RAY_TMPDIR"]}


def main() -> None:
    """Count on this machine first, then decide on the cluster."""
    scanner = ChildScanner(Limits(), children=1)
    with make.house(Path(sys.argv[1]), scanner) as home:
        fill(home)
        alone = open_rescan(home.house, shard_media=SHARD)(is_dry=True)
        told = {**run(home), "alone": asdict(alone)}
    scanner.close()
    print(json.dumps(told, default=str))  # noqa: T201  # this is how the test hears of it


if __name__ == "__main__":
    main()
