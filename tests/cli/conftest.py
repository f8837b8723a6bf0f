"""A folder for each test, pictures in it, and servers that end with it."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.place import Place
from make import photo


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty folder to run in."""
    return Place(tmp_path)


@pytest.fixture
def serving(place: Place) -> Iterator[Callable[..., tuple[str, subprocess.Popen[str]]]]:
    """Start a server and return its address as it says it; whatever runs at the end of the test is stopped."""
    started: list[subprocess.Popen[str]] = []

    def serve(*words: object, is_new: bool = False) -> tuple[str, subprocess.Popen[str]]:
        process = place.start("serve", "--port", 0, *words, is_new=is_new)
        started.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "ready at http://" in said, process.communicate()[1]
        return said.split()[-1], process

    yield serve
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def picture(place: Place) -> Path:
    """Return a photograph of a landscape in the folder."""
    path = place.folder / "landscape.jpg"
    path.write_bytes(photo())
    return path
