"""Links, devices and networks as subjects: each in one writing, whatever a platform or an attacker sends.

A link is read as a browser reads it (`core.links.reading`), because what a reader's browser would open is what is to be
refused.
Nothing here may reach a log; an audit entry holds a mark in place of it.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from unicodedata import normalize

from tutela.core.content import tag_of
from tutela.core.links.reading import MAX_LINK_CHARACTERS, is_bare, names_of, read
from tutela.core.measures import Subject, SubjectKind

MAX_DEVICE_CHARACTERS = 200
MAX_LINKS = 1000
"""Different links in one item: more than this is no text that anybody reads."""

WIDEST_IPV4_BITS = 8
WIDEST_IPV6_BITS = 20
"""No block reaches further than a network of this prefix: it would shut out whole countries."""

_IPV4_BITS = tuple(range(WIDEST_IPV4_BITS, 33))
_IPV6_BITS = (*range(WIDEST_IPV6_BITS, 65), 128)
"""Prefixes of the ranges that can be blocked. What lies inside a /64 is in one hand."""

SHARED_IPV4_BITS = 24
SHARED_IPV6_BITS = 64
"""A network larger than this is shared by many who have nothing to do with each other. Source: measures.md."""

CARRIER_SHARED = ip_network("100.64.0.0/10")
"""Addresses that a carrier shares among its customers. Source: RFC 6598."""

SHARED_RANGE = (
    "Many people who have nothing to do with each other share this range, and everybody in it is refused. Block the "
    "smallest range that will do, and let it end soon."
)

IN_THE_CLEAR = frozenset({SubjectKind.ACCOUNT, SubjectKind.ITEM, SubjectKind.MEDIA})
"""Subjects whose ids are ours and random. The others are words of the platform or of people."""

_MAPPED = IPv6Network("::ffff:0:0/96")
"""IPv6 addresses that hold an IPv4 one. Source: RFC 4291."""

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_IN_TEXT = re.compile(r"https?:[/\\]{2}[^\s<>\"`]+", re.IGNORECASE)
_NOT_OF_A_LINK = ".,;:!?'\")]}>*_~|"


def of_link(link: str) -> tuple[Subject, ...]:
    """Return what refuses *link* when it is blocked: its domain, each domain above that, and the address itself.

    Raises:
        ValueError: It is neither a domain nor an address.
    """
    found = read(link)
    addresses = {f"{found.host}{found.path}{found.query}", found.address}
    return tuple(Subject(SubjectKind.LINK, each) for each in (*names_of(found.host), *sorted(addresses)))


def link_of(link: str) -> Subject:
    """Return what is blocked when *link* is: a bare domain with everything below it, or one address.

    Raises:
        ValueError: It is neither.
    """
    found = read(link)
    is_domain = found.host and not found.port and found.path + found.query == "/" and is_bare(link.strip())
    return Subject(SubjectKind.LINK, found.host if is_domain else found.address)


def host_of(link: str) -> str | None:
    """Return the host of *link* as browsers compare it; none where it has none, or is no link."""
    try:
        return read(link).host or None
    except ValueError:
        return None


def links_in(text: str) -> tuple[str, ...]:
    """Return the http and https links in *text*, each once, in order; with and without what may end a sentence."""
    if ":" not in text:
        return ()
    found: dict[str, None] = {}
    for match in _IN_TEXT.finditer(text):
        whole = match[0][:MAX_LINK_CHARACTERS]
        found[whole] = None
        found[whole.rstrip(_NOT_OF_A_LINK)] = None
    return tuple(found)


def of_text(text: str) -> tuple[Subject, ...]:
    """Return what refuses an item for any link that is found in its *text*.

    Raises:
        ValueError: There are too many.
    """
    found = links_in(text)
    if len({link.rstrip(_NOT_OF_A_LINK) for link in found}) > MAX_LINKS:
        raise ValueError(f"a text holds {MAX_LINKS} links at most")
    subjects: dict[Subject, None] = {}
    for link in found:
        try:
            subjects.update(dict.fromkeys(of_link(link)))
        except ValueError:
            continue  # no browser opens it either
    return tuple(subjects)


def of_network(address: str) -> tuple[Subject, ...]:
    """Return what refuses an address when it is blocked: itself, and every range that it lies in.

    Raises:
        ValueError: It is no address.
    """
    return _ranges(_address(address))


@lru_cache(4096)  # whoever posts once posts again from there
def _ranges(address: _Address) -> tuple[Subject, ...]:
    make, value = type(address), int(address)
    found = []
    for bits in _IPV4_BITS if isinstance(address, IPv4Address) else _IPV6_BITS:
        beyond = address.max_prefixlen - bits
        found.append(Subject(SubjectKind.NETWORK, f"{make(value >> beyond << beyond)}/{bits}"))
    return tuple(found)


def network_of(text: str) -> Subject:
    """Return what is blocked when an address or range is: its network in CIDR form, without host bits.

    Raises:
        ValueError: It is neither, or reaches further than any block may.
    """
    return Subject(SubjectKind.NETWORK, str(_network(text)))


def of_device(name: str) -> tuple[Subject, ...]:
    """Return what refuses a device when it is blocked.

    Raises:
        ValueError: The name is empty, too long, or holds what cannot be seen.
    """
    return (device_of(name),)


def device_of(name: str) -> Subject:
    """Return a device as a subject: the platform's own name of it, unchanged but for space at its ends.

    Raises:
        ValueError: The name is empty, too long, or holds what cannot be seen.
    """
    plain = normalize("NFC", name).strip()
    if not 0 < len(plain) <= MAX_DEVICE_CHARACTERS or not plain.isprintable():
        raise ValueError(f"a device is named by 1 to {MAX_DEVICE_CHARACTERS} characters that can be seen")
    return Subject(SubjectKind.DEVICE, plain)


def tag_subject(word: str) -> Subject:
    """Return a tag as a subject.

    Raises:
        ValueError: It has nothing but its sign.
    """
    found = tag_of(word)
    if not found:
        raise ValueError("a tag has nothing but its sign")
    return Subject(SubjectKind.TAG, found)


_NAMED: dict[SubjectKind, Callable[[str], Subject]] = {
    SubjectKind.TAG: tag_subject,
    SubjectKind.LINK: link_of,
    SubjectKind.DEVICE: device_of,
    SubjectKind.NETWORK: network_of,
}


def named(kind: SubjectKind, name: str) -> Subject:
    """Return what is called so in the writing in which it is stored and compared; ids and conversations as they are.

    Raises:
        ValueError: The name cannot be one of that kind. What was sent is not repeated.
    """
    if not name.strip() or len(name) > MAX_LINK_CHARACTERS:
        raise ValueError(f"a {kind} has a name of 1 to {MAX_LINK_CHARACTERS} characters")
    make = _NAMED.get(kind)
    return Subject(kind, name) if make is None else make(name)


def warnings(subject: Subject) -> tuple[str, ...]:
    """Return what whoever is about to block *subject* should know."""
    return (SHARED_RANGE,) if subject.kind is SubjectKind.NETWORK and is_shared(subject.id) else ()


def is_shared(network: str) -> bool:
    """Return whether a network, in CIDR form, is one that many people share who have nothing to do with each other."""
    found = ip_network(network)
    if isinstance(found, IPv6Network):
        return found.prefixlen < SHARED_IPV6_BITS
    return found.prefixlen < SHARED_IPV4_BITS or found.overlaps(CARRIER_SHARED)


def mark(measure_id: str, subject: Subject) -> str:
    """Return what an audit entry holds of the subject of a measure: an id of ours, or a mark salted with the measure's.

    Who has the row can check the mark; who has the entry alone, after the row was erased, learns no address from it.
    """
    if subject.kind in IN_THE_CLEAR:
        return subject.id
    salted = f"{measure_id}\0{subject.kind.value}\0{subject.id}".encode()
    return f"{subject.kind.value}:{hashlib.sha256(salted).hexdigest()}"


# ----------------------------------------------------------------------------------------------------------- networks


def _address(text: str) -> _Address:
    try:
        found = ip_address(text.strip())
    except ValueError:
        raise ValueError("a network is told by one address, as in 203.0.113.7") from None
    return _unmapped(_without_zone(found))


def _network(text: str) -> _Network:
    name, _, bits = text.strip().partition("/")
    try:
        found: _Network = ip_network(text.strip(), strict=False)
        address = _without_zone(ip_address(name))
    except ValueError:
        raise ValueError("a network is an address or a range, as in 203.0.113.0/24") from None
    if isinstance(_unmapped(address), IPv4Address) and isinstance(found, IPv6Network):
        narrowed = int(bits or found.max_prefixlen) - _MAPPED.prefixlen
        found = found if narrowed < 0 else ip_network((_unmapped(address), narrowed), strict=False)
    if isinstance(found, IPv6Network) and found.supernet_of(_MAPPED):
        raise ValueError("a range of IPv4 addresses is told as one, as in 203.0.113.0/24")
    allowed = _IPV4_BITS if isinstance(found, IPv4Network) else _IPV6_BITS
    if found.prefixlen < allowed[0]:
        raise ValueError(f"no range wider than /{allowed[0]} is blocked")
    if found.prefixlen not in allowed:
        raise ValueError("inside a /64 one address or the whole range is blocked: whoever has it has all of it")
    return found


def _without_zone(address: _Address) -> _Address:
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise ValueError("an address with a zone means something on one machine only")
    return address


def _unmapped(address: _Address) -> _Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
