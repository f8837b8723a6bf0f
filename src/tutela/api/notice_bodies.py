"""What may be sent of notices."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from tutela.api.bodies import Body, Identifier, Language, Moment, PageQuery, PictureHash, Region, Word
from tutela.core.case_moves import DangerOver
from tutela.core.notices import draft as core
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.notice import NoticeState

_Line = Annotated[str, StringConstraints(max_length=core.MAX_LINE_CHARACTERS, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Words = Annotated[str, StringConstraints(max_length=core.MAX_WORDS_CHARACTERS, pattern=r"^[^\x00]*$")]
_Link = Annotated[str, StringConstraints(min_length=1, max_length=core.MAX_LINK_CHARACTERS)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=core.MAX_NAME_CHARACTERS)]


class NoticeContact(Body):
    """How whoever told you wants to hear of it. It is sealed, and opened by nothing but what sends messages."""

    channel: core.ContactChannel
    address: _Line = ""  #: an e-mail address, or your own id of their account
    wants_link: bool = False  #: whether messages may hold a link


class Digest(Body):
    """What a picture was reduced to where it is: no picture is ever sent with a notice."""

    sha256: PictureHash | None = None
    pdq: PictureHash | None = None


class NewNotice(Body):
    """What somebody told you, or what you tell yourself as a hotline, an authority or a trusted flagger.

    Nothing is required but the branch: what is missing stops no notice.
    """

    branch: Branch
    items: Annotated[tuple[Identifier, ...], Field(max_length=core.MAX_LINKS)] = ()  #: your own ids
    links: Annotated[tuple[_Link, ...], Field(max_length=core.MAX_LINKS)] = ()
    names: Annotated[tuple[_Name, ...], Field(max_length=core.MAX_NAMES)] = ()
    words: _Words = ""
    digests: Annotated[tuple[Digest, ...], Field(max_length=core.MAX_DIGESTS)] = ()
    clause: Word | None = None
    age_said: Literal["", "under_13", "13_15", "16_17", "adult"] = ""
    is_danger: bool = False  #: somebody is in danger now
    country: Region | None = None
    language: Language = "en"
    contact: NoticeContact | None = None
    relation: _Line = ""
    signature: _Line = ""
    good_faith: bool = False
    organisation: _Line = ""
    reference: _Line = ""
    source: Identifier | None = None  #: your own id of whoever told you: their notices are counted by it, for limits
    told_at: Moment | None = None  #: when you were told, where that was earlier
    example: ClassVar[Any] = {
        "branch": "it_shows_me",
        "items": ["post-1001"],
        "words": "This picture shows me. I am 14.",
        "age_said": "13_15",
        "country": "DE",
        "language": "en",
        "contact": {"channel": "platform", "address": "user-7"},
        "source": "user-7",
    }


class Code(Body):
    """The code of a receipt."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    source: Identifier | None = None  #: your own id of whoever typed it: wrong codes are counted by it
    example: ClassVar[Any] = {"code": "7Q2XM-4K9TD-0HJ3V-WR8NB"}


class MoreTold(Code):
    """What somebody adds to what they told."""

    items: Annotated[tuple[Identifier, ...], Field(max_length=core.MAX_LINKS)] = ()
    links: Annotated[tuple[_Link, ...], Field(max_length=core.MAX_LINKS)] = ()
    words: _Words = ""
    digests: Annotated[tuple[Digest, ...], Field(max_length=core.MAX_DIGESTS)] = ()
    is_danger: bool = False
    signature: _Line = ""  #: this and the next two complete a request about an adult
    good_faith: bool = False
    contact: NoticeContact | None = None
    example: ClassVar[Any] = {"code": "7Q2XM-4K9TD-0HJ3V-WR8NB", "links": ["https://photos.example/p/1002"]}


class NoticeLocated(Body):
    """What a notice is about, by the platform's own ids."""

    items: Annotated[tuple[Identifier, ...], Field(max_length=100)] = ()
    accounts: Annotated[tuple[Identifier, ...], Field(max_length=100)] = ()
    example: ClassVar[Any] = {"items": ["post-1001"]}


class NoticeAnswered(Body):
    """That nothing of it is here."""

    outcome: Literal["not_found", "elsewhere"]
    example: ClassVar[Any] = {"outcome": "not_found"}


class NoticeDangerOver(Body):
    """That nobody is in danger any more, and why."""

    over: DangerOver
    example: ClassVar[Any] = {"over": "safe"}


class CalledBack(Body):
    """That whoever speaks for an organisation was called back."""

    notifier: Identifier | None = None  #: as whom they count; none where nobody there knew of it
    how: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    example: ClassVar[Any] = {"notifier": "nfr_01m7zt3q2xw9c5r8k4n6v0b1hd", "how": "+49 30 1, from the directory"}


class Unfounded(Body):
    """That an answered notice was manifestly unfounded."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    example: ClassVar[Any] = {"reason": "the fifth copy of an invented story"}


class NewNotifier(Body):
    """Whom to enrol, and how it was made sure that it is them."""

    kind: Literal["trusted_flagger", "hotline", "authority", "court_order"]
    name: _Line
    country: Region
    checked_by: _Line
    example: ClassVar[Any] = {
        "kind": "hotline", "name": "A hotline", "country": "DE", "checked_by": "called +49 30 1, from the directory",
    }  # fmt: skip


_STATES, _KINDS = ("|".join(each) for each in (NoticeState, NoticeKind))


class NoticesQuery(PageQuery):
    """Which notices; what is not given does not narrow."""

    state: Annotated[str, StringConstraints(pattern=f"^({_STATES})$")] | None = None
    kind: Annotated[str, StringConstraints(pattern=f"^({_KINDS})$")] | None = None
    case: Identifier | None = None
