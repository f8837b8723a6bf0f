"""Links, devices and networks: one writing each, whatever is sent."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tutela.core.measures import Subject, SubjectKind
from tutela.core.subjects import (
    MAX_LINKS,
    device_of,
    is_shared,
    link_of,
    links_in,
    mark,
    named,
    network_of,
    of_device,
    of_link,
    of_network,
    of_text,
    warnings,
)
from tutela_client.places import links_around, networks_around

LINK, NETWORK, DEVICE = SubjectKind.LINK, SubjectKind.NETWORK, SubjectKind.DEVICE


# -------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    "trick",
    [
        "https://bad.example/a?x=1",
        "http://bad.example/a?x=1",
        "HTTPS://BAD.Example/a?x=1",
        "https://bad.example./a?x=1",
        "https://bad.example../a?x=1",
        "https://bad.example:443/a?x=1",
        "https://nobody:secret@bad.example/a?x=1",
        "https://good.example@bad.example/a?x=1",
        "https:\\\\bad.example\\a?x=1",
        "https:/bad.example/a?x=1",
        "https:bad.example/a?x=1",
        "https://ba%64.example/%61?x=1",
        "https://bad.example/b/../a?x=1",
        "https://bad.example/./a?x=1",
        "https://bad.exa\tmple/a?x=1",
        "https://bad.example/a?x=1#part",
        "https://b\u00adad.example/a?x=1",
        "https://\uff42\uff41\uff44.example/a?x=1",
        "https://bad。example/a?x=1",
        "bad.example/a?x=1",
        " https://bad.example/a?x=1 ",
    ],
)
def test_no_trick_writes_the_same_address_otherwise(trick: str) -> None:
    """What a browser would open is refused by a block of its domain, of one above, and of the address itself."""
    assert link_of("https://bad.example/a?x=1") in of_link(trick)
    assert link_of("Bad.Example.") in of_link(trick)
    assert link_of("https://bad.example/b") not in of_link(trick)


@pytest.mark.parametrize(
    ("blocked", "link", "refuses"),
    [
        ("example.org", "https://example.org", True),
        ("example.org", "https://deep.down.example.org/x", True),
        ("example.org", "https://example.org:8443/x", True),
        ("example.org", "ftp://example.org/x", True),
        ("example.org", "https://notexample.org", False),
        ("example.org", "https://example.org.other.net", False),
        ("example.org", "https://other.net/example.org", False),
        ("example.org", "https://other.net/?u=https://example.org", False),
        ("deep.example.org", "https://example.org", False),
        ("https://example.org/", "https://example.org", True),
        ("https://example.org/", "https://example.org/x", False),
        ("https://example.org/a%7eb", "https://example.org/a~b", True),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb", True),
        ("https://example.org/a%2fb", "https://example.org/a/b", False),
        ("https://example.org/A", "https://example.org/a", False),
        ("https://example.org/a", "https://example.org:8443/a", True),
        ("https://example.org:8443/a", "https://example.org/a", False),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("xn--bcher-kva.example", "https://BÜCHER.example/", True),
        ("127.0.0.1", "http://0x7f.1/", True),
        ("127.0.0.1", "http://2130706433/", True),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:80/", True),
        ("[::1]", "http://[0:0:0:0:0:0:0:1]/a", True),
        ("0.0.1", "http://127.0.0.1/", False),
        ("magnet:?xt=urn:btih:abc", "magnet:?xt=urn:btih:abc", True),
        ("magnet:?xt=urn:btih:abc", "magnet:?xt=urn:btih:abd", False),
    ],
)
def test_what_a_block_of_a_link_reaches(blocked: str, link: str, refuses: bool) -> None:  # noqa: FBT001  # a table
    """A domain with everything below it, or one address, whatever its scheme."""
    assert (link_of(blocked) in of_link(link)) is refuses


@pytest.mark.parametrize(
    "text",
    ["", " ", "https://", "https:///", "http://exa mple.org", "https://[::1", "x" * 2001, "a..b", ".example",
     "org", "org.", "https:org", "localhost", "https://localhost/a"],
)  # fmt: skip
def test_what_is_no_link_is_refused(text: str) -> None:
    """Without repeating it; nobody blocks a whole top-level domain, nor names a host without a dot."""
    for read in (of_link, link_of):
        with pytest.raises(ValueError, match=r"^a link") as raised:
            read(text)
        assert "exa " not in str(raised.value)


def test_links_are_found_in_a_text_with_what_ends_a_sentence_and_without() -> None:
    """In brackets, in quotes, in a row, in any case; and nothing else that holds a colon."""
    text = (
        'See https://a.example/x. (HTTP://b.example/y_(z)) <https://c.example> "https://d.example/q?r=1", '
        "[e](https:\\\\e.example/v)! note: 12:30, mailto:x@f.example http:// x"
    )
    found = links_in(text)

    assert {"https://a.example/x", "https://a.example/x.", "https://c.example", "https://d.example/q?r=1"} <= set(found)
    domains = {subject.id for subject in of_text(text) if "/" not in subject.id}
    assert domains == {f"{letter}.example" for letter in "abcde"}
    assert links_in("12 o'clock") == links_in("at 12:30") == ()


def test_a_text_of_links_only_is_no_text() -> None:
    """Nobody hides one among ten thousand."""
    many = " ".join(f"https://e{number}.example/." for number in range(MAX_LINKS))
    assert {f"e{number}.example" for number in range(MAX_LINKS)} <= {each.id for each in of_text(many)}

    with pytest.raises(ValueError, match="links at most"):
        of_text(f"{many} https://one.more.example/")


hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,8}){1,4}", fullmatch=True)


@given(hosts, st.integers(0, 4), st.sampled_from(["", "/", "/a", "/a?b=c"]))
def test_every_domain_above_a_link_refuses_it(host: str, cut: int, path: str) -> None:
    """And blocking by the canonical name is the same as blocking by the name."""
    labels = host.split(".")
    above = ".".join(labels[min(cut, len(labels) - 2) :])

    assert link_of(above) in of_link(f"https://{host}{path}")
    assert named(LINK, link_of(above).id) == link_of(above)


@given(hosts, st.sampled_from(["", ":80", ":8443"]), st.sampled_from(["", "/", "/a/b", "/a?b=c", "/a#b"]))
def test_the_client_reads_a_plain_link_as_the_server_does(host: str, port: str, rest: str) -> None:
    """What a platform's own process looks up is what the server has told it of."""
    link = f"https://{host}{port}{rest}"

    assert {each.id for each in of_link(link)} == set(links_around(link))


