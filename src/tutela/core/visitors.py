"""Who is at the other end of a connection, as far as it can be told without trusting what is said."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

IPV4_PREFIX = 24
IPV6_PREFIX = 56
"""What one household or office is usually given; an address alone changes by itself."""

MAX_AGENT_CHARACTERS = 512
UNKNOWN_NETWORK = "unknown"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser somewhere."""

    network: str  #: the part of the address that stays
    browser: str  #: a short digest of what it calls itself: equal or not, and nothing more


def visitor_of(peer: str, agent: str, forwarded: Sequence[str] = (), hops: int = 0) -> Visitor:
    """Return the visitor of a request.

    Args:
        peer: Address of whoever connected.
        agent: What the browser calls itself.
        forwarded: The values of X-Forwarded-For, with the addresses that proxies noted, the nearest last. Everything
            left of our own proxies is hearsay.
        hops: How many proxies of our own stand in front.
    """
    browser = hashlib.sha256(agent[:MAX_AGENT_CHARACTERS].encode()).hexdigest()[:16]
    return Visitor(network_of(_address_of(peer, forwarded, hops)), browser)


def place_of(peer: str, forwarded: Sequence[str] = (), hops: int = 0) -> str:
    """Return by what somebody without an account is counted: their address, or what one household is given of them.

    Narrower than a network where it can be: many neighbours share one, and none waits for another's guesses.
    """
    address = _address_of(peer, forwarded, hops).strip()
    network = network_of(address)
    return address if network.endswith(f"/{IPV4_PREFIX}") and ":" not in address else network


def _address_of(peer: str, forwarded: Sequence[str], hops: int) -> str:
    chain = [*(address for value in forwarded for address in value.split(",")), peer]
    # A chain shorter than our own proxies would make it came past them: nothing in it is believed.
    return chain[-1 - hops] if hops < len(chain) else ""


def network_of(address: str) -> str:
    """Return the network that *address* is in."""
    try:
        parsed = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN_NETWORK
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    prefix = IPV4_PREFIX if parsed.version == 4 else IPV6_PREFIX  # noqa: PLR2004  # of the two versions there are
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
