"""The folder and port of the demo's server."""

import socket
from pathlib import Path

import pytest

from tutela.sandbox.serving import HOST, MARK, DemoError, clean_folder, free_port


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    """It may be somebody's evidence."""
    kept = tmp_path / "demo" / "tutela.db"
    kept.parent.mkdir()
    kept.write_bytes(b"precious")

    with pytest.raises(DemoError, match="not empty"):
        clean_folder(tmp_path / "demo")

    assert kept.read_bytes() == b"precious"


def test_a_folder_of_an_earlier_demo_is_emptied(tmp_path: Path) -> None:
    """And only then the demo says so."""
    assert not clean_folder(tmp_path / "demo")
    (tmp_path / "demo" / "tutela.db").write_bytes(b"of the demo")

    assert clean_folder(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [MARK]


def test_a_port_that_is_taken_is_not_used() -> None:
    """When one was asked for the demo says so; otherwise it finds another."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match="taken"):
            free_port(port)

        assert free_port(None) != port
        assert free_port(0) not in {0, port}
