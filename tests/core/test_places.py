"""What reaches a link or an address: every block that could have been written down for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.measures import SubjectKind
from tutela.core.places import of_link, of_network

LINKS = [
    ("example.org", {"example.org", "http://example.org/", "https://example.org/"}),
    ("https://A.Example.ORG./x?y=1#z", {
        "a.example.org", "example.org", "http://a.example.org/x?y=1", "https://a.example.org/x?y=1",
    }),
    ("example.org:8080/a", {"example.org", "http://example.org:8080/a", "https://example.org:8080/a"}),
    ("http://example.org:80/a", {
        "example.org", "http://example.org/a", "http://example.org:80/a", "https://example.org/a",
        "https://example.org:80/a",
    }),
    ("https://user:secret@bücher.example/a", {
        "xn--bcher-kva.example", "http://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("link", "names"), LINKS)
def test_a_link_is_reached_by_its_domain_all_above_and_itself(link: str, names: set[str]) -> None:
    """Whatever scheme, capitals, fragment or name of a user it came with."""
    found = of_link(link)

    assert {subject.id for subject in found} == names
    assert {subject.kind for subject in found} == {SubjectKind.LINK}


@pytest.mark.parametrize(
    "link", ["", "localhost", "http://", "https://exa mple.org", "a..b", "http://[::1", "x" * 3000]
)
def test_what_is_no_link_is_refused(link: str) -> None:
    """With a sentence that says what one is, and not with the link."""
    with pytest.raises(ValueError, match=r"^a link is a domain, as in example\.org"):
        of_link(link)


@given(st.text(max_size=60))
def test_any_text_is_a_link_or_refused_with_a_sentence(text: str) -> None:
    """No other error comes out, whatever is sent."""
    try:
        assert of_link(text)
    except ValueError as error:
        assert str(error).startswith("a link is")  # noqa: PT017  # either is right


@pytest.mark.parametrize(
    ("address", "count", "some"),
    [
        ("203.0.113.7", 33, {"203.0.113.7/32", "203.0.113.0/24", "203.0.0.0/16", "0.0.0.0/0"}),
        ("::ffff:203.0.113.7", 33, {"203.0.113.7/32"}),
        ("2001:db8::1", 129, {"2001:db8::1/128", "2001:db8::/32", "::/0"}),
    ],
)
def test_an_address_is_reached_by_every_range_that_it_is_in(address: str, count: int, some: set[str]) -> None:
    """Also when an older kind of address comes in the newer writing."""
    found = {subject.id for subject in of_network(address)}

    assert (len(found), some - found) == (count, set())


@pytest.mark.parametrize("address", ["", "203.0.113.0/24", "203.0.113", "a name", "1.2.3.4.5"])
def test_what_is_no_address_is_refused(address: str) -> None:
    """A range is what is blocked, and not where somebody comes from."""
    with pytest.raises(ValueError, match="one address"):
        of_network(address)
