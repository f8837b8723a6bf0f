"""Every name under which something could hold on a link or an address that is used, in the one writing of each."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from tutela_client.in_force import Holdings

MAX_LINK_CHARACTERS = 2000
_PORTS = {"http": 80, "https": 443}
_MAX_LABELS = 32
_LABEL = re.compile(r"[a-z0-9_-]{1,63}").fullmatch


def links_around(link: str) -> tuple[str, ...]:
    """Return what blocks *link* when it is blocked: its domain, all domains above that, and the address itself.

    A link is a domain, or an address with or without its scheme, which does not count. The server reads a link as a
    browser does, tricks included; here it is read with the standard library alone.

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
    ports = {"", "" if port in {None, _PORTS.get(parts.scheme)} else f":{port}"}
    return (*domains, *(f"{host}{each}{parts.path or '/'}{query}" for each in sorted(ports)))


def networks_around(address: str) -> tuple[str, ...]:
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
    return tuple(str(ip_network((found, bits), strict=False)) for bits in range(found.max_prefixlen + 1))


class Places:
    """Measures on one kind of place, by the name that the server keeps."""

    def __init__(self, kind: str) -> None:
        """Know nothing of places of *kind*."""
        self._held: dict[str, Holdings] = {}
        self._around = _WAYS.get(kind)

    def __len__(self) -> int:
        """Return how many places something holds on."""
        return len(self._held)

    def put(self, name: str, held: Holdings | None) -> None:
        """Keep what holds on a place, or forget it."""
        if held is None:
            self._held.pop(name, None)
        else:
            self._held[name] = held

    def of(self, name: str) -> tuple[Holdings, ...]:
        """Return what holds on a place and on everything around it; nothing on what is no place."""
        if not self._held:
            return ()
        try:
            names = (name,) if self._around is None else self._around(name)
        except ValueError:
            return ()
        return tuple(self._held[each] for each in names if each in self._held)


_WAYS = {"link": links_around, "network": networks_around}
