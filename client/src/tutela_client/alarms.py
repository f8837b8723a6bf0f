"""What somebody has to look at. Never with content, names of items or accounts, or addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class AlarmCode(StrEnum):
    """What is the matter."""

    STALE = "stale"  #: the server has not answered for too long; what is known holds on
    RECOVERED = "recovered"  #: it answers again, and everything is caught up
    REBUILDING = "rebuilding"  #: the server tells another history; what is kept holds on until all of it is read
    FOREIGN = "foreign"  #: the folder was another server's; nothing is called clear until all is read
    MOVED = "moved"  #: the server has another address; nothing is called clear until it says that it is the same
    DAMAGED = "damaged"  #: a file is lost or was set aside; nothing is called clear until all is read
    FORMER = "former"  #: what another history had hidden is not told any more: it stays hidden, see `forget_former`
    REFUSED = "refused"  #: the server does not take the key
    UNUSABLE = "unusable"  #: a submission can never be sent as it is kept: it stays hidden, and is told as rejected
    DISK = "disk"  #: the folder cannot be written; what is told is kept in memory
    TABLE = "table"  #: the server's table of effects cannot be used; the one before holds on
    INTERNAL = "internal"  #: something unexpected; it is tried again
    CALLBACK = "callback"  #: the platform's own function failed; it is called again


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that somebody has to look at."""

    code: AlarmCode
    detail: str = ""


OnAlarm = Callable[[Alarm], None]
