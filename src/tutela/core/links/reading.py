"""One link read as a browser reads it: the URL standard, by Ada.

What a reader's browser would open is what counts: case, trailing dots, userinfo, escapes, other digits and scripts for
the same host all end at one name. Beyond the standard, needless escapes go away (RFC 3986, 6.2.2), an IPv6 address that
holds an IPv4 one is that one, and userinfo and fragment are left out: neither changes what a server sends.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from string import ascii_letters, digits

from ada_url import join_url, parse_url

MAX_LINK_CHARACTERS = 2000

NO_LINK = "a link is a domain, as in example.org, or an address, as in https://example.org/a"

_HAS_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+-]*:(?![0-9]+(?:[/?#]|$))")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_WITH_HOST = frozenset({"http", "https", "ws", "wss", "ftp"})
_BARE = re.compile(r"^[^/?#]+/?$")
_MAYBE_ADDRESS = re.compile(r"\[|[0-9]+(?:\.[0-9]+){3}$")


@dataclass(frozen=True, slots=True)
class CanonicalLink:
    """A link in the one writing in which it is compared."""

    scheme: str
    host: str  #: as browsers compare it, in ASCII; empty where the scheme has none, and then all is in the path
    port: str  #: with its colon; empty where it is the customary one
    path: str
    query: str = ""  #: with its question mark

    @property
    def href(self) -> str:
        """Return the whole link; read again, it is the same."""
        if not self.host:
            return self.path
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{self.port}{self.path}{self.query}"

    @property
    def address(self) -> str:
        """Return what of it tells one page from another: by which scheme it is opened does not."""
        return f"{self.host}{self.port}{self.path}{self.query}"

    @property
    def is_ip(self) -> bool:
        """Return whether its host is a number."""
        return is_address(self.host)


def read(link: str) -> CanonicalLink:
    """Return *link* in its one writing; without a scheme it is taken for https.

    Raises:
        ValueError: It is neither a domain nor an address. What was sent is not repeated.
    """
    text = link.strip()
    if not 0 < len(text) <= MAX_LINK_CHARACTERS:
        raise ValueError(NO_LINK)
    try:
        href = parse_url(text if has_scheme(text) else f"https://{text}", attributes=("href",))["href"]
    except ValueError:  # half characters too: they have no form in UTF-8
        raise ValueError(NO_LINK) from None
    plain = href.partition("#")[0]
    scheme, _, rest = plain.partition(":")
    if scheme not in _WITH_HOST:
        return CanonicalLink(scheme, "", "", _ESCAPE.sub(_plain, plain))
    authority, slash, path = rest[2:].partition("/")
    host, port = _apart(authority.rpartition("@")[2])
    path, mark, query = f"{slash}{path}".partition("?")
    if "%" in plain:
        path, query = _ESCAPE.sub(_plain, path), _ESCAPE.sub(_plain, query)
    return CanonicalLink(scheme, _host(host), port, path or "/", mark + query if query else "")


def joined(base: CanonicalLink, reference: str) -> CanonicalLink:
    """Return what *reference* means on the page of *base*.

    Raises:
        ValueError: It is no link.
    """
    if len(reference) > MAX_LINK_CHARACTERS:
        raise ValueError(NO_LINK)
    try:
        return read(join_url(base.href, reference))
    except ValueError:
        raise ValueError(NO_LINK) from None


def has_scheme(text: str) -> bool:
    """Return whether *text* says how it is opened; `example.org:8080` does not."""
    return "://" in text or _HAS_SCHEME.match(text) is not None


def is_bare(text: str) -> bool:
    """Return whether *text* is a host and nothing else."""
    return not _HAS_SCHEME.match(text) and _BARE.match(text) is not None


def names_of(host: str) -> tuple[str, ...]:
    """Return a host and all domains above it that have a dot; of an address only itself."""
    if is_address(host):
        return (host,)
    found, at = [], -1
    last = host.rfind(".")
    while at < last:
        found.append(host[at + 1 :])
        at = host.find(".", at + 1)
    return tuple(found)


def is_address(host: str) -> bool:
    """Return whether a canonical host is a number and no name."""
    return ":" in host or (host[-1:].isdecimal() and _MAYBE_ADDRESS.match(host) is not None)


def _apart(authority: str) -> tuple[str, str]:
    """Return host and port; the colons of IPv6 are inside brackets."""
    host, colon, port = authority.rpartition(":")
    return (host, colon + port) if colon and not port.endswith("]") else (authority, "")


def _plain(escape: re.Match[str]) -> str:
    """Return an escape as RFC 3986 normalises it: away where it was needless, else in capitals."""
    sign = chr(int(escape[1], 16))
    return sign if sign in _UNRESERVED else escape[0].upper()


@lru_cache(4096)  # whoever is linked to once is linked to again
def _host(name: str) -> str:
    host = name.rstrip(".")
    if _MAYBE_ADDRESS.match(host):
        found = ip_address(host.strip("[]"))
        mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        return str(mapped or found)
    labels = host.split(".")
    if len(labels) == 1 or not all(labels):
        raise ValueError(NO_LINK)
    return host
