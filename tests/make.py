"""Values and houses for tests. Every picture is a landscape, an object or a texture."""

import hashlib
import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import Engine

from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.store import DatabaseStore
from tutela.adapters.twins.clock import SetClock
from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.banks import Bank, Member, SignalType
from tutela.core.content import Account, Age, Channel, Digests, EvidenceState, Item, Media, PdqHash, ScanState
from tutela.core.ids import AccountId, BankId, ClauseId, DecisionId, ItemId, MeasureId, MediaId, MemberId, StatementId
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.plans import Answer, Source
from tutela.core.policy import Ceiling, Material, Verification
from tutela.core.statements import LONGEST_DELAY, DelayBasis, Statement, StatementCode
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Outcome, Submission, Submitted
from tutela.ports.committer import Changeset, StoredItem
from tutela.ports.decisions import Decision
from tutela.ports.scanner import MediaScanner

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLAUSE = ClauseId("cse.depiction")
_entropy = SystemEntropy()
_numbers = itertools.count(1)


def new_id(noun: str) -> str:
    """Return an identifier that nothing else has."""
    return _entropy.new_id(noun)


def account(name: str = "") -> Account:
    """Return an account."""
    return Account(AccountId(new_id("account")), name or f"user-{next(_numbers)}", Age(), (), AT)


def digests(seed: str = "") -> Digests:
    """Return digests of no content in particular."""
    number = f"{next(_numbers):x}" if not seed else seed.encode().hex()
    return Digests(number.rjust(32, "0")[-32:], number.rjust(40, "0")[-40:], number.rjust(64, "0")[-64:])


def media(seed: str = "", **fields: Any) -> Media:
    """Return media that was scanned, with one hash."""
    made = Media(MediaId(new_id("media")), digests(seed), (), ScanState.SCANNED, EvidenceState.NONE, AT)
    value = (made.digests.sha256 or "").encode()[-32:]
    return replace(made, **{"hashes": (PdqHash(value, 90),), **fields})


def item(by: Account, *carried: Media, name: str = "", **fields: Any) -> Item:
    """Return an item by an account."""
    made = Item(
        ItemId(new_id("item")), name or f"item-{next(_numbers)}", by.id, "post", None,
        tuple(each.id for each in carried), (), Channel(), (), AT,
    )  # fmt: skip
    return replace(made, **fields)


def stored(each: Item, answer: Answer = Answer.PUBLISH) -> StoredItem:
    """Return an item with its answer."""
    return StoredItem(each, answer, None, is_detected=True)


def decision(**fields: Any) -> Decision:
    """Return a decision by a machine."""
    made = Decision(DecisionId(new_id("decision")), None, None, Source.MATCH, CLAUSE, "1", True, AT)  # noqa: FBT003  # a positional dataclass
    return replace(made, **fields)


def measure(kind: MeasureKind, subject: Subject, by: Decision, **fields: Any) -> Measure:
    """Return a measure from a decision."""
    made: dict[str, Any] = {
        "id": MeasureId(new_id("measure")),
        "kind": kind,
        "subject": subject,
        "decision_id": by.id,
        "clause_id": CLAUSE,
        "policy_version": "1",
        "starts_at": AT,
        "is_automated": True,
        "review_by": AT.replace(day=3),
        **fields,
    }
    return Measure(**made)


def delayed(by: Decision, account_id: str, code: StatementCode) -> Statement:
    """Return what is told of a decision that a test made by hand, as late as it may be (P8)."""
    tell_at = by.at + LONGEST_DELAY[DelayBasis.PERSON_AT_RISK].delta
    return Statement(
        StatementId(new_id("statement")), by.id, AccountId(account_id), by.clause_id or CLAUSE, code, "1",
        is_automated=by.is_automated, tell_at=tell_at, delay_basis=DelayBasis.PERSON_AT_RISK,
    )  # fmt: skip


def bank(name: str = "", **fields: Any) -> Bank:
    """Return a bank."""
    made = Bank(
        BankId(new_id("bank")), name or f"bank-{next(_numbers)}", CLAUSE, Material.APPARENT_CSAM, Verification.OWN,
        "test", 31, Ceiling(), AT,
    )  # fmt: skip
    return replace(made, **fields)


def member(of: Bank, value: str = "", **fields: Any) -> Member:
    """Return a member of a bank: an MD5 unless said otherwise."""
    made = Member(MemberId(new_id("member")), of.id, SignalType.MD5, value or f"{next(_numbers):032x}", AT)
    return replace(made, **fields)


@dataclass(frozen=True, slots=True)
class Desk:
    """A database with a committer and a store, and nothing else."""

    engine: Engine
    store: DatabaseStore
    committer: GroupCommitter

    def commit(self, **parts: Any) -> None:
        """Commit a changeset of *parts*."""
        self.committer.commit(Changeset(**parts))


@contextmanager
def database(url: str, *, writer: str = "main") -> Iterator[Desk]:
    """Yield an open database."""
    engine = open_engine(url)
    chain = ChainWriter(writer, SystemEntropy())
    committer = GroupCommitter(engine, chain, SystemClock(), lambda: None)
    try:
        yield Desk(engine, DatabaseStore(engine), committer)
    finally:
        committer.close()
        engine.dispose()


