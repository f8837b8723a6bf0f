"""What may be sent: strict, every list and string bounded, unknown fields refused."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, MAX_THRESHOLD_BITS, SignalType
from tutela.core.content import AgeBand, AgeProvenance, ChannelKind
from tutela.core.events import MESSAGE
from tutela.core.links import MAX_LINK_CHARACTERS
from tutela.core.operator import Technique
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.core.verifications import VerificationKind
from tutela.flows.find_copies import MAX_QUESTIONS

MAX_BATCH_ITEMS = 500
MAX_MEDIA = 20
MAX_CONTAINS = 20
MAX_TEXT_CHARACTERS = 100_000
MAX_HASHES = 1000
MAX_REGIONS = 50
MAX_TAGS = 50
MAX_LINKS_NAMED = 100
MAX_COPIES_TOLD = 10_000
MAX_REMOVALS = 10_000
MAX_SIMULATED_ITEMS = 200

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Language = Annotated[str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Link = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINK_CHARACTERS)]
Address = Annotated[str, StringConstraints(min_length=2, max_length=45, pattern=r"^[0-9a-fA-F:.]+$")]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARACTERS, pattern=r"^[^\x00]*$")]
PictureHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
BankName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Cursor = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
SignalValue = Annotated[str, StringConstraints(min_length=1, max_length=128)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment lies within the years 1 to 9999 of UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment with its offset, taken as UTC."""


