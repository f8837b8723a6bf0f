"""Find what holds on the conversation, link, device or network that somebody uses."""

import ipaddress
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from tutela_client.in_force import Holdings


class Places:
    """Measures on one kind of place, by the name that the server keeps."""

    def __init__(self, kind: str) -> None:
        """Know nothing of places of *kind*."""
        self._held: dict[str, Holdings] = {}
        self._key, self._keys_of = _WAYS.get(kind, (str, _alone))

    def __len__(self) -> int:
        """Return how many places something holds on."""
        return len(self._held)

    def put(self, name: str, held: Holdings | None) -> None:
        """Keep what holds on a place, or forget it."""
        key = self._key(name)
        if held is None:
            self._held.pop(key, None)
        else:
            self._held[key] = held

    def of(self, name: str) -> tuple[Holdings, ...]:
        """Return what holds on a place and on everything around it: its domains, its ranges."""
        if not self._held:
            return ()
        return tuple(self._held[key] for key in dict.fromkeys(self._keys_of(name)) if key in self._held)


def _alone(name: str) -> Iterator[str]:
    yield name


def _link(name: str) -> str:
    """Return a domain, or an address without its scheme, in one form; what is neither as it is."""
    try:
        parts = urlsplit(name if "//" in name else f"//{name}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return name
    return host + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _links_around(name: str) -> Iterator[str]:
    address = _link(name)
    yield address
    host = address.partition("/")[0].partition("?")[0]
    labels = host.split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])


def _network(name: str) -> str:
    try:
        return str(ipaddress.ip_network(name, strict=False))
    except ValueError:
        return name


def _networks_around(name: str) -> Iterator[str]:
    try:
        network = ipaddress.ip_network(name, strict=False)
    except ValueError:
        yield name
        return
    for length in range(network.prefixlen, -1, -1):
        yield str(network.supernet(new_prefix=length))


_WAYS: dict[str, tuple[Callable[[str], str], Callable[[str], Iterator[str]]]] = {
    "link": (_link, _links_around),
    "network": (_network, _networks_around),
}
