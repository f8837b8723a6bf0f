"""The page of what is connected, with a test of each connection."""

from collections.abc import Sequence

from starlette.responses import Response

from tutela.console.channel import channels_of
from tutela.console.visits import Visit
from tutela.flows.oversee_connections import ConnectionTested, takes_text


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
    return visit.page("settings.html", found=found, tested=tested, takes_text=texts, authorities=channels_of(visit))
