"""Refused at the door: blocked links, devices and networks, and accounts that may not write."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import inspect, text

from make import Home, decision, delayed, measure, names, photo, submission
from ruled import account
from tutela.core.audit import AuditEvent
from tutela.core.content import Age, AgeBand, AgeProvenance, Channel, ChannelKind
from tutela.core.ids import ClauseId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import Source
from tutela.core.statements import StatementCode
from tutela.core.subjects import named
from tutela.flows.enact import as_granted
from tutela.flows.keep_accounts import KeepAccounts
from tutela.flows.stand_at_door import PostedWith
from tutela.flows.submission import Author, Rejected
from tutela.ports.committer import Changeset
from tutela_client.scope import EVERYTHING, Scope

LINK, DEVICE, NETWORK = SubjectKind.LINK, SubjectKind.DEVICE, SubjectKind.NETWORK
BLOCKS = {
    LINK: MeasureKind.BLOCK_LINK,
    DEVICE: MeasureKind.BLOCK_DEVICE,
    NETWORK: MeasureKind.BLOCK_NETWORK,
    SubjectKind.ACCOUNT: MeasureKind.BLOCK_POSTING,
}
SPAM = ClauseId("house.spam")


@pytest.fixture
def home(home_anywhere: Home) -> Iterator[Home]:
    """Return a house on the databases of the test, whose audit holds for all that a test does."""
    yield home_anywhere
    assert home_anywhere.house.verify().breaches == ()


def block(
    home: Home, subject: Subject, days: float = 7, kind: MeasureKind | None = None, scope: Scope = EVERYTHING
) -> Measure:
    """Have a person block something."""
    by = decision(source=Source.PERSON, is_automated=False, decided_by="ada", clause_id=SPAM)
    now = home.clock.now()
    made = measure(
        kind or BLOCKS[subject.kind], subject, by, starts_at=now, ends_at=now + timedelta(days=days),
        is_automated=False, clause_id=SPAM, scope=scope,
    )  # fmt: skip
    entry = AuditEvent("person:subject:decided", by.id, {"granted": [as_granted(made)], "lifted": []})
    is_account = subject.kind is SubjectKind.ACCOUNT
    told = (delayed(by, subject.id, StatementCode.ACCOUNT_RESTRICTED),) if is_account else ()
    home.house.committer.commit(Changeset(decisions=(by,), measures=(made,), statements=told, audit=(entry,)))
    return made


def post(home: Home, name: str, says: str | None = None, **with_: object) -> str:
    """Submit a text and return what was answered."""
    return home.submit(name, text=says, posted_with=PostedWith(**with_)).answer.value  # type: ignore[arg-type]  # as named


def test_a_blocked_domain_is_refused_however_it_is_written_and_wherever(home: Home) -> None:
    """In the text, among the named links, below the domain; and nothing beside it."""
    block(home, named(LINK, "Bad.Example."))

    assert post(home, "1", "see HTTPS://user@BAD.example:443/%61?x, now") == "refuse"
    assert post(home, "2", links=("deep.bad.example",)) == "refuse"
    assert post(home, "3", "(http://bad。example/)", links=("https://good.example",)) == "refuse"
    assert (
        post(home, "4", "https://notbad.example bad.example", links=("https://good.example/bad.example",)) == "publish"
    )
    assert post(home, "5") == "publish"


def test_one_blocked_address_leaves_the_rest_of_its_domain(home: Home) -> None:
    """With and without what ends a sentence."""
    block(home, named(LINK, "https://mixed.example/bad?id=1"))

    assert post(home, "1", "Look: http://mixed.example/bad?id=1.") == "refuse"
    assert post(home, "2", "[this](https://mixed.example/bad?id=1)") == "refuse"
    assert post(home, "3", "https://mixed.example/bad?id=2 https://mixed.example/") == "publish"


def test_a_blocked_network_or_device_uploads_nothing(home: Home) -> None:
    """From anywhere in the range, also as IPv6 tells an IPv4 address; words alone are not an upload."""
    block(home, named(NETWORK, "203.0.113.0/24"))
    block(home, named(DEVICE, "phone-7"))
    media = home.upload(photo("china"))

    def upload(name: str, **with_: str) -> str:
        return home.submit(name, media, posted_with=PostedWith(**with_)).answer.value

    assert upload("1", network="203.0.113.99") == "refuse"
    assert upload("2", network="::ffff:203.0.113.99") == "refuse"
    assert upload("3", network="203.0.114.1", device="phone-7") == "refuse"
    assert upload("4", network="203.0.114.1", device="phone-8") == "publish"
    assert post(home, "5", "only words", network="203.0.113.99", device="phone-7") == "publish"


def test_a_block_ends_by_itself_and_is_lifted_by_a_decision(home: Home) -> None:
    """After seven days at the latest, with no job; what was refused stays refused, and what was published stays."""
    block(home, named(NETWORK, "203.0.113.9"), days=7)
    media = home.upload(photo("china"))
    assert home.submit("1", media, posted_with=PostedWith(network="203.0.113.9")).answer.value == "refuse"
    home.clock.advance(days=7)

    assert home.submit("2", media, posted_with=PostedWith(network="203.0.113.9")).answer.value == "publish"
    assert home.answer("1").value == "refuse"
    again = home.submit("1", media, posted_with=PostedWith(network="203.0.113.9"))
    assert (again.answer.value, again.is_new) == ("refuse", False)


@pytest.mark.parametrize(
    ("kind", "posts", "messages"),
    [
        (MeasureKind.BLOCK_POSTING, "refuse", "publish"),
        (MeasureKind.BLOCK_MESSAGING, "publish", "refuse"),
        (MeasureKind.READ_ONLY, "refuse", "refuse"),
        (MeasureKind.SUSPEND, "refuse", "refuse"),
    ],
)
def test_who_may_not_write_is_refused_as_far_as_the_measure_goes(
    home: Home, kind: MeasureKind, posts: str, messages: str
) -> None:
    """Also when the platform asks nobody before."""
    first = home.submit("first")
    with home.house.store.read() as reader:
        account = reader.items_by_id([first.item_id])[first.item_id].item.account_id
    block(home, Subject.account(account), kind=kind)

    assert home.submit("post").answer.value == posts
    assert home.submit("message", channel=Channel(ChannelKind.PRIVATE)).answer.value == messages


def test_a_conversation_that_is_closed_takes_nothing_more(home: Home) -> None:
    """By the platform's own name of it, whoever writes."""
    block(home, named(SubjectKind.CONVERSATION, "talk-1"), kind=MeasureKind.BLOCK_MESSAGING)

    def write(name: str, conversation: str) -> str:
        return home.submit(name, channel=Channel(ChannelKind.PRIVATE, conversation=conversation)).answer.value

    assert (write("1", "talk-1"), write("2", "talk-2")) == ("refuse", "publish")


