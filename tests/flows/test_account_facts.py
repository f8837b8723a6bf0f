"""Facts of accounts: taken in sealed, asked for once a finding stands, read with a record, destroyed by their key."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

import make
from answering import ADA, BEA, REVIEWER, Office, person, service
from flows.test_deliver import deliver
from make import Home
from tutela.adapters.db import tables as t
from tutela.adapters.db.facts_tables import account_facts
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.core.conclusions import Conclusion
from tutela.core.filing.account_facts import facts_period
from tutela.core.ids import AccountId
from tutela.core.permissions import StaffRole
from tutela.core.webhooks import DEFAULT_EVENTS, FACTS_WANTED, MAX_TRIES, STANDING_CHANGED, Outcome
from tutela.errors import BadInput, Conflict, Forbidden, KeyMissing, UnknownAccount, WrongFields
from tutela.flows.keep_webhooks import WebhookChange

OFFICE = Office
URL = "https://forum.example/facts"
PLATFORM = service("forum", scopes=("facts",))
OFFICER = person("olga", StaffRole.CHILD_SAFETY_OFFICER)
SECRET = "a-word-that-stands-nowhere-else"  # noqa: S105  # a mark to look for, not a secret
TOLD = {"screen_name": SECRET, "ip_events": [{"ip": "192.0.2.10", "port": 443}], "items": [{"id": "post"}]}


def told(**fields: Any) -> bytes:
    """Return facts as they are sent."""
    return json.dumps({**TOLD, **fields}).encode()


def account_id(home: Home, name: str = "alice") -> AccountId:
    """Return the identifier of an account."""
    with home.house.store.read() as reader:
        return reader.accounts_by_platform_id([name])[name].id


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house in which Alice has posted, on the databases of the test."""
    home_anywhere.submit("post")
    return home_anywhere


@pytest.fixture
def twin(home_anywhere: Home) -> ReceiverTwin:
    """Put receivers in memory in the place of the network."""
    made = ReceiverTwin()
    home_anywhere.house.sender = made
    return made


def wanted(twin: ReceiverTwin) -> list[list[Any]]:
    """Return the accounts in each request for facts."""
    told = [json.loads(post.body) for post in twin.came[URL]]
    return [each["data"]["accounts"] for each in told if each["type"] == FACTS_WANTED]


@pytest.mark.both_databases
def test_facts_are_kept_and_told_again_to_whom_draws_up_reports(home: Home) -> None:
    """The platform learns when it told what; an officer reads them, and that is entered. Telling twice is telling."""
    facts = home.house.drafting.facts
    home.clock.advance(hours=1)
    facts.tell(PLATFORM, "alice", told())
    seen = facts.tell(PLATFORM, "alice", told())

    assert (seen.facts, seen.record.told_at, seen.record.told_by) == (None, home.clock.now(), PLATFORM.id)
    assert seen.record.parts == ("screen_name", "ip_events", "items")
    assert facts.see(PLATFORM, "alice").facts is None
    read = facts.see(OFFICER, "alice").facts
    assert read is not None
    assert (read.screen_name, read.ip_events[0].port) == (SECRET, 443)
    kinds = [kind for kind, _ in entries(home) if ":facts:" in kind]
    assert kinds == ["platform:facts:told", "platform:facts:told", "person:facts:read"]
    assert SECRET not in str(entries(home))


def entries(home: Home) -> list[tuple[str, str]]:
    """Return the kind of each audit entry with what it says."""
    join = t.audit_entries.join(
        t.audit_payloads,
        (t.audit_entries.c.chain == t.audit_payloads.c.chain) & (t.audit_entries.c.seq == t.audit_payloads.c.seq),
    )
    asked = select(t.audit_entries.c.kind, t.audit_payloads.c.body).select_from(join).order_by(t.audit_entries.c.seq)
    with home.house.engine.connect() as connection:
        return [(kind, bytes(body).decode()) for kind, body in connection.execute(asked)]