@given(st.ip_addresses(v=4))
def test_the_client_knows_every_range_that_can_be_blocked(address: object) -> None:
    """And wider ones, which no server tells of."""
    assert {each.id for each in of_network(str(address))} <= set(networks_around(str(address)))


@given(st.text() | st.text(alphabet="htps:/\\.@[]%#?&=-_ 0123456789abcxyzé\u200b\u0000"))
@example("https://\ud800.example")
@example("https://%00.example/")
@example("//example.org")
@example("?")
def test_no_text_breaks_the_reader(text: str) -> None:
    """It is a link, or it is refused; and what is stored is read again as itself."""
    try:
        subject = link_of(text)
    except ValueError:
        return
    assert subject.id
    assert len(subject.id) <= 9 * len(text) + 20
    assert subject in of_link(text)


# ----------------------------------------------------------------------------------------------------------- networks


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("203.0.113.7/24", "203.0.113.0/24"),
        (" 203.0.113.0/24 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("2001:db8:0:0::/64", "2001:db8::/64"),
    ],
)
def test_a_network_is_stored_in_one_writing(text: str, stored: str) -> None:
    """Also one that is an IPv4 address in the clothes of IPv6."""
    assert network_of(text) == Subject(NETWORK, stored)
    assert named(NETWORK, stored) == network_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4/33", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3",
     "fe80::1%en0", "::ffff:1.2.3.4/90", "::/21", "2001:db8::/65", "2001:db8::/127", "1.2.3.4/", "1.2.3.4, 5.6.7.8", "http://1.2.3.4"],
)  # fmt: skip
def test_what_is_no_network_or_too_wide_is_refused(text: str) -> None:
    """A slip of the hand must not shut a country out."""
    with pytest.raises(ValueError, match=r"network|range|zone"):
        network_of(text)


