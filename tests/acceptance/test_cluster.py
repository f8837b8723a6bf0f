"""A re-scan on a cluster of two Ray nodes on loopback."""

import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tutela.adapters.cluster.ray_executor import RayExecutor
from tutela.errors import Misconfigured

DRIVER = Path(__file__).with_name("cluster_driver.py")
ROOT = Path(__file__).parents[2]
WITHIN_SECONDS = 300


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: it has no wheels for this Python")
def test_a_node_that_dies_costs_nothing_but_time_and_nothing_is_left_running(tmp_path: Path) -> None:
    """Its shards are compared again elsewhere; the report is that of one machine alone."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *filter(None, sys.path)])
    command = [sys.executable, str(DRIVER), str(tmp_path / "var")]
    driver = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )

    assert driver.returncode == 0, driver.stderr[-4000:]
    told = json.loads(driver.stdout.splitlines()[-1])
    assert told["done"]["tally"] == told["alone"]["tally"]
    assert told["done"]["outcome"] == {**told["alone"]["outcome"], "changed": 12}
    assert not Path(told["folder"]).exists()
    assert running_in(told["folder"]) == []


def running_in(folder: str) -> list[str]:
    """Return the processes that were started with *folder*."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if folder in words:
            found.append(words)
    return found


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: it has no wheels for this Python")
@pytest.mark.parametrize("address", ["127.0.0.1:{}", "ray://127.0.0.1:{}", "nowhere", ""])
def test_an_address_where_nothing_answers_is_said_at_once(address: str) -> None:
    """Ray itself tries for minutes; a process of its own, because the suite takes Ray's warnings for errors."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    program = (
        "import sys; from tutela.adapters.cluster.ray_executor import RayExecutor as R;"
        "list(R(sys.argv[1]).compare([], iter(())))"
    )
    command = [sys.executable, "-c", program, address.format(port)]
    paths = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )

    assert "Unavailable: --ray: no Ray cluster answers at this address" in done.stderr
    assert "`--abandon` forgets what was begun" in done.stderr


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_the_extra_is_named() -> None:
    """Nothing of it is imported before it is asked for."""
    with pytest.raises(Misconfigured, match=r"tutela\[ray\]"):
        list(RayExecutor("auto").compare([], iter(())))
