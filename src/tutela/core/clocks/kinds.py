"""What has a time by which it must be answered, which clocks there are, and what starts and stops one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.aims import Aims


class ClockSubject(StrEnum):
    """What a clock runs on."""

    NOTICE = "notice"
    APPEAL = "appeal"
    ORDER = "order"


class ClockId(StrEnum):
    """Which clock; its row in `core.clocks.table` says what it asks, of whom, and by what law."""

    TIDA_REMOVE = "us.tida.remove"
    CALIFORNIA_CONFIRM = "us.ca1394.confirm"
    CALIFORNIA_UPDATE = "us.ca1394.update"
    CALIFORNIA_DECIDE = "us.ca1394.decide"
    UK_REMOVE = "uk.ncii.remove"
    AUSTRALIA_REMOVE = "au.removal_notice"
    DSA_RECEIPT = "eu.dsa.receipt"
    DSA_DECISION = "eu.dsa.decision"
    DSA_COMPLAINT = "eu.dsa.complaint"
    HOLD_DECIDE = "own.hold.decide"
    OWN_RECEIPT = "own.receipt"
    OWN_DECISION = "own.decision"
    OWN_APPEAL = "own.appeal"
    ORDER_ACKNOWLEDGE = "own.order.acknowledge"
    ORDER_EFFECT = "own.order.effect"


class Begins(StrEnum):
    """From when a clock runs."""

    RECEIPT = "receipt"
    VALID = "valid"  #: from when a request had everything that the law asks of one
    HELD = "held"  #: from when something was hidden before anybody looked


class Signal(StrEnum):
    """What happened that a clock may wait for. Whoever answers sends all that are so, in one transaction."""

    RECEIPT_SENT = "receipt_sent"
    UPDATE_SENT = "update_sent"
    RECEIPT_SHOWN = "receipt_shown"  #: it stands on the page of who asked, because no message can reach them
    UPDATE_SHOWN = "update_shown"  #: as above
    REMOVED = "removed"  #: what was named is to be seen nowhere any more
    REFUSED = "refused"  #: it stays, with reasons
    DECIDED = "decided"  #: with `REMOVED` or `REFUSED`, where something was named that is there
    WITHDRAWN = "withdrawn"  #: by who asked
    ACKNOWLEDGED = "acknowledged"  #: an order, to the authority
    EFFECT_GIVEN = "effect_given"


class Aim(StrEnum):
    """A time that the operator sets, not a law."""

    RECEIPT = "receipt"
    DECISION = "decision"  #: by how grave it is: see `Aims`
    APPEAL = "appeal"
    ACKNOWLEDGE = "acknowledge"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What decides which clocks run. What is not known is left empty, and then the stricter answer holds."""

    received_at: datetime
    served: frozenset[str] = frozenset()  #: countries of the operator and of its users; empty: anywhere
    country: str = ""  #: of who asked, or of the authority; ISO 3166-1 alpha-2
    is_child: bool = False  #: somebody says that who is shown is a minor, or was
    is_depicted: bool = False  #: it comes from who is shown, or from somebody who may speak for them
    is_intimate: bool = False  #: it is about intimate images of an adult
    is_danger: bool = False  #: somebody may be in danger now
    is_authority: bool = False  #: an authority or a court asks, and it is known to be one
    valid_at: datetime | None = None  #: since when a request has everything that the law asks of one
    held_at: datetime | None = None  #: since when something is hidden before anybody looked
    acts: bool = True  #: of an order: it says what is to be done, and does not only ask for information
    ordered_until: datetime | None = None  #: of an order: the time that it sets itself
    aims: Aims = field(default_factory=Aims)


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock that begins to run. A target may be missed with a reason; a limit may not be missed."""

    id: ClockId
    started_at: datetime
    target_at: datetime | None = None
    limit_at: datetime | None = None
    round: int = 1  #: of one that begins anew each time that something was sent
