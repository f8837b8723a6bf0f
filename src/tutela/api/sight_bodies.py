"""What may be asked about sight and deeds; see `bodies`."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from tutela.api.bodies import MAX_BATCH_ITEMS, MAX_MEDIA, MAX_REGIONS, Body, Identifier, Region, Word
from tutela.core.content import AgeBand
from tutela.core.links import MAX_LINK_CHARACTERS

MAX_LINKS = 50
MAX_PERSONS = 100

Relation = Literal["author", "follower", "blocked", "none"]
Link = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LINK_CHARACTERS, pattern=r"^[^\x00-\x20\x7f]+$")]


class Viewer(Body):
    """Who looks or acts: an account of the platform, or nobody in particular. Staff never look through these routes."""

    account: Identifier | None = None
    anonymous: bool | None = None
    age: AgeBand | None = None  #: what you know of it; who is recorded as a minor stays one
    countries: list[Region] = Field(default=[], max_length=MAX_REGIONS)  #: of the request, and of the account

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.account is None) is not (self.anonymous is True):
            raise ValueError("name the account, or say anonymous: true")
        return self


class LookedAt(Body):
    """An item that somebody looks at, with what only you know of it."""

    id: Identifier
    relation: Relation = "none"  #: of the viewer to the author
    sensitive: bool = False  #: for viewers who chose to cover such


class LookedAtAccount(Body):
    """An account that somebody looks at."""

    id: Identifier
    relation: Relation = "none"  #: of the viewer to the account


def _is_bare(value: Any) -> str:
    return "name" if isinstance(value, str) else "object"


AnyItem = Annotated[Annotated[Identifier, Tag("name")] | Annotated[LookedAt, Tag("object")], Discriminator(_is_bare)]
AnyAccount = Annotated[
    Annotated[Identifier, Tag("name")] | Annotated[LookedAtAccount, Tag("object")], Discriminator(_is_bare)
]


class VisibilityQuestion(Body):
    """What may this viewer see of these items and accounts on this surface?"""

    viewer: Viewer
    surface: Word
    items: list[AnyItem] = Field(default=[], max_length=MAX_BATCH_ITEMS)
    accounts: list[AnyAccount] = Field(default=[], max_length=MAX_BATCH_ITEMS)  #: their page, name and picture
    explain: bool = False
    example: ClassVar[Any] = {
        "viewer": {"account": "user-9", "age": "adult", "countries": ["DE"]},
        "surface": "home",
        "items": ["post-1001", {"id": "post-1002", "relation": "follower"}],
        "accounts": ["user-7"],
    }

    @model_validator(mode="after")
    def _says_each_thing_once(self) -> Self:
        for asked in (self.items, self.accounts):
            if set(map(type, asked)) <= {str}:
                continue
            said: dict[str, LookedAt | LookedAtAccount | None] = {}
            for each in asked:
                name, more = (each, None) if isinstance(each, str) else (each.id, each)
                if said.setdefault(name, more) != more:
                    raise ValueError("the same is asked about twice, and not in the same words")
                if self.viewer.anonymous and more is not None and more.relation in {"author", "follower"}:
                    raise ValueError("whoever looks without an account has written nothing, and follows nobody")
        return self


class ActedOn(Body):
    """The account that something is done to."""

    id: Identifier
    relation: Relation = "none"  #: of whoever acts to this account
    age: AgeBand | None = None


class PermissionQuestion(Body):
    """May this account do that, to this, with these?"""

    actor: Viewer
    verb: Word
    item: AnyItem | None = None
    account: ActedOn | None = None  #: whom it is done to
    accounts: list[ActedOn] = Field(default=[], max_length=MAX_PERSONS)  #: everybody, in a conversation of several
    surface: Word = "detail"  #: where the item is seen
    conversation: Identifier | None = None
    links: list[Link] = Field(default=[], max_length=MAX_LINKS)  #: every one in what is written
    media: list[Identifier] = Field(default=[], max_length=MAX_MEDIA)  #: as they were named on upload
    device: Identifier | None = None
    network: Annotated[str, StringConstraints(max_length=45)] | None = None  #: the address of the request
    explain: bool = False
    example: ClassVar[Any] = {
        "actor": {"account": "user-9", "age": "adult"},
        "verb": "message",
        "account": {"id": "user-7", "relation": "none", "age": "16_17"},
    }
