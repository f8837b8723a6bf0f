"""Where we may connect to, as a table and as laws."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.addresses import AddressKind, kind_of, may_connect, parse_target
from tutela.errors import BadInput

PUBLIC, PRIVATE, REFUSED = AddressKind.PUBLIC, AddressKind.PRIVATE, AddressKind.REFUSED

KINDS = {
    "93.184.215.14": PUBLIC,
    "1.1.1.1": PUBLIC,
    "172.15.255.255": PUBLIC,
    "172.32.0.0": PUBLIC,
    "100.63.255.255": PUBLIC,
    "100.128.0.0": PUBLIC,
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c": PUBLIC,
    "::ffff:1.1.1.1": PUBLIC,
    "64:ff9b::1.1.1.1": PUBLIC,
    "127.0.0.1": PRIVATE,
    "127.255.255.254": PRIVATE,
    "10.0.0.1": PRIVATE,
    "172.16.0.1": PRIVATE,
    "172.31.255.255": PRIVATE,
    "192.168.1.1": PRIVATE,
    "100.64.0.1": PRIVATE,
    "::1": PRIVATE,
    "fc00::1": PRIVATE,
    "fd12:3456::1": PRIVATE,
    "::ffff:127.0.0.1": PRIVATE,
    "::ffff:10.0.0.1": PRIVATE,
    "64:ff9b::10.0.0.1": PRIVATE,
    "0.0.0.0": REFUSED,  # noqa: S104  # nothing listens here
    "0.1.2.3": REFUSED,
    "169.254.169.254": REFUSED,
    "169.254.0.1": REFUSED,
    "100.100.100.200": REFUSED,
    "168.63.129.16": REFUSED,
    "192.0.0.192": REFUSED,
    "192.0.2.1": REFUSED,
    "198.18.0.1": REFUSED,
    "224.0.0.1": REFUSED,
    "239.255.255.255": REFUSED,
    "240.0.0.1": REFUSED,
    "255.255.255.255": REFUSED,
    "::": REFUSED,
    "::127.0.0.1": REFUSED,
    "::ffff:169.254.169.254": REFUSED,
    "64:ff9b::169.254.169.254": REFUSED,
    "64:ff9b:1::1": REFUSED,
    "fe80::1": REFUSED,
    "fe80::1%eth0": REFUSED,
    "2606:2800:21f::1%1": REFUSED,
    "fec0::1": REFUSED,
    "ff02::1": REFUSED,
    "2001::1": REFUSED,
    "2001:db8::1": REFUSED,
    "2002:7f00:1::": REFUSED,
    "fd00:ec2::254": REFUSED,
    "fd20:ce::254": REFUSED,
    "100::1": REFUSED,
    "": REFUSED,
    "localhost": REFUSED,
    "127.1": REFUSED,
    "0177.0.0.1": REFUSED,
    "2130706433": REFUSED,
}


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_each_address_is_of_one_kind(address: str, kind: AddressKind) -> None:
    """Public, inside, or never; also where IPv6 carries an IPv4 address."""
    assert kind_of(address) is kind


addresses = st.one_of(
    st.ip_addresses(),
    *(st.ip_addresses(network=network) for network in ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "fc00::/7")),
)


@given(addresses)
def test_what_is_public_here_is_global_for_the_language_too(address: ipaddress.IPv4Address) -> None:
    """Our table refuses at least what Python's own does, whichever version runs."""
    if kind_of(str(address)) is PUBLIC:
        inner = getattr(address, "ipv4_mapped", None) or address
        assert inner.is_global
        assert not inner.is_multicast


@given(st.ip_addresses(v=4))
def test_an_address_inside_an_address_counts_as_itself(address: ipaddress.IPv4Address) -> None:
    """IPv4-mapped and NAT64 hide nothing."""
    assert kind_of(f"::ffff:{address}") is kind_of(f"64:ff9b::{address}") is kind_of(str(address))


@given(addresses)
def test_nothing_inside_is_reached_unless_the_operator_says_so(address: ipaddress.IPv4Address) -> None:
    """And nothing outside without encryption, whatever the operator says."""
    target, plain = (parse_target(f"{s}://host.example/", allows_private=True) for s in ("https", "http"))
    kind = kind_of(str(address))
    assert may_connect(target, str(address), allows_private=False) is (kind is PUBLIC)
    assert may_connect(target, str(address), allows_private=True) is (kind is not REFUSED)
    assert may_connect(plain, str(address), allows_private=True) is (kind is PRIVATE)
    assert may_connect(plain, str(address), allows_private=False) is False


REFUSED_URLS = (
    "",
    "forum.example/hook",
    "ftp://forum.example/",
    "file:///etc/passwd",
    "http://forum.example/",
    "https://",
    "https:///hook",
    "https://user@forum.example/",
    "https://user:word@forum.example/",
    "https://:@forum.example/",
    "https://forum.example/#part",
    "https://forum.example:25/",
    "https://forum.example:0/",
    "https://forum.example:99999/",
    "https://forum.example:port/",
    "https://forum.example\\@inside.example/",
    "https://forum.example/a b",
    "https://forum.example/\r\nHost: inside",
    "https://f\u00f6rum.example/",
    "https://forum..example/",
    "https://-forum.example/",
    "https://forum.example./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://169.254.169.254/latest",
    "https://forum.example/" + "x" * 2000,
)


@pytest.mark.parametrize("url", REFUSED_URLS, ids=range(len(REFUSED_URLS)))
def test_what_is_never_sent_to_is_refused_without_repeating_it(url: str) -> None:
    """Other schemes, names and passwords, odd ports, older spellings of numbers, addresses inside."""
    with pytest.raises(BadInput) as refused:
        parse_target(url, allows_private=False)
    assert refused.value.place == "url"
    assert "forum" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://Forum.example", "forum.example", "/"),
        ("https://forum.example:443/hook?a=b&c", "forum.example", "/hook?a=b&c"),
        ("https://forum.example:8443/hook", "forum.example:8443", "/hook"),
        ("https://1.1.1.1/hook", "1.1.1.1", "/hook"),
        ("https://[2606:2800:21f::1]:8443/", "[2606:2800:21f::1]:8443", "/"),
        ("https://xn--frum-5qa.example/", "xn--frum-5qa.example", "/"),
    ],
)
def test_an_address_on_the_web_is_taken_apart(url: str, authority: str, path: str) -> None:
    """As the request says it."""
    target = parse_target(url, allows_private=False)
    assert (target.authority, target.path, target.is_tls) == (authority, path, True)


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://[::1]:8080/", True),
        ("http://forum.internal/", True),
        ("https://10.0.0.1/", True),
        ("http://1.1.1.1/", False),
        ("http://169.254.169.254/", False),
        ("http://127.0.0.1:25/", False),
    ],
)
def test_inside_is_allowed_where_the_operator_says_so(url: str, *, is_allowed: bool) -> None:
    """Without encryption only inside; metadata of clouds never."""
    if is_allowed:
        assert parse_target(url, allows_private=True)
    else:
        with pytest.raises(BadInput):
            parse_target(url, allows_private=True)


@given(text=st.text(max_size=60), allows_private=st.booleans())
def test_whatever_is_sent_as_an_address_is_taken_apart_or_refused(text: str, *, allows_private: bool) -> None:
    """Nothing else is raised."""
    for url in (text, f"https://{text}", f"https://forum.example:{text}"):
        try:
            target = parse_target(url, allows_private=allows_private)
        except BadInput:
            continue
        assert target.host
        assert target.path.isascii()
        assert target.path.startswith("/")
