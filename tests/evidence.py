"""Cases with media in them, and people who may look, for tests of views."""

from collections.abc import Iterator
from contextlib import contextmanager

from acceptance.served import Installation
from login import Member, join, quick_passwords
from make import new_id
from tutela.bootstrap import House, build
from tutela.config import load
from tutela.core.audit import AuditEvent
from tutela.core.cases import Case, CaseReason
from tutela.core.ids import CaseId, ClauseId
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.ports.committer import CaseItem, Changeset

AGENT = "a browser of the tests"


def open_case(house: House, item: str, author: str) -> CaseId:
    """Return a new case about an item."""
    with house.store.read() as reader:
        item_id = reader.item_views([item])[item].item
        account = reader.accounts_by_platform_id([author])[author]
    now = house.clock.now()
    case = Case(CaseId(new_id("case")), account.id, ClauseId("house.spam"), CaseReason.DECISION_PENDING, now, now)
    opened = AuditEvent("system:case:opened", case.id, {})
    house.committer.commit(Changeset(cases=(case,), case_items=(CaseItem(case.id, item_id),), audit=(opened,)))
    return case.id


@contextmanager
def beside(installation: Installation) -> Iterator[House]:
    """Yield a house of this process on the folder in which a server runs."""
    place = installation.place
    environment = {**place.environment, "TUTELA_WRITER": "tests"}
    house = build(load(environment, var=place.folder / "var"))
    house.passwords = quick_passwords()
    try:
        yield house
    finally:
        house.close()


def looker(house: House, *roles: StaffRole) -> Member:
    """Return somebody who may look, signed in from this machine, proved a moment ago."""
    given = roles or (StaffRole.SENIOR_REVIEWER,)
    return join(house, new_id("person").replace("_", "-"), *given, visitor=visitor_of("127.0.0.1", AGENT))


def as_browser(house: House, member: Member) -> dict[str, str]:
    """Return the headers that the browser of *member* sends."""
    secret = member.signed.secret
    return {
        "Cookie": f"tutela_session={secret}",
        "X-CSRF-Token": house.staff.secrets.csrf_token(secret),
        "User-Agent": AGENT,
    }
