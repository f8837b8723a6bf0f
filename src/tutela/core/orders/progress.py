"""How far an order is: verified by a call-back before anything is done, then each thing once, with its moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import DecisionId, HoldId
from tutela.core.orders.contents import missing
from tutela.core.orders.kinds import Order, OrderKind, Wish
from tutela.errors import BadInput, OrderMoved


class OrderState(StrEnum):
    """Where an order stands."""

    RECEIVED = "received"  #: nobody has verified it: it does nothing
    VERIFIED = "verified"
    EFFECTIVE = "effective"  #: what it wants is done
    DECLINED = "declined"  #: with a reason that the authority is told
    FALSE = "false"  #: whom it claims to come from does not know it
    WITHDRAWN = "withdrawn"  #: by who issued it


OPEN = frozenset({OrderState.RECEIVED, OrderState.VERIFIED})


class Way(StrEnum):
    """How it was verified that an order is real."""

    ENROLLED = "enrolled"  #: it came through the way that was agreed when the authority was enrolled
    CALLED_BACK = "called_back"  #: a number from an official directory was called, never one from the letter


@dataclass(frozen=True, slots=True)
class Verification:
    """Who made sure of an order, and how."""

    by: str
    at: datetime
    way: Way
    is_real: bool
    directory: str  #: where the number was found; empty for an enrolled authority
    spoken_to: str  #: who answered there, by office or name


class StepKind(StrEnum):
    """What was done with an order."""

    RECEIVED = "received"
    VERIFIED = "verified"
    DENIED = "denied"  #: nobody there knows it
    ACKNOWLEDGED = "acknowledged"  #: its receipt was confirmed to the authority
    EFFECT = "effect"
    TOLD = "told"  #: the authority was told of the effect, or of the refusal
    INFORMED = "informed"  #: the recipient was told of the order
    DELAYED = "delayed"  #: telling the recipient waits, by a basis, until a date
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_VERIFIABLE = frozenset({OrderState.RECEIVED})
_DONE = frozenset({OrderState.EFFECTIVE, OrderState.DECLINED, OrderState.WITHDRAWN})
_REAL = frozenset({OrderState.VERIFIED, OrderState.EFFECTIVE})

FROM: Mapping[StepKind, frozenset[OrderState]] = {
    StepKind.VERIFIED: _VERIFIABLE,
    StepKind.DENIED: _VERIFIABLE,
    StepKind.ACKNOWLEDGED: frozenset(OrderState) - {OrderState.FALSE},
    StepKind.EFFECT: frozenset({OrderState.VERIFIED}),
    StepKind.TOLD: _DONE,
    StepKind.INFORMED: _REAL | {OrderState.WITHDRAWN},
    StepKind.DELAYED: _REAL,
    StepKind.DECLINED: OPEN,
    StepKind.WITHDRAWN: OPEN | {OrderState.EFFECTIVE},
}
"""In which state each step can be taken."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done with an order so far."""

    state: OrderState = OrderState.RECEIVED
    verification: Verification | None = None
    acknowledged_at: datetime | None = None
    effect_at: datetime | None = None
    told_at: datetime | None = None
    informed_at: datetime | None = None
    delay_until: datetime | None = None
    delay_basis: str = ""
    decisions: tuple[DecisionId, ...] = ()
    hold_id: HoldId | None = None


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One line of an order's history."""

    at: datetime
    by: str
    kind: StepKind
    note: str = ""  #: in no audit and no log


_ONCE = {
    StepKind.ACKNOWLEDGED: "acknowledged_at",
    StepKind.TOLD: "told_at",
    StepKind.INFORMED: "informed_at",
}


def refuse_out_of_turn(kind: StepKind, progress: Progress) -> None:
    """Refuse a step that cannot be taken now.

    Raises:
        tutela.errors.OrderMoved: It is not verified, is over, or the step was taken before.
    """
    if progress.state not in FROM[kind]:
        if progress.state is OrderState.RECEIVED:
            raise OrderMoved(
                "nothing is done for an order that nobody has verified",
                place="id",
                remedy="Call back, by a number from an official directory.",
            )
        raise OrderMoved(f"it is {progress.state.value}", place="id", remedy="Read the order again.")
    if (name := _ONCE.get(kind)) is not None and getattr(progress, name) is not None:
        raise OrderMoved("this was done before", place="id", remedy="Read the order again.")


def verified(progress: Progress, verification: Verification) -> Progress:
    """Return *progress* with what a call-back came to.

    Raises:
        tutela.errors.OrderMoved: It is past that.
        tutela.errors.BadInput: It does not say where the number came from, or who answered.
    """
    kind = StepKind.VERIFIED if verification.is_real else StepKind.DENIED
    refuse_out_of_turn(kind, progress)
    if verification.way is Way.CALLED_BACK:
        if not verification.directory.strip():
            raise BadInput(
                "A call-back needs the official directory that the number is from.",
                place="directory",
                remedy="Look the authority up yourself; a number in the letter proves nothing.",
            )
        if not verification.spoken_to.strip():
            raise BadInput("Say who answered.", place="spoken_to", remedy="An office and a name, or a badge number.")
    state = OrderState.VERIFIED if verification.is_real else OrderState.FALSE
    return replace(progress, state=state, verification=verification)


