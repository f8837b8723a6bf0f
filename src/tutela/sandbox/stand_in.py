"""Stand-ins beside the demo: processes of their own, that can be killed and started again."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, Self

from tutela.sandbox.serving import HOST, DemoError, Server

READY_WITHIN_SECONDS = 30.0
USERNAME = PASSWORD = "sandbox"  # noqa: S105  # of a stand-in, and of nobody


class StandIn:
    """`tutela sandbox ncmec`, or another one, on a port of its own. A context: it stops at the end."""

    def __init__(self, server: Server, what: str = "ncmec", path: str = "/ispws", probe: str = "clock") -> None:
        """Find a port; nothing runs yet.

        Args:
            server: Beside which it stands.
            what: Which stand-in, as the command line names it.
            path: Under which it stands in for something.
            probe: A wish that changes nothing.
        """
        self._server, self._what, self._probe = server, what, probe
        with socket.socket() as trial:
            trial.bind((HOST, 0))
            self.port = int(trial.getsockname()[1])
        self.url = f"http://{HOST}:{self.port}{path}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.kill()

    def start(self) -> None:
        """Start it, and wait until it listens.

        Raises:
            DemoError: It did not listen in time.
        """
        command = [sys.executable, "-m", "tutela", "sandbox", self._what, "--port", str(self.port), "--quiet"]
        self._process = subprocess.Popen(  # noqa: S603  # our own command line
            command, env=self._server.environment(), cwd=self._server.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < end:
            try:
                self.wish(self._probe)
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise DemoError(f"the stand-in {self._what} did not start")

    def kill(self) -> None:
        """Kill it as a power cut does: nothing that it was sent is left."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wish(self, what: str, sent: Mapping[str, Any] | None = None) -> Any:
        """Rule it, and return what it says."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            body = None if sent is None else json.dumps(sent)
            connection.request("GET" if sent is None else "POST", f"/sandbox/{what}", body)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
