"""Which part of a host somebody registered, by the public suffix list that comes with its library.

Most endings are words as well: "you.next" and "file.name" could be hosts. An ending is *plain* when hardly anybody ends
a sentence and begins another with it, or names a file so: the oldest ones, those of countries that are no word, and all
of two labels and more.
"""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from tutela.core.links.reading import read

_PLAIN_WORLDWIDE = frozenset("com org net info biz edu gov mil int aero coop museum mobi xyz io onion".split())  # noqa: SIM905  # words read best as words
_WORDS = frozenset(
    # Words of English and of other languages that are written without the space, units, and endings of files.
    """
    ac ad ai al am an as at be bi by cd cf cm do dz es et fm ga gg gs hm hr id ie il im in is it je jo kg km la
    li lo lu ma md me mg ml mm mo mp mr ms mu my na ne no nu om pa pl pm pn ps py re rs sa sc sh si sm sn so st
    su ta tc td tg th tk tl tm tn to tt ug um us va ve vi vu
    """.split()  # noqa: SIM905  # words read best as words
)
_COUNTRY_LETTERS = 2


@lru_cache(1)
def _listed() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(16_384)  # six microseconds each, and most hosts come again
def registered_domain(host: str) -> str | None:
    """Return the domain under a public suffix that *host* is or is below; none where the list has no such suffix.

    Args:
        host: Canonical, a name.
    """
    found: str | None = _listed().privatesuffix(host)
    return found


def suffix_of(host: str) -> str | None:
    """Return the public suffix of *host*, if somebody can have registered it."""
    domain = registered_domain(host)
    return None if domain is None else domain.partition(".")[2]


def is_public_suffix(host: str) -> bool:
    """Return whether everybody can register a domain under a canonical *host*."""
    return bool(_listed().is_public(host))


def is_plain(suffix: str) -> bool:
    """Return whether a public suffix is hardly ever a word that only follows a full stop."""
    if "." in suffix or suffix.startswith("xn--") or suffix in _PLAIN_WORLDWIDE:
        return True
    if len(suffix) != _COUNTRY_LETTERS:
        return False
    return suffix not in _WORDS


@lru_cache(4096)
def is_ending(label: str) -> bool:
    """Return whether the last label of a host, as it is written, can be that of a public suffix, or of a number."""
    if label.isdecimal():
        return True
    try:
        plain = label.casefold() if label.isascii() else read(f"https://a.{label}/").host.rpartition(".")[2]
    except ValueError:
        return False
    return _listed().publicsuffix(f"a.a.a.a.{plain}") is not None
