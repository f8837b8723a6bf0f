"""Where we may connect to: no address of a machine inside, whatever name leads there.

The ranges are written out: the flags of Python's `ipaddress` differ between its versions, and call a multicast group or
an address that stands for one inside "global". Source: the IANA registries of special-purpose addresses (RFC 6890).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from tutela.errors import BadInput

MAX_URL_CHARACTERS = 2000
HTTPS, HTTP = "https", "http"
_CUSTOMARY_PORTS = {HTTPS: 443, HTTP: 80}
_FIRST_FREE_PORT = 1024

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
"""The last label of a host that resolvers take for an address in one of its older spellings, such as 127.1."""


class AddressKind(StrEnum):
    """What an address is to us."""

    PUBLIC = "public"
    PRIVATE = "private"  #: this machine and its network; only where the operator says so
    REFUSED = "refused"  #: never, whatever the operator says


_PRIVATE_4 = tuple(
    IPv4Network(each) for each in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_REFUSED_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this host, as some systems take it
        "100.100.100.200/32",  # metadata of a cloud, inside of the carriers' range
        "168.63.129.16/32",  # the same, in a range that looks public
        "169.254.0.0/16",  # link-local, and metadata of most clouds
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_PRIVATE_6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))
_REFUSED_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocols of the IETF, Teredo among them, which carries an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",
        "fd00:42::42/128",  # metadata of clouds
        "fd00:ec2::/32",
        "fd20:ce::/32",
    )
)
_CARRIERS_OF_4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv4-mapped, and NAT64 as the well-known prefix: what counts is the IPv4 address inside."""


def kind_of(address: str) -> AddressKind:
    """Return what a numeric *address* is to us; what is none at all is refused."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return AddressKind.REFUSED
    return _kind_of_4(parsed) if isinstance(parsed, IPv4Address) else _kind_of_6(parsed)


def _kind_of_4(address: IPv4Address) -> AddressKind:
    if any(address in network for network in _REFUSED_4):
        return AddressKind.REFUSED
    return AddressKind.PRIVATE if any(address in network for network in _PRIVATE_4) else AddressKind.PUBLIC


def _kind_of_6(address: IPv6Address) -> AddressKind:
    if address.scope_id is not None:
        return AddressKind.REFUSED
    if any(address in network for network in _CARRIERS_OF_4):
        return _kind_of_4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if any(address in network for network in _REFUSED_6):
        return AddressKind.REFUSED
    if any(address in network for network in _PRIVATE_6):
        return AddressKind.PRIVATE
    return AddressKind.PUBLIC if address in _PUBLIC_6 else AddressKind.REFUSED


@dataclass(frozen=True, slots=True)
class Target:
    """An address on the web, taken apart."""

    scheme: str
    host: str  #: a name or a number, without the brackets of IPv6
    port: int
    path: str  #: with the query

    @property
    def is_tls(self) -> bool:
        """Return whether the way there is encrypted."""
        return self.scheme == HTTPS

    @property
    def authority(self) -> str:
        """Return host and port as the `Host` header says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _CUSTOMARY_PORTS[self.scheme] else f"{host}:{self.port}"


def may_connect(target: Target, address: str, *, allows_private: bool) -> bool:
    """Return whether *target* may be reached at *address*, to which its host was resolved.

    Unencrypted only inside, and inside only where the operator allows it.
    """
    kind = kind_of(address)
    return (kind is AddressKind.PUBLIC and target.is_tls) or (kind is AddressKind.PRIVATE and allows_private)


def parse_target(url: str, *, allows_private: bool) -> Target:
    """Return *url* taken apart.

    Ports below 1024 are refused but for those of the web: what listens there speaks other protocols.

    Raises:
        tutela.errors.BadInput: It is no address that we may ever connect to. The address is not repeated.
    """
    if not _PRINTABLE.fullmatch(url) or len(url) > MAX_URL_CHARACTERS or "\\" in url:
        raise _bad(f"an address is at most {MAX_URL_CHARACTERS} printable ASCII characters", "Write names as xn--...")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad("this is no address on the web", "It looks like https://HOST/PATH.") from None
    schemes = {HTTPS, HTTP} if allows_private else {HTTPS}
    if parts.scheme not in schemes:
        raise _bad("only https is sent to", "Unencrypted only inside, with TUTELA_WEBHOOKS_ALLOW_PRIVATE=true.")
    if parts.username is not None or parts.password is not None or "#" in url:
        raise _bad("an address holds no name, no password and no fragment", "The signature says who sends.")
    port = _CUSTOMARY_PORTS[parts.scheme] if port is None else port
    if port < _FIRST_FREE_PORT and port not in {80, 443}:
        raise _bad("no web server listens at this port", "Use 443, or a port from 1024 on.")
    query = f"?{parts.query}" if parts.query else ""
    target = Target(parts.scheme, _host(host), port, (parts.path or "/") + query)
    if _is_number(target.host) and not may_connect(target, target.host, allows_private=allows_private):
        raise _bad("nothing is sent to this address", "Inside only with TUTELA_WEBHOOKS_ALLOW_PRIVATE=true.")
    return target


def _host(host: str) -> str:
    is_named = _HOST.fullmatch(host) and not _NUMBER.fullmatch(host.rpartition(".")[2])
    if not is_named and not _is_number(host):
        raise _bad("there is no such host name", "A name, or an IP address in its usual form.")
    return host.lower()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _bad(detail: str, remedy: str) -> BadInput:
    return BadInput(detail, place="url", remedy=remedy)