def test_what_cannot_be_read_is_rejected_alone_with_its_place(home: Home) -> None:
    """The others of the batch go in, and nothing of it is repeated."""
    bad = [
        PostedWith(links=("https://ok.example", "http://exa mple")),
        PostedWith(device="a\nb"),
        PostedWith(network="203.0.113.0/24"),
        PostedWith(network="x"),
    ]
    outcomes = home.submit_all(
        *(submission(f"bad-{n}", posted_with=each) for n, each in enumerate(bad)),
        submission("many", text=" ".join(f"https://e{n}.example" for n in range(1001))),
        submission("good", posted_with=PostedWith(("good.example",), "phone-8", "203.0.113.9")),
    )

    assert names(outcomes) == ["BadInput"] * 5 + ["publish"]
    rejected = [each.error for each in outcomes if isinstance(each, Rejected)]
    assert [error.place for error in rejected] == ["links.1", "device", "network", "network", "text"]
    assert not any("exa mple" in str(error) or "/24" in str(error) for error in rejected)


@pytest.mark.both_databases
def test_what_an_item_was_posted_with_is_found_nowhere_afterwards(home: Home) -> None:
    """Not in a row, an audit payload or a log; of what is blocked, only where it must be compared."""
    out = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out))
    try:
        media = home.upload(photo("china"))
        with_ = PostedWith(("https://secret.example/path",), "secret-phone", "198.51.100.77")
        assert home.submit("free", media, posted_with=with_).answer.value == "publish"
        for kind, name in ((LINK, "secret.example"), (DEVICE, "secret-phone"), (NETWORK, "198.51.100.77")):
            block(home, named(kind, name))
        assert home.submit("refused", media, posted_with=with_).answer.value == "refuse"
    finally:
        structlog.reset_defaults()

    found = set()
    with home.house.engine.connect() as connection:
        for table in inspect(home.house.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608  # a table of ours
                told = repr([bytes(each) if isinstance(each, memoryview) else each for each in row])
                if any(secret in told for secret in ("secret.example", "secret-phone", "198.51.100.77")):
                    found.add(table)
    assert found == {"measures", "standing"}
    assert "secret" not in out.getvalue()
    assert "198.51" not in out.getvalue()


@pytest.mark.both_databases
def test_the_audit_says_which_measure_refused_an_item(home: Home) -> None:
    """So that whoever is asked why can find out; the person is told what everybody is told."""
    blocked = block(home, named(LINK, "bad.example"))
    refused = home.submit("1", text="https://bad.example")

    assert refused.refused_by == (MeasureKind.BLOCK_LINK,)
    with home.house.engine.connect() as connection:
        bodies = connection.exec_driver_sql(
            "SELECT body FROM audit_payloads JOIN audit_entries USING (chain, seq) "
            "WHERE kind = 'platform:item:submitted' ORDER BY seq DESC"
        )
        assert blocked.id in bytes(bodies.scalars().first()).decode()


TO_MINORS = Scope(audience="minors")


def message(home: Home, name: str, to: Author | None, where: ChannelKind = ChannelKind.PRIVATE) -> str:
    """Submit what Alice writes to somebody and return what was answered."""
    return home.submit(name, kind="message", text="hello", channel=Channel(where), recipient=to).answer.value


@pytest.mark.parametrize("where", ChannelKind)
def test_who_may_not_write_to_minors_writes_to_none_who_is_named(home: Home, where: ChannelKind) -> None:
    """Said or known from before, in every channel; who is of unknown age is protected too. Adults are reached."""
    child, adult = (Age(band, AgeProvenance.DECLARED) for band in (AgeBand.FROM_13_TO_15, AgeBand.ADULT))
    home.submit("own", author="alice")
    house = home.house
    KeepAccounts(house.store, house.desk, house.clock, house.entropy, house.effects).record("kid", child, ())
    block(home, Subject.account(account(home, "alice")), kind=MeasureKind.BLOCK_MESSAGING, scope=TO_MINORS)

    said = Author("kid", adult)  # what is known of the child stands
    answers = [message(home, f"m{n}", to, where) for n, to in enumerate((said, Author("ann", adult), Author("new")))]
    assert answers == ["refuse", "publish", "refuse"]
    assert message(home, "to-nobody-named", None, where) == "publish"