PICTURES = {
    "china": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
    "coffee": ("skimage", "data/coffee.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "brick": ("skimage", "data/brick.png"),
}


@cache
def photo(name: str = "china", *, width: int = 320, quality: int = 90) -> bytes:
    """Return a picture as JPEG; another width or quality is a near copy of the same picture."""
    package, path = PICTURES[name]
    spec = find_spec(package)
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    with Image.open(folder / path) as opened:
        picture = opened.convert("RGB")
    picture = picture.resize((width, round(width * picture.height / picture.width)))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def photo_md5(name: str = "china") -> str:
    """Return the MD5 of the picture's file."""
    return hashlib.md5(photo(name), usedforsecurity=False).hexdigest()


@contextmanager
def house(folder: Path, scanner: MediaScanner, *, url: str = "", **settings: Any) -> Iterator["Home"]:
    """Yield a house whose clock is set by hand and whose jobs run when they are called."""
    clock = SetClock()
    # Where nothing is said of it, nothing waits: a clock that is set by hand would have to be moved on each time.
    built = build(Settings(var=folder, database_url=url, **{"undo_seconds": 0, **settings}), clock=clock)
    built.scanner.close()
    home = Home(built, clock)
    home.use(scanner)
    built.feed_indexes()
    try:
        yield home
    finally:
        built.renderer.close()
        built.committer.close()
        built.engine.dispose()


def at_home(house: House) -> "Home":
    """Return a home for a house that goes by the machine's clock: it is not moved on."""
    clock: Any = house.clock
    return Home(house, clock)


@dataclass(frozen=True, slots=True)
class Home:
    """A house with the few sentences that tests say to it."""

    house: House
    clock: SetClock

    def use(self, scanner: MediaScanner) -> None:
        """Have everything from now on look through *scanner*."""
        self.house.scanner = scanner
        for flow in ("receive_media", "retry_scans"):
            self.house.__dict__.pop(flow, None)  # they are wired once, on first use

    def upload(self, content: bytes) -> Media:
        """Upload bytes."""
        with self.house.receive_media.open() as reception:
            reception.write(content)
            return reception.finish()

    def submit_all(self, *submissions: Submission) -> list[Outcome]:
        """Submit a batch."""
        return self.house.submit(submissions)[0]

    def submit(self, name: str, *carried: Media | MediaReference, author: str = "alice", **fields: Any) -> Submitted:
        """Submit one item and return what was answered."""
        [outcome] = self.submit_all(submission(name, *carried, author=author, **fields))
        assert isinstance(outcome, Submitted), outcome
        return outcome

    def list(
        self, *values: tuple[SignalType, str | None], name: str = "known", material: Material = Material.APPARENT_CSAM,
        verification: Verification = Verification.SEVERAL_ANALYSTS,
    ) -> None:  # fmt: skip
        """Have a bank hold signals."""
        with self.house.store.read() as reader:
            exists = reader.bank_by_name(name) is not None
        if not exists:
            self.house.keep_banks.create(NewBank(name, CLAUSE, material, verification, "test"))
        self.house.keep_banks.add(name, [NewMember(kind, value or "") for kind, value in values])

    def kinds(self, subject: Subject) -> set[str]:
        """Return the kinds of measures in force on a subject."""
        with self.house.store.read() as reader:
            return {kind.value for kind in reader.standings([subject])[subject].kinds_at(self.clock.now())}

    def media(self, media_id: MediaId) -> Media:
        """Return media as stored."""
        with self.house.store.read() as reader:
            return reader.media_by_id([media_id])[media_id]

    def is_absent(self, name: str) -> bool:
        """Return whether an item is hidden from everybody, by all that touches it."""
        with self.house.store.read() as reader:
            view = reader.item_views([name])[name]
        return any(standing.is_hidden_at(self.clock.now()) for standing in view.standings)

    def answer(self, name: str) -> Answer:
        """Return the answer stored with an item."""
        with self.house.store.read() as reader:
            return reader.item_views([name])[name].answer


def submission(name: str, *carried: Media | MediaReference, author: str = "alice", **fields: Any) -> Submission:
    """Return a submission."""
    references = tuple(each if isinstance(each, MediaReference) else MediaReference(each.id) for each in carried)
    return Submission(name, Author(author), **{"kind": "post", "media": references, **fields})


def md5(of: Media) -> tuple[SignalType, str | None]:
    """Return the signal of a media's bytes."""
    return SignalType.MD5, of.digests.md5


def pdq(of: Media) -> tuple[SignalType, str | None]:
    """Return the signal of a media's picture."""
    return SignalType.PDQ, of.hashes[0].hex


def names(outcomes: Sequence[Outcome]) -> list[str]:
    """Return each outcome in a word: its answer, or the kind of error."""
    return [each.answer.value if isinstance(each, Submitted) else type(each.error).__name__ for each in outcomes]