class Body(BaseModel):
    """What every body has in common."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
    example: ClassVar[Any] = None  #: shown in the reference; a test validates it


class Age(Body):
    """How old the author is taken to be, and how that is known. Unknown gets the protection of a minor."""

    band: AgeBand
    provenance: AgeProvenance = AgeProvenance.UNKNOWN


class Author(Body):
    """Who posted. What is said here counts when the account is new; later changes go to PUT /v1/accounts/{id}."""

    id: Identifier
    age: Age | None = None
    regions: Annotated[list[Region], Field(max_length=MAX_REGIONS)] = []
    name: Line | None = None  #: what others see them called: nobody is found for saying their own name; never kept


class MediaReference(Body):
    """Media that was uploaded before, by its id; or that the platform does not send, by digests and hash."""

    id: Identifier | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    sha1: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{40}$")] | None = None
    md5: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{32}$")] | None = None
    pdq: PictureHash | None = None
    pdq_quality: Annotated[int, Field(ge=0, le=100)] | None = None
    #: by name, all eight as `tutela hash` prints them: without them a mirrored or turned copy is not recognised
    pdq_orientations: Annotated[dict[Word, PictureHash], Field(max_length=len(ORIENTATIONS))] | None = None
    held_by_platform: bool = False  #: the platform confirms that it keeps these bytes as evidence

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        has_hashes = any((self.sha256, self.sha1, self.md5, self.pdq))
        if bool(self.id) == has_hashes:
            raise ValueError("name media by its id, or by at least one of sha256, sha1, md5 and pdq")
        if self.pdq_quality is not None and self.pdq is None:
            raise ValueError("pdq_quality without pdq says nothing")
        turned = self.pdq_orientations
        if turned is not None and (self.pdq is None or set(turned) != set(ORIENTATIONS)):
            raise ValueError("pdq_orientations are all eight, beside pdq")
        if turned is not None and self.pdq is not None and turned[ORIENTATIONS[0]].lower() != self.pdq.lower():
            raise ValueError("the first of pdq_orientations is pdq itself")
        return self


class Channel(Body):
    """The place an item was posted in. Beyond `public` nothing is looked for without a recorded basis."""

    kind: ChannelKind = ChannelKind.PUBLIC
    encrypted: bool = False
    conversation: Identifier | None = None


class Item(Body):
    """One post, message, profile picture or whatever else the platform shows."""

    id: Identifier
    author: Author
    kind: Word = "post"
    text: Text | None = None
    media: Annotated[list[MediaReference], Field(max_length=MAX_MEDIA)] = []
    contains: Annotated[list[Identifier], Field(max_length=MAX_CONTAINS)] = []
    recipient: Author | None = None  #: whom a message is for
    channel: Channel | None = None  #: public where it is left out; what is written to somebody must name it
    regions: Annotated[list[Region], Field(max_length=MAX_REGIONS)] = []
    tags: Annotated[list[Tag], Field(max_length=MAX_TAGS)] = []  #: with or without their sign; case does not count
    language: Language | None = None  #: of the text, as in `de` or `pt-br`: who reads it is asked first
    #: beside those in the text. These three are compared with what is blocked, and kept only as keyed hashes
    links: Annotated[list[Link], Field(max_length=MAX_LINKS_NAMED)] = []
    device: Identifier | None = None
    network: Address | None = None
    example: ClassVar[Any] = {
        "id": "post-1001",
        "author": {"id": "user-7", "age": {"band": "adult", "provenance": "declared"}, "regions": ["DE"]},
        "kind": "post",
        "text": "A morning by the lake",
        "media": [{"id": "med_01m7zt3q2xw9c5r8k4n6v0b1hd"}],
    }

    @model_validator(mode="after")
    def _says_where_it_is_written(self) -> Self:
        if self.channel is None and (self.recipient is not None or self.kind == MESSAGE):
            raise ValueError("what is written to somebody says in `channel` how public it is")  # it may be private: P12
        return self


class ItemBatch(Body):
    """Items that are decided one by one and recorded together."""

    items: Annotated[list[Item], Field(min_length=1, max_length=MAX_BATCH_ITEMS)]
    example: ClassVar[Any] = {"items": [{"id": "post-1002", "author": {"id": "user-7"}, "text": "Good morning"}]}


class AccountFacts(Body):
    """What a platform knows about an account; what is left out becomes unknown."""

    age: Age | None = None
    regions: Annotated[list[Region], Field(max_length=MAX_REGIONS)] = []
    example: ClassVar[Any] = {"age": {"band": "13_15", "provenance": "assured"}, "regions": ["DE", "AT"]}


class NewVerification(Body):
    """That the platform has verified who holds an account. What was shown for it is never sent here."""

    kind: VerificationKind
    at: Moment  #: when it was passed; the same kind and time again is the same verification
    age: AgeBand | None = None  #: the age that it assures; only with `age`
    example: ClassVar[Any] = {"kind": "email", "at": "2026-11-22T08:30:00Z"}


class EffectsQuestion(Body):
    """What would this table of effects, laid over the one that ships, change about what is seen?"""

    effects: Annotated[dict[Line, Any], Field(max_length=10, description="As in a file of `effects_file`.")]
    items: Annotated[int, Field(ge=1, le=MAX_SIMULATED_ITEMS)] = 200
    surfaces: Annotated[list[Word], Field(max_length=50)] = []
    example: ClassVar[Any] = {
        "effects": {
            "version": "forum-2",
            "surfaces": {"shorts": "recommendations"},
            "kinds": {"de_emphasise": {"minor": {"*": {"exposure": "lower", "rank_factor": 0.0}}}},
        },
        "items": 200,
        "surfaces": ["feed", "shorts"],
    }


class HashToLookUp(Body):
    """One hash."""

    type: SignalType
    value: SignalValue


class LookupQuestion(Body):
    """Which of these hashes does a bank know?"""

    hashes: Annotated[list[HashToLookUp], Field(min_length=1, max_length=MAX_HASHES)]
    banks: Annotated[list[BankName], Field(min_length=1, max_length=100)] | None = None
    example: ClassVar[Any] = {
        "hashes": [{"type": "md5", "value": "00112233445566778899aabbccddeeff"}],
        "banks": ["example-list"],
    }


class CopiesQuery(Body):
    """Copies of what: hashes, media by its id, or all media of an item; and where its last page ended."""

    pdq: PictureHash | None = None
    #: by name, all eight: finds turned copies also of media that came as a hash alone
    pdq_orientations: Annotated[dict[Word, PictureHash], Field(max_length=len(ORIENTATIONS))] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    sha1: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{40}$")] | None = None
    md5: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{32}$")] | None = None
    media: Identifier | None = None
    item: Identifier | None = None
    cursor: Cursor | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        has_hashes = any((self.pdq, self.pdq_orientations, self.sha256, self.sha1, self.md5))
        if [has_hashes, self.media is not None, self.item is not None].count(True) != 1:
            raise ValueError("name hashes, or one media, or one item")
        if self.pdq_orientations is not None and (self.pdq or set(self.pdq_orientations) != set(ORIENTATIONS)):
            raise ValueError("pdq_orientations are all eight, in place of pdq")
        return self


class CopiesQuestion(Body):
    """Which stored media are identical or near, and who carries them?"""

    queries: Annotated[list[CopiesQuery], Field(min_length=1, max_length=MAX_QUESTIONS)]
    max_distance_bits: Annotated[int, Field(ge=0, le=MAX_THRESHOLD_BITS)] = CUSTOMARY_THRESHOLD_BITS
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    example: ClassVar[Any] = {
        "queries": [{"md5": "00112233445566778899aabbccddeeff"}, {"item": "post-1001"}],
        "max_distance_bits": 31,
    }

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if len(self.queries) * self.limit > MAX_COPIES_TOLD:
            raise ValueError(f"queries times limit may be {MAX_COPIES_TOLD:,} at most")
        return self


class Basis(Body):
    """Why detection may run in group or private channels of a region, dated."""

    region: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]
    channel: ChannelKind
    technique: Technique = Technique.KNOWN_IMAGES
    legal_basis: Annotated[Line, Field(min_length=1)]
    reference: Annotated[Line, Field(min_length=1)]
    starts_at: Annotated[Moment, Field(alias="from")]
    ends_at: Annotated[Moment | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("a basis ends after it starts")
        return self


class Profile(Body):
    """Who runs this. Replaces what was recorded; what is left out is empty."""

    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    user_regions: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|\*)$")]], Field(max_length=250)
    ] = []
    services: Annotated[list[ChannelKind], Field(max_length=3)] = []
    has_encrypted_channels: bool = False
    people: Annotated[str, StringConstraints(pattern="^(solo|team|organisation)$")] = "team"
    authorities: Annotated[list[Line], Field(max_length=50)] = []
    lists: Annotated[list[Line], Field(max_length=50)] = []
    on_call: Line = ""
    is_report_only: bool = False
    is_small_enterprise: Annotated[
        bool, Field(description="Micro or small: no statement is sent to the EU Transparency Database.")
    ] = False
    transient_hours: Annotated[float, Field(ge=1, le=168, allow_inf_nan=False)] = 24.0
    bases: Annotated[list[Basis], Field(max_length=500)] = []
    example: ClassVar[Any] = {
        "country": "DE",
        "user_regions": ["DE", "AT"],
        "services": ["public"],
        "people": "team",
        "on_call": "The duty phone",
    }


class NoQuery(Body):
    """No parameters."""


class PageQuery(Body):
    """Where a page begins and how long it is."""

    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class ChangesQuery(Body):
    """From where, how many, and how long to wait when there is nothing new."""

    after: Annotated[str, StringConstraints(max_length=120)] = "0"  #: `next` of the page before
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000
    wait_seconds: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 0


class ImportQuery(Body):
    """Whether to write, or only to tell what an import would hit."""

    preview: bool = False
    accept_flat: bool = False  #: take picture hashes of zeros or ones only in as well
