"""Consistent copies of the database, for backups and moves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """What a copy is."""

    form: str  #: `file`: the database's own file; `rows`: a file of JSON lines for each table, for any database
    revision: str  #: of the schema


class Copies(Protocol):
    """Copy a database out while it is in use, and into an empty one."""

    def copy_out(self, folder: Path, *, as_rows: bool) -> DatabaseCopy:
        """Write one consistent state of the database, with the seals that were handed out, into *folder*."""
        ...

    def copy_in(self, folder: Path, copy: DatabaseCopy) -> int:
        """Read the rows of *folder* into this database, all or none; return how many.

        Raises:
            tutela.errors.Conflict: This database is not empty.
            tutela.errors.Misconfigured: The copy has another schema.
        """
        ...
