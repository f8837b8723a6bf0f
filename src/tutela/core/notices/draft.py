"""What somebody tells, as it comes in: bounded, and refused only where it could not be written down at all."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import ClauseId
from tutela.core.notices.branches import Branch
from tutela.core.signals.digest import parse_digest
from tutela.errors import BadInput, MalformedHash

MAX_LINKS = 100
MAX_LINK_CHARACTERS = 2000
MAX_NAMES = 50
MAX_NAME_CHARACTERS = 200
MAX_WORDS_CHARACTERS = 10_000
MAX_DIGESTS = 100
MAX_LINE_CHARACTERS = 320
"""Of one line that somebody types: an address may have as many. Source: RFC 3696, 3, as corrected."""

PDQ_HEX_DIGITS = 64


class ContactChannel(StrEnum):
    """How somebody wants to hear of it."""

    NONE = "none"  #: only the page, by the code
    EMAIL = "email"
    PLATFORM = "platform"  #: through the platform, which knows them


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached. Sealed with the notice; nobody but the sender of messages opens it."""

    channel: ContactChannel = ContactChannel.NONE
    address: str = ""  #: an e-mail address, or the platform's own id of an account
    wants_link: bool = False  #: asked for a link in messages; without it nothing leads back to the desk


@dataclass(frozen=True, slots=True)
class PictureDigest:
    """What a picture was reduced to in the browser of whoever has it: the file never left their phone."""

    sha256: str | None = None
    pdq: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """One notice as somebody tells it."""

    branch: Branch
    links: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  #: of accounts, as somebody wrote them down
    words: str = ""
    digests: tuple[PictureDigest, ...] = ()
    items: tuple[str, ...] = ()  #: the platform's own ids, where a platform or a flagger hands the notice in
    clause_id: ClauseId | None = None  #: what it is about, where they say so
    age_said: str = ""  #: of the person shown, as they say: `under_13`, `13_15`, `16_17`, `adult` or nothing
    is_danger: bool = False  #: somebody is in danger now
    country: str = ""  #: ISO 3166-1 alpha-2, where they say so
    language: str = "en"
    contact: Contact = field(default_factory=Contact)
    relation: str = ""  #: to the person shown
    signature: str = ""  #: their name, typed
    good_faith: bool = False
    organisation: str = ""  #: where somebody speaks for one
    reference: str = ""  #: their own number of it
    source: str = ""  #: whom the platform says that it comes from: its own id, for limits alone
    told_at: datetime | None = None  #: when the platform was told, where it hands on what it was told before

    @property
    def says_anything(self) -> bool:
        """Return whether there is anything to look for or to read."""
        return bool(self.links or self.names or self.words.strip() or self.digests or self.items)


AGES_SAID = ("", "under_13", "13_15", "16_17", "adult")


def checked(draft: NoticeDraft) -> NoticeDraft:
    """Return *draft* when it can be written down.

    Nothing that is missing is an error: a notice without a word is a notice. What is too long is named, and nothing of
    it is cut in silence.

    Raises:
        tutela.errors.BadInput: Too much, or no digest at all; the place names it.
    """
    _most("links", len(draft.links), MAX_LINKS)
    _most("names", len(draft.names), MAX_NAMES)
    _most("digests", len(draft.digests), MAX_DIGESTS)
    _most("items", len(draft.items), MAX_LINKS)
    for number, link in enumerate(draft.links):
        _length(f"links.{number}", link, MAX_LINK_CHARACTERS)
    for number, name in enumerate((*draft.names, *draft.items)):
        _length(f"names.{number}", name, MAX_NAME_CHARACTERS)
    _length("words", draft.words, MAX_WORDS_CHARACTERS)
    lines = ("signature", "organisation", "reference", "relation", "source")
    for line in lines:
        _length(line, getattr(draft, line), MAX_LINE_CHARACTERS)
    _length("contact", draft.contact.address, MAX_LINE_CHARACTERS)
    if draft.age_said not in AGES_SAID:
        raise BadInput("an age is one of " + ", ".join(AGES_SAID[1:]), place="age_said")
    for number, digest in enumerate(draft.digests):
        _check_digest(f"digests.{number}", digest)
    return draft


def _most(place: str, count: int, most: int) -> None:
    if count > most:
        raise BadInput(f"at most {most} at once", place=place, remedy="Tell the others in another notice.")


def _length(place: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadInput(f"at most {most} characters", place=place, remedy="Make it shorter; the rest can follow.")


def _check_digest(place: str, digest: PictureDigest) -> None:
    if digest.sha256 is None and digest.pdq is None:
        raise BadInput("a digest or a PDQ hash is needed", place=place)
    for name, value in (("sha256", digest.sha256), ("pdq", digest.pdq)):
        try:
            if value is not None:
                parse_digest("sha256", value)  # a PDQ hash has as many digits
        except MalformedHash:
            raise BadInput(f"exactly {PDQ_HEX_DIGITS} hexadecimal digits", place=f"{place}.{name}") from None
