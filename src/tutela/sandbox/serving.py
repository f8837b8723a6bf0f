"""A real server beside the pretend platform: a process of its own, in a folder of its own, on this machine only."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

HOST = "127.0.0.1"
CUSTOMARY_PORT = 8420
READY_WITHIN_SECONDS = 60.0
STOP_WITHIN_SECONDS = 20.0
DESK_FILE = """[[link]]
hosts = ["photos.example"]
path = "/p/{item}"
"""
"""What links of the pretend platform look like: by this the desk knows which post a link means."""

MARK = "made-by-tutela-demo"
"""A file of this name says that the folder may be emptied: nothing else ever is."""


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


def clean_folder(folder: Path) -> bool:
    """Make *folder* an empty one and return whether an earlier demo's was removed.

    Raises:
        DemoError: Something that no demo made is in it; it was left alone.
    """
    is_rerun = (folder / MARK).is_file()
    if is_rerun:
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise DemoError(f"{folder} is not empty and was not made by the demo; move it away or choose another folder")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).write_text("The demo empties this folder when it starts.\n", encoding="utf-8")
    return is_rerun


def free_port(wanted: int | None) -> int:
    """Return *wanted*, or the customary port, or any free one when that is taken.

    Raises:
        DemoError: The port that was asked for is taken.
    """
    for port in (CUSTOMARY_PORT, 0) if wanted is None else (wanted,):
        with socket.socket() as trial:
            # As the server will: a port that is only waiting out its last connection is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise DemoError(f"port {wanted} is taken; leave --port away and a free one is found")


class Server:
    """`tutela serve` and the other commands, on one folder. A context: it stops the server at the end."""

    def __init__(self, folder: Path, port: int) -> None:
        """Write the settings into *folder*; nothing runs yet."""
        self.folder, self.port = folder.resolve(), port
        self.url = f"http://{HOST}:{port}"
        self.log = self.folder / "server.log"
        self.settings = self.folder / "tutela.toml"
        desk = self.folder / "desk.toml"
        desk.write_text(DESK_FILE, encoding="utf-8")
        lines = (
            f'var = "{self.folder.as_posix()}"', f'host = "{HOST}"', f"port = {port}", "desk_is_open = true",
            f'desk_file = "{desk.as_posix()}"',
        )  # fmt: skip
        self.settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the server, not started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server when it runs."""
        self.stop()

    def command(self, *arguments: str) -> str:
        """Run a command of `tutela` to its end and return what it printed.

        Raises:
            DemoError: It failed.
        """
        done = subprocess.run(  # noqa: S603  # our own command line
            _tutela(*arguments), env=self.environment(), cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DemoError(f"`tutela {' '.join(arguments)}` failed:\n{done.stdout}{done.stderr}".rstrip())
        return done.stdout

    def start(self) -> float:
        """Start the server and return after how many seconds it was ready.

        Raises:
            DemoError: It ended, or was not ready in time; the message has its last words.
        """
        began = time.monotonic()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own command line
                _tutela("serve"), env=self.environment(), cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while not self._is_ready():
            if not self.is_running or time.monotonic() - began > READY_WITHIN_SECONDS:
                raise DemoError(f"the server did not become ready. Its last words:\n{self.last_words()}")
            time.sleep(0.05)
        return time.monotonic() - began

    @property
    def is_running(self) -> bool:
        """Return whether the server's process is there."""
        return self._process is not None and self._process.poll() is None

    def last_words(self, lines: int = 15) -> str:
        """Return the end of the server's log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask the server to end, and insist when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def environment(self) -> Mapping[str, str]:
        """Return this process's variables without any setting of another Tutela."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
        paths = [str(Path(path).resolve()) for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
        return {**kept, "PYTHONPATH": os.pathsep.join(paths), "TUTELA_CONFIG": str(self.settings)}


def _tutela(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tutela", *arguments]
