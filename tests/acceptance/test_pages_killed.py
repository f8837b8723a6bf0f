"""A server that is killed around every step of a page: it comes all the same, twice at worst, until somebody has it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from acceptance.served import Installation, Server
from evidence import AGENT, as_browser, beside, open_case
from login import MACHINE, Member, join
from mailing import Post, posting
from receiving import Handler, Receiver, receiving, take, trusted
from tutela.bootstrap import House
from tutela.core.ids import CaseId
from tutela.core.paging import LEASE
from tutela.core.permissions import Principal, StaffRole
from tutela.core.visitors import visitor_of
from tutela.flows.keep_rota import NewShift

SECRET = "whsec_" + "YWFh" * 10
WAIT_MINUTES = 60  # longer than the test: nobody is woken because it takes its time
OPENING = Principal("key_1", frozenset({"cases"}))
MINUTE_US = 60 * 1_000_000
PASSED = (
    "UPDATE pages SET raised_us = raised_us - :us, until_us = until_us - :us",
    "UPDATE page_tries SET at_us = at_us - :us",
)


@dataclass
class Night:
    """An installation that pages by webhook and mail, and those who are on call."""

    installation: Installation
    house: House
    receiver: Receiver
    post: Post
    people: dict[str, Member] = field(default_factory=dict)

    def join(self, name: str, starts_hours: int, *roles: StaffRole) -> None:
        """Have somebody work here and be on call from some hours after now."""
        member = join(self.house, name, *roles, visitor=visitor_of("127.0.0.1", AGENT))
        starts = (self.house.clock.now() + timedelta(hours=starts_hours)).replace(tzinfo=None)
        keep = self.house.on_call.keep
        keep.reach(MACHINE, member.id, f"{name}@tutela.example")
        keep.add(MACHINE, NewShift(member.id, starts, starts + timedelta(hours=12)))
        self.people[name] = member

    def danger(self, server: Server, item: str) -> CaseId:
        """Have somebody be in danger in a new case."""
        server.client.submit({"id": item, "author": {"id": f"author-{item}"}, "kind": "post", "text": "by the lake"})
        case = open_case(self.house, item, f"author-{item}")
        self.house.cases.danger(OPENING, case, is_in_danger=True)
        return case

    def webhooks(self, case: str) -> list[tuple[str, str]]:
        """Return what the bridge was told about a case: the identifier of each request, and whom it is for."""
        got = [(each.id, each.body.decode()) for each in self.receiver.got]
        names = {member.id: name for name, member in self.people.items()}
        return [(at, next(name for key, name in names.items() if key in body)) for at, body in got if case in body]

    def mails(self, case: str) -> list[str]:
        """Return to whom mails about a case went."""
        parsed = [message_from_bytes(raw, policy=policy.default) for raw in self.post.mails]
        return [str(each["To"]).partition("@")[0] for each in parsed if case in each.get_content()]

    def tries(self, case: str) -> int:
        """Return how many pages about a case are noted."""
        return sum(len(each.tries) for each in self.house.on_call.read.open(MACHINE) if each.case_id == case)

    def let_pass(self, minutes: int) -> None:
        """Have time pass while no server runs, for what was noted and for the claim of whoever died."""
        with self.house.engine.begin() as connection:
            for passed in PASSED:
                connection.execute(text(passed), {"us": minutes * MINUTE_US})

    def looked(self, server: Server, name: str) -> None:
        """Wait until the server has looked at all pages: one that is raised last is sent after all that are due."""
        case = self.danger(server, name)
        until(lambda: self.tries(case) == 1)
        [page] = [each for each in self.house.on_call.read.open(MACHINE) if each.case_id == case]
        self.house.on_call.acknowledge(MACHINE, page.id)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what comes by itself."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.fixture
def night(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Night]:
    """Yield a house at night; the mail server proves who it is by an authority that the process is told to believe."""
    trust = trusted(tmp_path, "localhost")
    post = Post(trust)
    with receiving() as receiver, posting(post) as mail:
        installation = Installation.at(
            tmp_path / "here", new_database(), webhooks_allow_private="true", pages_webhook_url=receiver.url,
            pages_webhook_secret=SECRET, pages_wait_minutes=WAIT_MINUTES, pages_smtp_host=mail.host,
            pages_smtp_port=mail.port, pages_smtp_from=mail.sender, pages_smtp_user=mail.user,
            pages_smtp_password=mail.password,
        )  # fmt: skip
        installation.place.environment["SSL_CERT_FILE"] = str(trust.authority)
        installation.make_key()
        with beside(installation) as house:
            yield Night(installation, house, receiver, post)
            installation.close()


def test_a_page_outlives_every_kill_until_somebody_has_it(night: Night) -> None:
    """Killed before it is noted, after it, and between one person and the next: never lost, never without an end."""
    night.join("anna", -1, StaffRole.REVIEWER)
    night.join("ben", 11, StaffRole.REVIEWER)
    server = night.installation.serve()

    def die(handler: Handler) -> None:
        server.kill()
        take(handler)

    night.receiver.behave = die
    case = night.danger(server, "first")
    night.receiver.wait_for(1)
    server.process.wait()
    night.receiver.behave = take
    assert (night.webhooks(case), night.mails(case), night.tries(case)) == ([(_id(night, 1), "anna")], [], 0)

    night.let_pass(LEASE.seconds // 60 + 1)
    server = night.installation.serve()
    until(lambda: night.tries(case) == 1)
    assert night.webhooks(case) == [(_id(night, 1), "anna")] * 2, "the same identifier: a receiver takes it once"
    assert night.mails(case) == ["anna"]

    server.kill()
    server = night.installation.serve()
    night.looked(server, "second")
    assert (len(night.webhooks(case)), night.mails(case)) == (2, ["anna"]), "nothing is sent again"

    server.kill()
    night.let_pass(WAIT_MINUTES)
    server = night.installation.serve()
    until(lambda: night.tries(case) == 2)
    assert night.webhooks(case)[2:] == [(_id(night, 2), "ben")]
    assert night.mails(case) == ["anna", "ben"]

    server.kill()
    server = night.installation.serve()
    where = f"{server.url}/v1/pages/{_id(night, 0).partition('/')[0]}/acknowledge"
    done = httpx.post(where, headers=as_browser(night.house, night.people["ben"]), timeout=30)
    assert (done.status_code, done.json()["acknowledged_by"]) == (200, night.people["ben"].id)

    server.kill()
    night.let_pass(WAIT_MINUTES)
    server = night.installation.serve()
    night.looked(server, "third")
    assert (len(night.webhooks(case)), night.mails(case)) == (3, ["anna", "ben"]), "whoever has it ended the waking"
    assert server.stop() == 0
    verified = night.installation.place.call("audit", "verify", "--json")
    assert verified.status == 0, verified.out


def _id(night: Night, number: int) -> str:
    """Return the identifier of a request about the first page."""
    first = min(night.house.on_call.read.open(MACHINE), key=lambda each: each.raised_at)
    return f"{first.id}/{number}"
