"""Links are found in texts in whatever disguise, and ordinary words are left alone."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tutela.core.links import MAX_FOUND, Disguise, extract, read, revealed
from tutela.core.links.suffixes import is_public_suffix, registered_domain

CYRILLIC_A = "\u0430"
ZERO_WIDTH = "\u200b"
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})

DISGUISED = [
    ("https://bad.example.org/a", "https://bad.example.org/a", ()),
    ("HTTP://BAD.Example.ORG/a", "http://bad.example.org/a", ()),
    ("bad.example.org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME,)),
    ("bad.example.org", "https://bad.example.org/", (Disguise.NO_SCHEME,)),
    ("www.example.org", "https://www.example.org/", (Disguise.NO_SCHEME,)),
    ("example.co.uk", "https://example.co.uk/", (Disguise.NO_SCHEME,)),
    ("example.it/a", "https://example.it/a", (Disguise.NO_SCHEME,)),
    ("hxxp://bad.example.org/a", "http://bad.example.org/a", (Disguise.SCHEME,)),
    ("hXXps://bad.example.org/a", "https://bad.example.org/a", (Disguise.SCHEME,)),
    ("h**p://bad.example.org/a", "http://bad.example.org/a", (Disguise.SCHEME,)),
    ("https[:]//bad.example.org/a", "https://bad.example.org/a", (Disguise.SCHEME,)),
    ("https[://]bad.example.org/a", "https://bad.example.org/a", (Disguise.SCHEME,)),
    ("https : // bad.example.org/a", "https://bad.example.org/a", (Disguise.SCHEME,)),
    ("bad[.]example[.]org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME, Disguise.BRACKETED_DOT)),
    (
        "bad[dot]example(DOT)org/a", "https://bad.example.org/a",
        (Disguise.NO_SCHEME, Disguise.BRACKETED_DOT, Disguise.SPELLED_DOT),
    ),
    (
        "bad (d0t) example { dot } org", "https://bad.example.org/",
        (Disguise.NO_SCHEME, Disguise.BRACKETED_DOT, Disguise.SPELLED_DOT),
    ),
    ("bad dot example dot org", "https://bad.example.org/", (Disguise.NO_SCHEME, Disguise.SPELLED_DOT)),
    ("https://bad dot example dot org/a", "https://bad.example.org/a", (Disguise.SPELLED_DOT,)),
    ("bad . example . org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME, Disguise.SPACED_DOT)),
    ("example. org", "https://example.org/", (Disguise.NO_SCHEME, Disguise.SPACED_DOT)),
    ("example . co . uk", "https://example.co.uk/", (Disguise.NO_SCHEME, Disguise.SPACED_DOT)),
    ("bad\u3002example\uff61org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME, Disguise.OTHER_DOT)),
    ("bad\u00b7example\u2022org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME, Disguise.OTHER_DOT)),
    ("https://bad.example.org/a".translate(WIDE), "https://bad.example.org/a", (Disguise.WIDE,)),
    (f"https://b{ZERO_WIDTH}ad.exam\u00adple.o\u2060rg/a", "https://bad.example.org/a", (Disguise.UNSEEN,)),
    ("https:\\\\bad.example.org\\a", "https://bad.example.org/a", (Disguise.BACKSLASH,)),
    ("https://b%61d.example.org/a", "https://bad.example.org/a", (Disguise.ESCAPED_HOST,)),
    ("http://2130706433/a", "http://127.0.0.1/a", (Disguise.NUMBER,)),
    ("http://0x7f.1/", "http://127.0.0.1/", (Disguise.NUMBER,)),
    ("http://0177.0.0.01/", "http://127.0.0.1/", (Disguise.NUMBER,)),
    ("http://127.0.0.1/", "http://127.0.0.1/", ()),
    ("http://[::1]/a", "http://[::1]/a", ()),
    ("127.0.0.1:8080", "https://127.0.0.1:8080/", (Disguise.NO_SCHEME,)),
    ("https://good.example@bad.example/", "https://bad.example/", (Disguise.USERINFO,)),
    ("https://a.example:b@c.example@bad.example/", "https://bad.example/", (Disguise.USERINFO,)),
    ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/", (Disguise.PUNYCODE, Disguise.LOOKALIKE)),
    (f"https://b{CYRILLIC_A}d.example.org/", "https://xn--bd-7kc.example.org/", (Disguise.LOOKALIKE,)),
    ("https://bad.example.org/a%7Eb?c=%6A#d", "https://bad.example.org/a~b?c=j", ()),
    ("//bad.example.org/a", "https://bad.example.org/a", (Disguise.NO_SCHEME,)),
]  # fmt: skip


@pytest.mark.parametrize("around", ["{}", "the boat {} lies there", "garden: {}, lake", "({})", "\u6e56 {}\n"])
@pytest.mark.parametrize(("written", "href", "steps"), DISGUISED)
def test_a_disguised_link_is_found_where_it_is(
    written: str, href: str, steps: tuple[Disguise, ...], around: str
) -> None:
    """In its one writing, with what was needed, and the span of the original."""
    text = around.format(written)
    [found] = extract(text).links

    assert found.link.href == href
    assert found.steps == steps
    assert text[found.start : found.end] == written.removeprefix("//")


@given(
    st.sampled_from([written for written, _, _ in DISGUISED]),
    st.lists(st.sampled_from(["lake", "boat", "garden", "\u043e\u0437\u0435\u0440\u043e", "\U0001f6a3", "12", "so,",
    "\u6e56"]), max_size=8),
    st.lists(st.sampled_from(["lake", "boat", "the", "\u6e56", "\u200f", "(so)", "!", "7"]), max_size=8),
)  # fmt: skip
def test_words_around_a_link_hide_none(written: str, before: list[str], after: list[str]) -> None:
    """Whatever the disguise and whatever the words."""
    text = " ".join([*before, written, *after])
    alone = extract(written).links[0].link

    assert [each.link for each in extract(text).links] == [alone]


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("[the lake](https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("[example.org](https://bad.example/)", ["https://example.org/", "https://bad.example/"]),
        ("(see https://example.org/a).", ["https://example.org/a"]),
        ('<a href="https://example.org/a">', ["https://example.org/a"]),
        ("**example.org** _example.net_", ["https://example.org/", "https://example.net/"]),
        ("http://example.org,http://example.net", ["http://example.org/", "http://example.net/"]),
        ("example.orghttps://example.net/a", ["https://example.org/", "https://example.net/a"]),
        ("seehttps://example.net/a", ["https://example.net/a"]),
        ("is it example.org?", ["https://example.org/"]),
        ("wait...example.org...", ["https://example.org/"]),
        ("go to example.org. Then row", ["https://example.org/"]),
        ("go to http://example.org . Then row", ["http://example.org/"]),
        ("example.org . example.net", ["https://example.org/", "https://example.net/"]),
        ("\u8bf7\u770bexample.com\u8c22\u8c22", ["https://example.com/"]),
        ("https://example.com\u8c22\u8c22", ["https://example.com/"]),
        ("https://example.org/a\uff0c\u6e56", ["https://example.org/a"]),
        ("\u05d0\u05d2\u05dd \u200fhttps://example.org/\u05d0\u200f", ["https://example.org/%D7%90"]),
    ],
)
def test_what_stands_around_a_link_is_no_part_of_it(text: str, hrefs: list[str]) -> None:
    """Markup, brackets, the end of a sentence, words of a script without spaces."""
    assert [each.link.href for each in extract(text).links] == hrefs


@pytest.mark.parametrize(
    "text",
    [
        "see you.Next time", "file.name", "e.g.this", "i.e. it", "version 1.2.3", "10.0.0.0/8", "1.2.3.4", "3.50 each",
        "Mr. dot com", "the dot com boom", "a dot on the map", "red dot in the lake", "polka dot dress", "home. In the",
        "boat.It sank", "We rowed .5 miles", "main.py:12", "README.md", "docs/read.me", "me@example.org", "a.b@c.org/x",
        "first.last@example.co.uk", "o'clock 12:30", "http://", "http://x", "https://localhost/a", "...", "a..com",
        ".com",
        "com", "co.uk", "wait...what", "x = self.name", "5.kg", "3.mm", "ok.cool", "and/or", "U.S.A.", "no.it is",
        "http:",
        "dot dot dot", ". . .", "[.]", "lake [.] boat", "lake (dot) boat", "boat . lake", "h**p", "hxxp",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_links(text: str) -> None:
    """Near misses: a missing space, names of files, numbers, addresses of mail."""
    assert extract(text).links == ()


def test_what_may_be_words_or_a_link_is_kept_apart() -> None:
    """To be compared with banks only."""
    found = extract("we saw example.it was closed")

    assert found.links == ()
    assert [each.link.host for each in found.doubtful] == ["example.it"]


def test_a_link_tells_what_it_is() -> None:
    """Number, shortener, what it looks like, who registered it."""
    [number] = extract("http://203.0.113.9/a").links
    [short] = extract("https://bit.ly/a").links
    [deep] = extract("https://a.b.example.co.uk/").links
    [alike] = extract(f"https://ex{CYRILLIC_A}mple.org/").links
    [tricky] = extract("https://good.example@bad.example/").links

    assert (number.is_ip, number.registered_domain) == (True, None)
    assert (short.is_shortener, deep.is_shortener) == (True, False)
    assert deep.registered_domain == "example.co.uk"
    assert (alike.looks_like, alike.host) == ("example.org", "xn--exmple-4nf.org")
    assert tricky.has_userinfo
    assert tricky.registered_domain is None


def test_the_public_suffix_list_is_at_hand() -> None:
    """Without a network, private suffixes too."""
    assert registered_domain("a.b.github.io") == "b.github.io"
    assert is_public_suffix("co.uk")
    assert not is_public_suffix("example.co.uk")
    assert registered_domain("co.uk") is None


@pytest.mark.parametrize("unit", ["https://e{}.example.org/a ", "e{}.example.org ", "e{} . example . org, "])
def test_ten_thousand_links_are_bounded(unit: str) -> None:
    """And it is said that there were more."""
    found = extract("".join(unit.format(number) for number in range(10_000)))

    assert len(found.links) == MAX_FOUND
    assert not found.is_complete
    assert extract("example.org " * 3, most=3).is_complete


def test_doubtful_ones_push_no_link_out() -> None:
    """Padding a text with words that may be links hides none."""
    found = extract("example.it " * (MAX_FOUND + 5) + "https://example.org/a")

    assert [each.link.href for each in found.links] == ["https://example.org/a"]
    assert not found.is_complete


HOSTILE = [
    "a.", "a . ", "a.b ", "x.it ", "http://", "http:/ ", "a@", "a.b@", "a[.]", " dot a", "[(", "((((dot", ".", " ", ")",
    "http://a@", "-_", "%41.", "\ud800.", "http://a.org . ", "h**p:[//", "\u4e2d.com\u4e2d", "\ufdfa.", "\u200b",
    "\u202e",
    "\U000e0041", "\u0301", "http://a.org/)", "\u3002", "xn--", "http://xn--a.", "\x00.", "1.", "http://1.", "[::1]",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_text_longer_than_any_ends(unit: str) -> None:
    """Thrice as long as a platform may send one; each of these would take minutes, were the work not linear."""
    long = unit * (300_000 // len(unit))
    for text in (long, "https://" + long):
        found = extract(text)
        assert len(found.links) <= MAX_FOUND


anything = st.text(st.characters(), max_size=60)
pieces = st.lists(
    st.sampled_from(
        ["http", "hxxp", "s", ":", "//", "\\", ".", "[.]", " dot ", " . ", "\u3002", "example", "org", "com", "co.uk",
        "@", "/",
         "?", "#", "%61", "%", "xn--", "[", "]", "(", ")", "-", "_", " ", "\n", "\t", "\u200b", "\u202e", "\ud800",
         "\udfff",
         "\uff0e", "\u0430", "\u4e2d", "1", "0x7f", "::1", "\U0001f600", "\u0301", ":80", "\x00", "www", "\u2075",
         "\u00df", "\u0130"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(anything | pieces)
@example("http://a\ud800.org/ \ud800.com")
@example("\u0130.org/\u0130")
@example("http://\ufdfa.org/")
def test_any_text_ends_without_an_error(text: str) -> None:
    """Spans lie in the original, in order; what was found is read again as itself."""
    found = extract(text)
    last = 0
    for each in found.links:
        assert last <= each.start < each.end <= len(text)
        last = each.end
    for each in (*found.links, *found.doubtful):
        assert 0 <= each.start < each.end <= len(text)
        assert each.link.host
        assert read(each.link.href) == each.link


@settings(max_examples=300)
@given(anything | pieces)
def test_what_was_read_is_read_again_as_itself(text: str) -> None:
    """The one writing is one; and what is revealed is a link or refused."""
    try:
        link = read(text)
    except ValueError:
        link = None
    if link is not None:
        assert read(link.href) == link
    try:
        revealed(text)
    except ValueError:
        return
