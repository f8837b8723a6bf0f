"""Of several processes with one folder, one speaks with the server and the others read what it writes."""

import sqlite3
from pathlib import Path

from tutela_client.private_file import create


class Leadership:
    """A lock that ends with the process that has it, however it ends."""

    def __init__(self, path: Path) -> None:
        """Compete for the lock at *path*; nothing is taken yet."""
        self._path = path
        self._held: sqlite3.Connection | None = None

    @property
    def is_mine(self) -> bool:
        """Return whether this process leads."""
        return self._held is not None

    def take(self) -> bool:
        """Try to lead, and return whether this process does."""
        if self._held is not None:
            return True
        create(self._path)
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            # The operating system's lock under a database that nobody writes: released whenever a process ends.
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            return False
        self._held = connection
        return True

    def release(self) -> None:
        """Let another process lead."""
        held, self._held = self._held, None
        if held is not None:
            held.close()
