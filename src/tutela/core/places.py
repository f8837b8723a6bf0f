"""What a deed uses, as subjects: every measure that could reach a link or an address, in the one writing of each."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from tutela.core.measures import Subject, SubjectKind

MAX_LINK_CHARACTERS = 2000
_SCHEMES = ("http", "https")
_CUSTOMARY_PORTS = (80, 443)
_MAX_LABELS = 32
_LABEL = re.compile(r"[a-z0-9_-]{1,63}").fullmatch


def of_link(link: str) -> tuple[Subject, ...]:
    """Return what blocks *link* when it is blocked: its domain, all domains above that, and the address itself.

    A link is a domain, or an address with or without its scheme; of a block of the address the scheme does not count.

    Raises:
        ValueError: It is neither.
    """
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        port = parts.port
    except ValueError:
        parts, host, port = SplitResult("", "", "", "", ""), "", None
    labels = host.split(".")
    if len(link) > MAX_LINK_CHARACTERS or not 1 < len(labels) <= _MAX_LABELS or not all(map(_LABEL, labels)):
        raise ValueError("a link is a domain, as in example.org, or an address, as in https://example.org/a")
    domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    query = f"?{parts.query}" if parts.query else ""
    ports = {"" if port is None or port in _CUSTOMARY_PORTS else f":{port}", "" if port is None else f":{port}"}
    hosts = [f"{scheme}://{host}{each}" for scheme in _SCHEMES for each in sorted(ports)]
    addresses = [f"{each}{parts.path or '/'}{query}" for each in hosts]
    return tuple(Subject(SubjectKind.LINK, each) for each in (*domains, *addresses))


def of_network(address: str) -> tuple[Subject, ...]:
    """Return what blocks *address* when it is blocked: itself, and every range that it is in.

    Raises:
        ValueError: It is no address.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        raise ValueError("a network is told by one address, as in 203.0.113.7") from None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    ranges = (ip_network((found, bits), strict=False) for bits in range(found.max_prefixlen + 1))
    return tuple(Subject(SubjectKind.NETWORK, str(each)) for each in ranges)