def refuse_incomplete(order: Order, waived: str) -> None:
    """Refuse to give effect to an order that lacks something.

    Args:
        order: The order.
        waived: Why it is acted on all the same, where what is missing can be waived.

    Raises:
        tutela.errors.BadInput: It lacks what nobody can act without, or nobody said why it does not matter.
    """
    lacks = missing(order)
    if needed := [each for each in lacks if each.is_needed]:
        words = "; ".join(each.words for each in needed)
        raise BadInput(f"The order lacks {words}.", place=needed[0].id, remedy="Ask the authority for it.")
    if lacks and not waived.strip():
        words = "; ".join(each.words for each in lacks)
        remedy = "Ask the authority for it, or say why you act on it all the same."
        raise BadInput(f"The order lacks {words}.", place="despite", remedy=remedy)


def refuse_untimely_telling(order: Order, progress: Progress) -> None:
    """Refuse to hide something for a secret order of which nobody has recorded how long the recipient is not told.

    Whoever posted what is hidden is told by the decision itself, unless its telling is delayed with it.

    Raises:
        tutela.errors.BadInput: No delay is recorded.
    """
    if order.hides and order.is_secret and progress.delay_until is None:
        raise BadInput(
            "The order forbids to tell the recipient, and giving effect would tell them.",
            place="id",
            remedy="Record the delay, its basis and end, and then give effect.",
        )


def refuse_alone(order: Order, progress: Progress, person: str, *, is_solo: bool) -> None:
    """Refuse to hand out what is known of people where one person alone would be behind it.

    In danger one is enough; and whoever works alone has nobody else. What only hides something can be undone.

    Raises:
        tutela.errors.BadInput: Whoever verified the order would also carry it out.
    """
    if order.kind is not OrderKind.INFORMATION or is_solo or progress.verification is None:
        return
    if progress.verification.by == person:
        raise BadInput(
            "Who verified an order for information does not hand it out as well.",
            place="by",
            remedy="Have a colleague with the same scope look at the order and record its effect.",
        )


def effective(
    order: Order, progress: Progress, at: datetime, *, decisions: tuple[DecisionId, ...] = (), hold: HoldId | None
) -> Progress:
    """Return *progress* when what the order wants was done.

    Raises:
        tutela.errors.OrderMoved: It is not verified, or over.
        tutela.errors.BadInput: Nothing shows that it was done.
    """
    refuse_out_of_turn(StepKind.EFFECT, progress)
    if (order.hides or order.wish is Wish.RESTORE) and not decisions:
        raise BadInput("There is no decision by which it was done.", place="decisions")
    if order.wish is Wish.KEEP and hold is None:
        raise BadInput("There is no hold by which it was done.", place="hold")
    return replace(progress, state=OrderState.EFFECTIVE, effect_at=at, decisions=decisions, hold_id=hold)


def stamped(progress: Progress, kind: StepKind, at: datetime) -> Progress:
    """Return *progress* after a step that is taken once and has nothing but its moment.

    Raises:
        tutela.errors.OrderMoved: It cannot be taken now, or was before.
    """
    refuse_out_of_turn(kind, progress)
    return replace(progress, **{_ONCE[kind]: at})  # type: ignore[arg-type]  # each of these fields is a moment


def delayed(progress: Progress, until: datetime, basis: str, now: datetime) -> Progress:
    """Return *progress* when the recipient is told later.

    Raises:
        tutela.errors.OrderMoved: They were told, or it is not verified.
        tutela.errors.BadInput: There is no basis, or no end that lies ahead.
    """
    refuse_out_of_turn(StepKind.DELAYED, progress)
    if progress.informed_at is not None:
        raise OrderMoved("the recipient was told", place="id")
    if not basis.strip():
        raise BadInput("Waiting to tell the recipient needs its legal basis.", place="basis")
    if until <= now:
        raise BadInput("The end of a delay lies ahead.", place="until", remedy="Enter a later moment.")
    return replace(progress, delay_until=until, delay_basis=basis.strip())


def ended(progress: Progress, kind: StepKind) -> Progress:
    """Return *progress* when an order was declined or withdrawn. What was done for it stays until it is reversed.

    Raises:
        tutela.errors.OrderMoved: It is past that.
    """
    refuse_out_of_turn(kind, progress)
    state = OrderState.DECLINED if kind is StepKind.DECLINED else OrderState.WITHDRAWN
    return replace(progress, state=state)
