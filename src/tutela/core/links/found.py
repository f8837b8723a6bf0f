"""What is found in a text."""

from dataclasses import dataclass
from enum import StrEnum

from tutela.core.links.reading import CanonicalLink


class Disguise(StrEnum):
    """What had to be undone to read a link. Some of it is ordinary; no single one says anything about its writer."""

    NO_SCHEME = "no_scheme"  #: example.org/a
    SCHEME = "scheme"  #: hxxp, h**p, a colon in brackets, a space in it
    BRACKETED_DOT = "bracketed_dot"  #: [.]
    SPELLED_DOT = "spelled_dot"  #: [dot], or the word between spaces
    SPACED_DOT = "spaced_dot"
    OTHER_DOT = "other_dot"  #: of another script, or a dot in the middle of the line
    WIDE = "wide"  #: another form of plain letters
    UNSEEN = "unseen"  #: signs that are not seen inside
    BACKSLASH = "backslash"
    ESCAPED_HOST = "escaped_host"
    NUMBER = "number"  #: an address in a form other than its own, such as 2130706433
    PUNYCODE = "punycode"  #: written as xn--
    LOOKALIKE = "lookalike"  #: letters that look like others in the host
    USERINFO = "userinfo"  #: what looks like a host stands before an @


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link in a text."""

    start: int  #: its first character in the original
    end: int  #: the first character after it
    link: CanonicalLink
    registered_domain: str | None  #: none of a number, and under a suffix that is not public
    steps: tuple[Disguise, ...] = ()  #: that were needed, in the order of `Disguise`
    is_shortener: bool = False
    looks_like: str | None = None  #: the host that its host looks like, where that is another

    @property
    def host(self) -> str:
        """Return its host as browsers compare it."""
        return self.link.host

    @property
    def is_ip(self) -> bool:
        """Return whether its host is a number."""
        return self.link.is_ip

    @property
    def has_userinfo(self) -> bool:
        """Return whether something stands before an @ in front of its host."""
        return Disguise.USERINFO in self.steps


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in a text, in order."""

    links: tuple[FoundLink, ...] = ()
    doubtful: tuple[FoundLink, ...] = ()  #: may be ordinary words: to be compared with banks, and counted by nobody
    is_complete: bool = True  #: false where there were more than are taken from one text
