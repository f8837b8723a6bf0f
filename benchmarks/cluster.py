"""Two Ray nodes on this machine's loopback, for the benchmark and for the test of re-scans on a cluster."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

LOOPBACK = "127.0.0.1"
STORE_BYTES = 200 * 1024 * 1024


@contextmanager
def two_nodes() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the address of a cluster of two nodes of one core, and what kills the second of them.

    Nothing is reported, no dashboard starts, nothing listens beyond this machine. The folder's path is short: Ray puts
    sockets into it.
    """
    with TemporaryDirectory(prefix="tr-", dir="/tmp", ignore_cleanup_errors=True) as folder:  # see above
        (Path(folder) / "ray").mkdir()
        os.environ |= {"RAY_TMPDIR": folder, "RAY_USAGE_STATS_ENABLED": "0"}
        services = importlib.import_module("ray._private.services")
        # Ray takes loopback in an address for a slip and puts this machine's outer address in its place.
        services.get_node_ip_address = _loopback
        node = {"num_cpus": 1, "node_ip_address": LOOPBACK, "object_store_memory": STORE_BYTES}
        cluster = importlib.import_module("ray.cluster_utils").Cluster(
            initialize_head=True, head_node_args={**node, "include_dashboard": False}
        )
        try:
            second = cluster.add_node(**node)
            cluster.wait_for_nodes()
            yield cluster.address, lambda: cluster.remove_node(second, allow_graceful=False)
        finally:
            cluster.shutdown()


def _loopback(*_arguments: object, **_more: object) -> str:
    return LOOPBACK
