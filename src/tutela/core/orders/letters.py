"""Drafts of what an authority is answered: its receipt with what is missing, and the effect. A person sends them."""

from datetime import datetime

from tutela.core.orders.contents import missing
from tutela.core.orders.kinds import Order, Wish
from tutela.core.orders.progress import OrderState, Progress

_EFFECTS = {
    Wish.WITHHOLD: "What the order names is withheld in",
    Wish.REMOVE: "What the order names was removed.",
    Wish.RESTORE: "What the order names is shown again.",
    Wish.KEEP: "What the order names is kept and will not be deleted while the order holds.",
    Wish.TELL: "The information that the order asks for was handed over by a separate way.",
}


def letter_of_receipt(order: Order) -> str:
    """Return the confirmation of receipt; what is missing is asked for, each element by its name and source."""
    lines = [
        f"Your order {order.reference}",
        "",
        f"We received your order on {_said(order.received_at)}.",
        "Before we act we verify every order by calling its authority back, by a number from an official directory.",
    ]
    if lacks := missing(order):
        lines += ["", "So that we can act on it, please send us what is missing:"]
        for each in lacks:
            source = each.sources.get(order.kind)
            lines.append(f"- {each.words}" + (f" (Regulation (EU) 2022/2065, {source})" if source else ""))
    return "\n".join(lines)


def letter_of_effect(order: Order, progress: Progress, reason: str = "") -> str:
    """Return what the authority is told of the effect, or of why there is none. It names no person and no content.

    Source: Regulation (EU) 2022/2065 Article 9(1) and Article 10(1): whether and when effect was given.
    """
    lines = [f"Your order {order.reference}", ""]
    if progress.state is OrderState.DECLINED:
        lines.append(f"We received your order on {_said(order.received_at)} and gave no effect to it.")
        lines += [f"The reason: {reason.strip()}"] if reason.strip() else []
    elif progress.effect_at is None:
        lines.append(f"We received your order on {_said(order.received_at)}. No effect was given to it so far.")
    else:
        lines.append(f"We received your order on {_said(order.received_at)}.")
        lines.append(f"We gave effect to it on {_said(progress.effect_at)}.")
        lines.append(_effect(order))
        lines.append(_told(progress))
    return "\n".join(lines)


def _effect(order: Order) -> str:
    words = _EFFECTS[order.wish]
    return f"{words} {', '.join(sorted(order.territory))}." if order.wish is Wish.WITHHOLD else words


def _told(progress: Progress) -> str:
    if progress.informed_at is not None:
        return f"The recipient concerned was informed on {_said(progress.informed_at)}."
    if progress.delay_until is not None:
        return f"The recipient concerned will not be informed before {_said(progress.delay_until)}."
    return "The recipient concerned will be informed."


def _said(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