def test_facts_lie_nowhere_in_the_clear(home: Home) -> None:
    """Neither in the row, nor in the file of the database or beside it."""
    home.house.drafting.facts.tell(PLATFORM, "alice", told())
    with home.house.engine.connect() as connection:
        [row] = connection.execute(select(account_facts)).mappings()
    assert SECRET not in str(dict(row))
    if isinstance(home.house.engine.raw_connection().driver_connection, sqlite3.Connection):
        folder = Path(str(home.house.engine.url.database)).parent
        assert not [path for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_who_may_tell_read_and_ask(home: Home) -> None:
    """Telling takes `facts`, reading `facts` or `reports`, asking `reports`."""
    verbs = home.house.drafting
    with pytest.raises(Forbidden):
        verbs.facts.tell(OFFICER, "alice", told())
    with pytest.raises(Forbidden):
        verbs.facts.see(REVIEWER, "alice")
    with pytest.raises(Forbidden):
        verbs.ask.by_hand(PLATFORM, "alice")
    with pytest.raises(UnknownAccount):
        verbs.facts.tell(PLATFORM, "nobody", told())
    with pytest.raises(WrongFields):
        verbs.facts.tell(PLATFORM, "alice", told(screen_name=7))
    assert verbs.facts.see(PLATFORM, "alice").record.told_at is None


@pytest.mark.both_databases
def test_what_was_destroyed_opens_no_more_and_may_be_told_anew(home: Home) -> None:
    """The key goes, so a copy of the row is worth nothing; later facts lie under the next one. A hold beats it."""
    facts = home.house.drafting.facts
    facts.tell(PLATFORM, "alice", told())
    alice, held = account_id(home), facts.book.record(account_id(home)).held
    assert held is not None
    with pytest.raises(Conflict, match="hold"):
        facts.erase(alice, "per_olga", lambda _: True)
    assert facts.erase(alice, "per_olga", lambda _: False)
    assert not facts.erase(alice, "per_olga", lambda _: False)

    record = facts.see(OFFICER, "alice").record
    assert (record.held, record.told_at, record.parts, record.series) == (None, None, (), 2)
    assert record.destroyed_at == home.clock.now()
    assert facts.read(alice) is None
    with pytest.raises(KeyMissing):
        home.house.keys.unwrap(facts_period(alice, 1), held.wrapped, context=alice.encode())
    facts.tell(PLATFORM, "alice", told(screen_name="anew"))
    assert getattr(facts.see(OFFICER, "alice").facts, "screen_name", "") == "anew"


def test_what_lies_under_a_lost_key_is_no_missing_fact(home: Home) -> None:
    """An officer is told that the key is gone, and does not report as if nothing had been told."""
    facts = home.house.drafting.facts
    facts.tell(PLATFORM, "alice", told())
    alice = account_id(home)
    other = facts.seal(b"k" * 32).seal(b"{}", context=alice.encode())
    with home.house.engine.begin() as connection:
        connection.execute(account_facts.update().values(sealed=other))

    with pytest.raises(KeyMissing):
        facts.read(alice)


@pytest.mark.both_databases
def test_a_finding_asks_by_itself_once_a_day_until_facts_are_there(home_anywhere: Home, twin: ReceiverTwin) -> None:
    """Of whoever has a part, with what they posted, to the endpoints that asked to be asked, and to no other."""
    home, office = home_anywhere, Office(home_anywhere)
    home.house.keep_webhooks.add("", URL, "key", events=(FACTS_WANTED,))
    home.house.keep_webhooks.add("", f"{URL}/other", "key")
    office.post(near=True)
    ask = home.house.drafting.ask
    case = office.case()
    office.decide(ADA, case.id, Conclusion.VIOLATION)
    assert ask() == 0, "one answer that awaits another gives nobody a part"
    office.decide(BEA, case.id, Conclusion.VIOLATION)

    assert (ask(), ask()) == (1, 0)
    home.clock.advance(days=1, seconds=1)
    assert (ask(), ask()) == (1, 0), "nothing came"
    deliver(home)
    assert wanted(twin) == [[{"id": "alice", "items": ["post"]}]] * 2
    assert FACTS_WANTED not in str([post.body for post in twin.came[f"{URL}/other"]])
    home.house.drafting.facts.tell(PLATFORM, "alice", told())
    home.clock.advance(days=3)
    assert ask() == 0
    assert home.house.drafting.facts.see(PLATFORM, "alice").record.asked_of == 1


def test_where_nobody_wants_to_be_asked_nothing_is_noted_as_asked(home_anywhere: Home) -> None:
    """It is asked as soon as somebody does; by hand it is said that nobody hears."""
    home, office = home_anywhere, Office(home_anywhere)
    office.post()
    office.decide(REVIEWER, office.case().id, Conclusion.VIOLATION)
    verbs = home.house.drafting
    assert (verbs.ask(), verbs.ask.by_hand(OFFICER, "alice")) == (0, 0)
    assert verbs.facts.see(OFFICER, "alice").record.asked_at is None
    webhook, _ = home.house.keep_webhooks.add("", URL, "key")
    assert (webhook.events, verbs.ask()) == (DEFAULT_EVENTS, 0)
    home.house.keep_webhooks.change(webhook.id, WebhookChange(events=(STANDING_CHANGED, FACTS_WANTED)), "key")

    assert (verbs.ask(), verbs.ask.by_hand(OFFICER, "alice")) == (1, 1)
    with pytest.raises(BadInput, match="no such event"):
        home.house.keep_webhooks.change(webhook.id, WebhookChange(events=("everything",)), "key")


def test_an_endpoint_that_cannot_answer_hears_of_changes_all_the_same(home: Home, twin: ReceiverTwin) -> None:
    """Requests for facts and changes are lanes of their own: neither waits for the other; the first dies alone."""
    house = home.house
    webhook, _ = house.keep_webhooks.add("", URL, "key", events=(STANDING_CHANGED, FACTS_WANTED))

    def answer(post: Any) -> Outcome:
        return Outcome(400 if FACTS_WANTED in post.body.decode() else 204)

    twin.answer(URL, answer)
    assert house.drafting.ask.by_hand(OFFICER, "alice", ["post"]) == 1
    for _ in range(MAX_TRIES):
        deliver(home)
        home.clock.advance(hours=8)
    because = make.decision()
    grant = make.measure(make.MeasureKind.EXCLUDE, make.Subject.account(account_id(home)), because)
    house.committer.commit(make.Changeset(decisions=(because,), measures=(grant,)))
    deliver(home)

    [change, asked] = [each for each, _ in house.keep_webhooks.page(webhook.id, None, None, 10)]
    assert (change.event, change.state.value) == (STANDING_CHANGED, "delivered")
    assert (asked.event, asked.state.value, asked.changes, asked.first_seq) == (FACTS_WANTED, "dead", 1, 0)
    assert len(wanted(twin)) == MAX_TRIES
    house.keep_webhooks.send_again(webhook.id, asked.id, "key")
    twin.answer(URL, lambda _: Outcome(204))
    assert deliver(home) == 1


@pytest.mark.both_databases
def test_of_two_that_ask_at_once_one_does(home_anywhere: Home, twin: ReceiverTwin) -> None:
    """The note that somebody was asked and the request are one transaction; telling beside it loses nothing."""
    home, office = home_anywhere, Office(home_anywhere)
    home.house.keep_webhooks.add("", URL, "key", events=(FACTS_WANTED,))
    office.post()
    office.decide(REVIEWER, office.case().id, Conclusion.VIOLATION)
    verbs, gate = home.house.drafting, Barrier(4)

    def ask(_: int) -> int:
        gate.wait()
        return verbs.ask()

    def tell(number: int) -> int:
        gate.wait()
        verbs.facts.tell(PLATFORM, "alice", told(screen_name=f"sam-{number}"))
        return number

    with ThreadPoolExecutor(4) as four:
        asked = [four.submit(ask, each) for each in range(2)]
        telling = [four.submit(tell, each) for each in range(2)]
        counts = [each.result() for each in asked]
        assert {each.result() for each in telling} == {0, 1}

    deliver(home)
    assert sum(counts) == len(wanted(twin)) <= 1
    assert getattr(verbs.facts.see(OFFICER, "alice").facts, "screen_name", "") in {"sam-0", "sam-1"}
