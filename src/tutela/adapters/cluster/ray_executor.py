"""Compare on the machines of a Ray cluster; see `ports.rescans`.

Hashes travel as objects of Ray's own store: the members once to each node, a shard to the node that compares it. So no
folder needs to be shared; what the operator provides is a cluster whose nodes all have this version of Tutela and of
Python. Ray encrypts nothing and by default asks nobody who they are: it belongs into a network of its own.
"""

import importlib
import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tutela.adapters.rescan.comparing import compare
from tutela.core.matching import Words
from tutela.core.rescans import Met
from tutela.errors import Misconfigured, Unavailable, WorkerLost
from tutela.ports.rescans import Block

RETRIES: Final = 5
"""How often a shard is compared again because the node that had it died."""

_AHEAD: Final = 2  # shards a core: one being compared, one waiting


@dataclass(frozen=True, slots=True)
class RayExecutor:
    """Compare on the cluster at *address*: `auto` for the one of this machine, or `host:port` of its head node.

    Either way this machine is a node of it: Ray's client for others (`ray://`) is not part of what we install.
    """

    address: str
    within_seconds: float = 10.0  #: an address that does not answer is given up; Ray itself tries for many minutes

    def compare(self, blocks: Sequence[Block], shards: Iterable[Words]) -> Iterator[list[Met]]:
        """Yield, for each shard in order, what it met in each block."""
        with self._connected() as ray:
            task = ray.remote(num_cpus=1, max_retries=RETRIES)(compare_shard)
            distances = [block.max_distance_bits for block in blocks]
            members = [ray.put(block.hashes) for block in blocks]
            ahead = _AHEAD * max(int(ray.cluster_resources().get("CPU", 1)), 1)
            waiting: deque[Any] = deque()
            for shard in shards:
                waiting.append(task.remote(distances, ray.put(shard), *members))
                if len(waiting) >= ahead:
                    yield ray.get(waiting.popleft())
            while waiting:
                yield ray.get(waiting.popleft())

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it is asked at import, and reports to its makers
        try:
            ray: Any = importlib.import_module("ray")
        except ImportError as error:
            raise Misconfigured("Ray is not installed here", remedy="Install `tutela[ray]` on every node.") from error
        try:
            self._knock()
            ray.init(self.address, log_to_driver=False, configure_logging=False)
        except (OSError, RuntimeError, ValueError) as error:
            raise Unavailable(
                "no Ray cluster answers at this address",
                place="--ray",
                remedy="Start it with this machine as a node of it, and give `auto` or the HOST:PORT of its head node, "
                "to `tutela rescan --resume --ray ADDRESS`; `--abandon` forgets what was begun.",
            ) from error
        try:
            yield ray
        except ray.exceptions.RayError as error:
            raise WorkerLost(
                f"the cluster could not compare a shard ({type(error).__name__}); what was finished is kept",
                remedy="Look after its nodes and their memory, then `tutela rescan --resume --ray ADDRESS`.",
            ) from error
        finally:
            ray.shutdown()

    def _knock(self) -> None:
        """Raise an `OSError` or `ValueError` when nothing listens at the address, or it is none."""
        if self.address != "auto":
            host, _, port = self.address.rpartition(":")
            socket.create_connection((host.strip("[]"), int(port)), timeout=self.within_seconds).close()


def compare_shard(distances_bits: Sequence[int], shard: Words, *members: Words) -> list[Met]:
    """Return what a shard met in each block: what every node runs."""
    return [compare(shard, block, bits) for block, bits in zip(members, distances_bits, strict=True)]
