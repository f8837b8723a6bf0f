"""Hosts whose links lead elsewhere, by their own public description. Few, and sure."""

SHORTENERS = frozenset(
    """
    amzn.to bit.do bit.ly bitly.com buff.ly cutt.ly db.tt dlvr.it fb.me g.co goo.gl ift.tt is.gd j.mp lnkd.in
    ow.ly rb.gy rebrand.ly s.id short.io shorturl.at shrtco.de spoti.fi surl.li t.co t.ly tiny.cc tiny.one
    tinyurl.com tr.im trib.al urlz.fr v.gd vk.cc wp.me x.gd youtu.be
    """.split()  # noqa: SIM905  # words read best as words
)
"""Canonical hosts."""


def is_shortener(host: str) -> bool:
    """Return whether links of *host* lead elsewhere."""
    return host.removeprefix("www.") in SHORTENERS
