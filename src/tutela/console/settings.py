"""The page of what is connected, with a test of each connection; and where everything else is set."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from starlette.responses import Response

from tutela.config import PREFIX, Settings
from tutela.console.channel import channels_of
from tutela.console.visits import Visit
from tutela.flows.oversee_connections import ROTA, ConnectionTested, takes_text

AT_RUNTIME = ("profile", "bases", "rota", "quotas", "events", "webhooks", "keys", "banks", "rules")
"""What changes while it runs: each has a sentence that says where."""


@dataclass(frozen=True, slots=True)
class SetAtStart:
    """A setting that a process reads once, when it starts."""

    name: str
    variable: str
    value: str  #: a number, or yes or no; of what may hold an address or a secret nothing is shown
    is_shipped: bool


def settings_page(visit: Visit) -> Response:
    """Show what is connected."""
    return _show(visit, ())


def test_webhook(visit: Visit) -> Response:
    """Send a ping now, and show what came of it."""
    return _show(visit, [visit.house.oversee_connections.test_webhook(visit.principal, visit.said("id"))])


def test_classifier(visit: Visit) -> Response:
    """Ask a classifier about a harmless sentence, and show what came of it."""
    return _show(visit, [visit.house.oversee_connections.test_classifier(visit.principal, visit.said("id"))])


def test_paging(visit: Visit) -> Response:
    """Test the channels by which somebody is woken, and show what came of it."""
    email = visit.said("email").strip() or None
    return _show(visit, visit.house.oversee_connections.test_paging(visit.principal, email))


def _show(visit: Visit, tested: Sequence[ConnectionTested]) -> Response:
    found = visit.house.oversee_connections.all(visit.principal)
    texts = {each.spec.id for each in found.classifiers or () if takes_text(each)}
    at_start = _at_start(visit.house.settings) if visit.principal.may("operate") else ()
    may_see = visit.principal.may(ROTA)
    rota = visit.house.on_call.who(visit.principal) if may_see else None
    names = visit.staff.names(visit.principal) if may_see else {}
    return visit.page(
        "settings.html", found=found, tested=tested, takes_text=texts, rota=rota, names=names, at_start=at_start,
        at_runtime=AT_RUNTIME, authorities=channels_of(visit),
    )  # fmt: skip


def _at_start(settings: Settings) -> list[SetAtStart]:
    """Return every setting in the order of its list, each with where it is set."""
    shipped, found = Settings(), []
    for each in fields(Settings):
        value = getattr(settings, each.name)
        told = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        is_shown = isinstance(value, int)
        found.append(
            SetAtStart(
                each.name, f"{PREFIX}{each.name.upper()}", told if is_shown else "",
                is_shipped=value == getattr(shipped, each.name),
            )
        )  # fmt: skip
    return found
