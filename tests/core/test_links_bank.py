"""A bank of links meets what it should, reveals nothing, and ends on time."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.links import EntryKind, LinkBank, LinkEntry, LinkHasher, LinkHit, Match, extract, read
from tutela.core.links.hashing import DIGEST_BYTES
from tutela.core.links.sorted_entries import SortedEntries

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = b"a secret of the operator"
HASHER = LinkHasher(SECRET)
URL, HOST, DOMAIN = EntryKind.URL, EntryKind.HOST, EntryKind.DOMAIN


def entry(entry_id: int | str, link: str, kind: EntryKind, ends_at: datetime | None = None) -> LinkEntry:
    """Return an entry of a bank."""
    return HASHER.entry(entry_id, read(link), kind, ends_at)


def met(bank: LinkBank, link: str, at: datetime = NOW) -> list[int | str]:
    """Return which entries a link meets."""
    return [hit.entry_id for hit in bank.hits(HASHER.asked(read(link)), at)]


@pytest.mark.parametrize(
    ("listed", "kind", "link", "match"),
    [
        ("https://example.org/a", URL, "http://example.org/a", Match.URL),
        ("https://example.org/a", URL, "https://nobody@EXAMPLE.org./a#b", Match.URL),
        ("https://example.org/a", URL, "https://example.org/a?b=c", Match.URL_WITHOUT_QUERY),
        ("https://example.org/a", URL, "https://example.org:8443/a", Match.URL),
        ("https://example.org/a", URL, "https://example.org/a/", None),
        ("https://example.org/a", URL, "https://www.example.org/a", None),
        ("https://example.org/a?b=c", URL, "https://example.org/a?b=c", Match.URL),
        ("https://example.org/a?b=c", URL, "https://example.org/a", None),
        ("https://example.org/a?b=c", URL, "https://example.org/a?b=c&d=e", None),
        ("https://example.org:8443/a", URL, "https://example.org:8443/a?b", Match.URL_WITHOUT_QUERY),
        ("https://example.org:8443/a", URL, "https://example.org/a", None),
        ("magnet:?xt=urn:btih:abc", URL, "magnet:?xt=urn:btih:abc", Match.URL),
        ("example.org", HOST, "https://example.org/a?b=c", Match.HOST),
        ("example.org", HOST, "https://www.example.org/a", None),
        ("example.org", DOMAIN, "https://example.org/", Match.DOMAIN),
        ("example.org", DOMAIN, "https://a.b.example.org:81/c", Match.DOMAIN),
        ("b.example.org", DOMAIN, "https://a.b.example.org/", Match.DOMAIN),
        ("b.example.org", DOMAIN, "https://example.org/", None),
        ("example.org", DOMAIN, "https://notexample.org/", None),
        ("example.org", DOMAIN, "https://other.net/example.org", None),
        ("127.0.0.1", HOST, "http://2130706433/a", Match.HOST),
        ("[::1]", DOMAIN, "http://[0::1]/a", Match.DOMAIN),
        ("b\u00fccher.example", DOMAIN, "https://xn--bcher-kva.example/", Match.DOMAIN),
    ],
)
def test_what_an_entry_meets(listed: str, kind: EntryKind, link: str, match: Match | None) -> None:
    """One address, one host, or a domain with all below it; sorted, or just added."""
    one = entry(7, listed, kind)
    expected = () if match is None else (LinkHit(7, match),)

    for bank in (LinkBank.of([one]), LinkBank().changed([one])):
        assert bank.hits(HASHER.asked(read(link)), NOW) == expected


def test_every_entry_that_is_met_is_told_the_closest_first() -> None:
    """Several entries of one link, and one link under several ids."""
    bank = LinkBank.of(
        [
            entry("domain", "example.org", DOMAIN),
            entry("host", "www.example.org", HOST),
            entry("page", "https://www.example.org/a", URL),
            entry("whole", "https://www.example.org/a?b", URL),
            entry("again", "https://www.example.org/a?b", URL),
        ]
    )
    found = met(bank, "https://www.example.org/a?b")

    assert set(found[:2]) == {"whole", "again"}
    assert found[2:] == ["page", "host", "domain"]


def test_a_look_alike_is_asked_for_apart() -> None:
    """The host itself is clean; the one that it looks like is not."""
    bank = LinkBank.of([entry(1, "example.org", DOMAIN)])
    [alike] = extract("https://ex\u0430mple.org/").links
    [plain] = extract("https://other.net/").links

    assert bank.hits(HASHER.asked(alike.link), NOW) == ()
    assert bank.hits(HASHER.asked_of_likeness(alike), NOW) == (LinkHit(1, Match.DOMAIN),)
    assert HASHER.asked_of_likeness(plain) == ()


def test_what_has_ended_meets_nothing() -> None:
    """At the moment itself, by comparison when somebody reads."""
    ending = entry(1, "example.org", DOMAIN, NOW)
    for bank in (LinkBank.of([ending]), LinkBank().changed([ending])):
        assert met(bank, "https://example.org/", NOW - timedelta(microseconds=1)) == [1]
        assert met(bank, "https://example.org/", NOW) == []


def test_a_change_gives_another_bank_and_the_former_stays() -> None:
    """Added, replaced, removed, added again; before and after everything is sorted anew."""
    first = LinkBank.of([entry(1, "one.example.org", HOST), entry(2, "two.example.org", HOST)])
    second = first.changed([entry(3, "three.example.org", HOST)], [1])
    third = second.changed([entry(3, "four.example.org", HOST), entry(2, "five.example.org", HOST)])
    fourth = third.changed([entry(1, "one.example.org", HOST)], [3, "never there"])
    hosts = ["one", "two", "three", "four", "five"]

    def meeting(bank: LinkBank) -> list[list[int | str]]:
        return [met(bank, f"https://{host}.example.org/") for host in hosts]

    assert meeting(first) == [[1], [2], [], [], []]
    assert meeting(second) == [[], [2], [3], [], []]
    assert meeting(third) == [[], [], [], [3], [2]]
    assert meeting(fourth) == [[1], [], [], [], [2]]
    for bank in (first, second, third, fourth):
        assert meeting(bank.compacted()) == meeting(bank)
        assert bank.compacted().changes == 0


def test_many_changes_make_a_bank_due() -> None:
    """Not before there are many."""
    few = LinkBank().changed([entry(n, f"e{n}.example.org", HOST) for n in range(100)])
    many = LinkBank().changed(removed=range(10_001))

    assert not few.is_due
    assert many.is_due


def test_what_is_stored_reveals_no_link() -> None:
    """Neither the words nor an unkeyed hash; under another secret everything is another."""
    one = entry(1, "https://example.org/quimzat", URL)
    bank = LinkBank.of([one]).changed([entry(2, "example.net", DOMAIN)])

    assert len(one.digest) == DIGEST_BYTES
    assert one.digest != hashlib.blake2b(b"a\0example.org/quimzat", digest_size=DIGEST_BYTES).digest()
    assert LinkHasher(b"b" * 32).entry(1, read("https://example.org/quimzat"), URL).digest != one.digest
    for told in (repr(one), repr(bank)):
        assert "example" not in told
        assert one.digest.hex() not in told
    assert LinkHasher(SECRET).asked(read("https://example.org/quimzat")) == HASHER.asked(
        read("https://example.org/quimzat")
    )


@pytest.mark.parametrize("secret", [b"", b"x" * 15, b"x" * 65])
def test_a_secret_is_long_enough(secret: bytes) -> None:
    """And no longer than the hash takes."""
    with pytest.raises(ValueError, match="16 to 64"):
        LinkHasher(secret)


def test_what_has_no_host_is_no_host() -> None:
    """A magnet link can be one address alone."""
    for kind in (HOST, DOMAIN):
        with pytest.raises(ValueError, match="no host"):
            entry(1, "magnet:?xt=a", kind)


def test_a_digest_of_another_length_is_refused() -> None:
    """It would shift all that come after it."""
    with pytest.raises(ValueError, match="16 bytes"):
        SortedEntries([LinkEntry(1, b"short", URL)])


ids = st.one_of(st.integers(-(2**70), 2**70), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
digests = st.one_of(
    st.binary(min_size=16, max_size=16), st.sampled_from([b"\0" * 16, b"\xff" * 16, b"\0" * 15 + b"\1"])
)
ends = st.one_of(st.none(), st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC, fold=0)))
entries = st.lists(st.builds(LinkEntry, ids, digests, st.sampled_from(EntryKind), ends), max_size=40)


@settings(max_examples=150)
@given(entries, digests)
def test_sorted_entries_are_those_that_were_given(given_: list[LinkEntry], other: bytes) -> None:
    """Every one is found by its digest and comes back whole; nothing else is found."""
    stored = SortedEntries(given_)

    assert sorted(map(repr, stored)) == sorted(map(repr, given_))
    assert len(stored) == len(given_)
    for digest in {other, *(each.digest for each in given_)}:
        found = stored.find([(int.from_bytes(digest[:4]), digest, Match.URL)])
        expected = [each.entry_id for each in given_ if each.digest == digest]
        assert sorted(map(str, (stored.id_of(number) for _, number in found))) == sorted(map(str, expected))


links = st.sampled_from([f"https://{host}.example.org/{path}" for host in "abc" for path in ("", "x", "x?y")])
changes = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 5), links, st.sampled_from(EntryKind)),
        st.tuples(st.integers(0, 5), st.none(), st.none()),
        st.none(),
    ),
    max_size=12,
)


@given(changes)
def test_a_bank_is_what_was_done_to_it(done: list[tuple[int, str | None, EntryKind | None] | None]) -> None:
    """Against a plain dictionary, whatever the order of adding, removing and sorting anew."""
    bank, plain = LinkBank(), {}
    for change in done:
        if change is None:
            bank = bank.compacted()
            continue
        entry_id, link, kind = change
        if link is None or kind is None:
            bank = bank.changed(removed=[entry_id])
            plain.pop(entry_id, None)
        else:
            plain[entry_id] = entry(entry_id, link, kind)
            bank = bank.changed([plain[entry_id]])
    assert {each.entry_id: each.digest for each in bank} == {key: each.digest for key, each in plain.items()}
    for link in ("https://a.example.org/x?y", "https://b.example.org/"):
        whole = LinkBank.of(plain.values())
        assert set(met(bank, link)) == set(met(whole, link))
