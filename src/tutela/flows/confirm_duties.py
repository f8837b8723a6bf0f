"""Record that the operator's counsel has looked at the table of duties: this very text of it, and no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tutela.core.filing.duty import Confirmation, DutyTable, is_confirmed
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk

_SETTING = "duty_table"


@dataclass(frozen=True, slots=True)
class ConfirmDuties:
    """Confirm the table that ships, and read whether it is confirmed."""

    desk: Desk
    table: DutyTable
    clock: Clock

    def __call__(self, principal: Principal, version: str) -> Confirmation:
        """Confirm the table of *version*.

        Raises:
            tutela.errors.BadInput: Another version ships: whoever confirms must have read the one that is used.
        """
        demand(principal, "file")
        if version != self.table.version:
            remedy = f"Read docs/reference/duties.md of this installation, and confirm {self.table.version}."
            raise BadInput("This is not the version that is used here.", place="version", remedy=remedy)
        made = Confirmation(self.table.version, self.table.checksum, principal.id, self.clock.now())
        told = {"version": made.version, "checksum": made.checksum, "by": made.by, "at": made.at.isoformat()}
        self.desk.put_setting(_SETTING, told)
        return made

    def read(self) -> Confirmation | None:
        """Return the last confirmation, of this table or of an earlier one; none where there never was one."""
        stored = self.desk.setting(_SETTING)
        return None if stored is None else _read(stored)

    def is_confirmed(self) -> bool:
        """Return whether this very table is confirmed."""
        return is_confirmed(self.table, self.read())


def _read(stored: Mapping[str, Any]) -> Confirmation:
    return Confirmation(stored["version"], stored["checksum"], stored["by"], datetime.fromisoformat(stored["at"]))
