"""What is known of a case, as a report is drawn up from it: read from the store, and nothing of it chosen here."""

from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.banks import Detection
from tutela.core.content import Account, Item, Media
from tutela.core.filing.account_facts import FileFacts, ItemFacts, Message, ToldFacts
from tutela.core.filing.duty import Imagery
from tutela.core.filing.report import Reporter
from tutela.core.filing.report_file import NOBODY_LOOKED, ViewFacts
from tutela.core.ids import CaseId, ClauseId, PersonId
from tutela.core.picture_metadata import PictureMetadata
from tutela.core.policy import DutyHint
from tutela.core.roles import Role


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """What a person found, and stands."""

    clause_id: ClauseId
    title: str  #: of the clause
    hint: DutyHint
    at: datetime
    by: PersonId
    line: str = ""  #: in the words of whoever decided
    people: int = 1  #: who came to it, each blind to the other


@dataclass(frozen=True, slots=True)
class Disabled:
    """That a measure of ours disables an account."""

    at: datetime
    until: datetime | None  #: none for good, or until a decision
    is_for_good: bool
    told_from: datetime | None  #: from when its holder may be told; none while nothing is told


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account with its part."""

    account: Account
    role: Role
    told: ToldFacts | None = None
    disabled: Disabled | None = None
    prior_reports: tuple[int, ...] = ()  #: numbers of finished ones about it

    def item(self, platform_id: str) -> ItemFacts:
        """Return what the platform told of one of its items; empty where it told nothing."""
        found = None if self.told is None else self.told.facts.item(platform_id)
        return found or ItemFacts(id=platform_id)


@dataclass(frozen=True, slots=True)
class KnownMedia:
    """A file of an item."""

    media: Media
    views: ViewFacts = NOBODY_LOOKED
    has_bytes: bool = False  #: sealed in the vault
    making: PictureMetadata | None = None  #: what the file says of its making, where that could be read


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item about which a person found something."""

    item: Item
    detections: tuple[Detection, ...] = ()
    media: tuple[KnownMedia, ...] = ()
    links: tuple[str, ...] = ()  #: in its text

    def told_of(self, at: int, facts: ItemFacts) -> FileFacts:
        """Return what the platform told of its file number *at*."""
        return facts.files[at] if at < len(facts.files) else FileFacts()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation as it was written down for a report and sealed."""

    key: str
    md5: str
    messages: int
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class KnownCase:
    """Everything that a report is drawn up from."""

    case_id: CaseId
    at: datetime  #: when this was read
    findings: tuple[KnownFinding, ...]
    accounts: tuple[KnownAccount, ...]  #: whom the case is about first
    items: tuple[KnownItem, ...]
    banks: dict[str, str] = field(default_factory=dict)  #: names of banks
    imagery: Imagery = Imagery.UNKNOWN
    is_in_danger: bool = False
    transcripts: tuple[Transcript, ...] = ()
    more_items: int = 0  #: found as well, and too many to be listed

    def service_of_actor(self) -> str | None:
        """Return the service in which whoever did it has their account, as the platform told it."""
        return next((each.told.facts.service for each in self.accounts if each.told and each.told.facts.service), None)

    def account_of(self, item: Item) -> KnownAccount | None:
        """Return who posted an item, where their part is known."""
        return next((each for each in self.accounts if each.account.id == item.account_id), None)

    def facts_of(self, item: Item) -> ItemFacts:
        """Return what the platform told of an item."""
        account = self.account_of(item)
        return ItemFacts(id=item.platform_id) if account is None else account.item(item.platform_id)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the channel's settings say of every report."""

    reporter: Reporter
    at: datetime  #: when they were set
    platform: str | None = None  #: the service's full name


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation, whoever told it."""

    at: datetime | None
    by: str
    text: str
    item: str | None = None  #: the platform's own name of it

    @classmethod
    def of(cls, told: Message) -> "Line":
        """Return a line that the platform told."""
        return cls(told.at, told.by, told.text)