@pytest.mark.parametrize(
    ("blocked", "address", "refuses"),
    [
        ("203.0.113.0/24", "203.0.113.255", True),
        ("203.0.113.0/24", "203.0.114.0", False),
        ("203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.8", False),
        ("2001:db8::/64", "2001:db8::ffff", True),
        ("2001:db8::/64", "2001:db8:0:1::", False),
        ("10.0.0.0/8", "10.255.0.1", True),
    ],
)
def test_a_range_refuses_what_lies_in_it(blocked: str, address: str, refuses: bool) -> None:  # noqa: FBT001  # a table
    """And nothing beside it."""
    assert (network_of(blocked) in of_network(address)) is refuses


@pytest.mark.parametrize("address", ["", "x", "1.2.3.4/32", "fe80::1%en0", "1.2.3.4 5"])
def test_an_uploader_has_one_address(address: str) -> None:
    """A range is none."""
    with pytest.raises(ValueError, match=r"one address|zone"):
        of_network(address)


addresses = st.ip_addresses()


@given(addresses, st.integers(0, 128))
def test_containment_is_that_of_the_networks_themselves(address: object, bits: int) -> None:
    """Whatever the address and the prefix."""
    found = ip_address(str(address))
    try:
        blocked = network_of(f"{found}/{min(bits, found.max_prefixlen)}")
    except ValueError:
        return
    inside = ip_network(blocked.id)

    assert blocked in of_network(str(inside[0]))
    assert blocked in of_network(str(inside[-1]))
    assert blocked in of_network(str(found))


@given(st.text())
def test_no_text_breaks_the_reader_of_networks_and_devices(text: str) -> None:
    """It is one, or it is refused."""
    for read in (network_of, of_network, device_of, of_device):
        try:
            read(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("network", "shared"),
    [
        ("203.0.113.7/32", False),
        ("203.0.113.0/24", False),
        ("203.0.112.0/23", True),
        ("100.64.0.1/32", True),
        ("100.128.0.1/32", False),
        ("2001:db8::/64", False),
        ("2001:db8::/63", True),
    ],
)
def test_a_shared_range_is_warned_of(network: str, shared: bool) -> None:  # noqa: FBT001  # a table
    """Larger than /24 or /64, or of a carrier that shares its addresses."""
    assert is_shared(network) is shared
    assert bool(warnings(Subject(NETWORK, network))) is shared
    assert warnings(Subject(LINK, "example.org")) == ()


# ------------------------------------------------------------------------------------------------------ devices, marks


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "a\x00", "a\x7f"])
def test_a_device_has_a_name_that_can_be_seen(name: str) -> None:
    """The platform's own, unchanged."""
    with pytest.raises(ValueError, match="a device"):
        device_of(name)
    assert device_of(" Device-7 ") == of_device("Device-7")[0] == named(DEVICE, "Device-7")


def test_a_mark_names_no_address_and_is_another_for_each_measure() -> None:
    """What an audit entry keeps when the row is gone; ids of ours stay as they are."""
    network = Subject(NETWORK, "203.0.113.7/32")
    one, two = mark("msr_1", network), mark("msr_2", network)

    assert "203.0.113" not in one
    assert one != two
    assert one == mark("msr_1", network)
    assert mark("msr_1", Subject(LINK, "203.0.113.7/32")) != one
    assert mark("msr_1", Subject(SubjectKind.ITEM, "itm_1")) == "itm_1"
    assert named(SubjectKind.TAG, "#Tag") == Subject(SubjectKind.TAG, "tag")
