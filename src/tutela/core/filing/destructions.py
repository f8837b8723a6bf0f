r"""How a destruction goes: written down before anything is destroyed, done so that a kill changes nothing, and proved.

    proposed -> destroying -> destroyed -> proved
        \-> declined

`destroying` is the intent: from there on nothing stops it, no hold can be placed, and whoever takes over does all steps
again, each of which does nothing the second time. `destroyed` is when key and bytes are gone; `proved` when every key
under which it ever lay is gone too, so that no backup of bytes and manifests opens with any key that remains.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.filing.destruction import Order
from tutela.core.ids import DestructionId, EvidenceId


class DestructionState(StrEnum):
    """How far it is."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    DESTROYING = "destroying"
    DESTROYED = "destroyed"
    PROVED = "proved"


BEGUN = frozenset({DestructionState.DESTROYING, DestructionState.DESTROYED, DestructionState.PROVED})
"""Nothing stops it any more."""


class Basis(StrEnum):
    """What it rests on."""

    ITSELF = "itself"  #: its kind ends by itself
    TWO_PEOPLE = "two_people"
    ORDER = "order"  #: of an agency, by law


@dataclass(frozen=True, slots=True)
class Destruction:
    """One destruction, of one or many contents."""

    id: DestructionId
    basis: Basis
    reason: str
    proposed_by: str
    proposed_at: datetime
    state: DestructionState = DestructionState.PROPOSED
    order: Order | None = None
    agreed_by: str | None = None  #: or declined
    agreed_at: datetime | None = None
    destroyed_at: datetime | None = None
    proved_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Doomed:
    """One content of a destruction."""

    id: EvidenceId
    kind: str  #: the row of the table of retention
    content_id: str | None = None  #: in the vault; none of a report, which lies in the database
    key: str = ""  #: the name of the key that it alone has; empty before it is being destroyed
    earlier: tuple[str, ...] = ()  #: names of the keys under which it lay before
    size_bytes: int | None = None
    salt: bytes = b""
    commitment: bytes | None = None  #: to its SHA-256; none where nobody could read that any more
    holds: tuple[str, ...] = field(default=())  #: ids of the holds that were looked at
    ended_holds: tuple[str, ...] = ()  #: those of them that the order ended
