"""What an order is: who says what is to be done, with what, where, and by what law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.dsa.words import Category
from tutela.core.ids import AccountId, ItemId, NotifierId, OrderId
from tutela.errors import BadInput

FOUND_BY_ORDER = "order"
"""The code of a finding that gives effect to an order; its line is the order's id."""

_COUNTRY_LETTERS = 2


class OrderKind(StrEnum):
    """By what right somebody orders."""

    ACT = "act"  #: to act against content. Source: Regulation (EU) 2022/2065 Article 9
    INFORMATION = "information"  #: to tell about a recipient. Source: Article 10
    REMOVAL_NOTICE = "removal_notice"  #: outside the EU, within 24 hours. Source: Online Safety Act 2021 (Cth)
    PRESERVATION = "preservation"  #: to keep what is there
    EMERGENCY = "emergency"  #: somebody is in danger, and an authority asks who and where they are


class Wish(StrEnum):
    """What is to be done with what an order names."""

    WITHHOLD = "withhold"  #: in the countries of its scope
    REMOVE = "remove"  #: everywhere
    RESTORE = "restore"  #: what was taken down comes back
    KEEP = "keep"
    TELL = "tell"


WISHES: Mapping[OrderKind, tuple[Wish, ...]] = {
    OrderKind.ACT: (Wish.WITHHOLD, Wish.REMOVE, Wish.RESTORE),
    OrderKind.REMOVAL_NOTICE: (Wish.WITHHOLD, Wish.REMOVE),
    OrderKind.PRESERVATION: (Wish.KEEP,),
    OrderKind.INFORMATION: (Wish.TELL,),
    OrderKind.EMERGENCY: (Wish.TELL,),
}
"""What each kind can want, the usual first."""

HIDES = frozenset({Wish.WITHHOLD, Wish.REMOVE})


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as it came. What it does not say is left empty, and told as missing.

    Raises:
        tutela.errors.BadInput: It is of nobody, of no country, or wants what its kind cannot.
    """

    id: OrderId
    kind: OrderKind
    wish: Wish
    authority: str
    country: str  #: of the authority, ISO 3166-1 alpha-2
    reference: str
    received_at: datetime
    category: Category = Category.PROTECTION_OF_MINORS  #: what it is about, in the words of the EU
    legal_basis: str = ""
    reasons: str = ""
    redress: str = ""  #: how one can go against it
    answer_to: str = ""  #: who is to be told of its effect
    language: str = ""  #: of its text, ISO 639-1
    is_readable: bool = False  #: in a declared language, or with its essential parts translated
    locations: tuple[str, ...] = ()  #: exact addresses, as it writes them
    items: tuple[ItemId, ...] = ()  #: what these are here
    accounts: tuple[AccountId, ...] = ()
    territory: frozenset[str] = frozenset()  #: where it holds, ISO 3166-1 alpha-2; for a removal it may be empty
    due_at: datetime | None = None  #: by when, where it says so
    is_secret: bool = False  #: it forbids to tell the recipient
    notifier_id: NotifierId | None = None  #: the enrolled authority that sent it, where it is one

    def __post_init__(self) -> None:
        """Refuse an order that nobody could answer."""
        if not self.authority.strip():
            raise BadInput("An order comes from somebody.", place="authority", remedy="Name the court or the office.")
        if not self.reference.strip():
            raise BadInput("An order needs its reference.", place="reference", remedy="Enter its file number.")
        if self.wish not in WISHES[self.kind]:
            able = ", ".join(WISHES[self.kind])
            raise BadInput(f"An order of this kind cannot want that: {able}.", place="wish")
        for place, countries in (("country", {self.country}), ("territory", self.territory)):
            if not all(_is_country(each) for each in countries):
                raise BadInput("A country has two capital letters.", place=place, remedy="As in DE, FR or AU.")

    @property
    def hides(self) -> bool:
        """Return whether something is to be seen less because of it."""
        return self.wish in HIDES

    @property
    def is_about_recipient(self) -> bool:
        """Return whether it asks about people, not about content."""
        return self.wish is Wish.TELL


def _is_country(code: str) -> bool:
    return len(code) == _COUNTRY_LETTERS and code.isascii() and code.isalpha() and code.isupper()
