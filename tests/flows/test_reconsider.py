"""Decided again: never more kindly than the platform was told, whoever posted it."""

from make import Home, md5, pdq, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.errors import ScannerUnavailable
from tutela.ports.scanner import Scan


class AwayScanner:
    """A scanner of which no process answers."""

    def scan(self, content: bytes) -> Scan:  # noqa: ARG002  # of the port
        """Answer as the real one does when no child can be started."""
        raise ScannerUnavailable

    def close(self) -> None:
        """Have nothing to end."""


def lock(home: Home, author: str) -> None:
    """Have *author* post listed bytes."""
    media = home.upload(photo("china"))
    home.list(md5(media), pdq(media))
    home.submit(f"known-of-{author}", media, author=author)


def test_what_was_refused_for_its_author_stays_refused_when_its_picture_proves_clean(
    home: Home, scanner: ChildScanner
) -> None:
    """The technical hold ends; the platform was told `refuse`, and nothing that it refused appears by itself."""
    lock(home, "eve")
    home.use(AwayScanner())
    assert home.submit("u1", home.upload(photo("flower")), author="eve").answer.value == "refuse"

    home.use(scanner)
    home.house.retry_scans()

    assert home.answer("u1").value == "refuse"
    assert not home.is_absent("u1")  # nothing is held against the item: it is the answer that keeps it away


def test_a_near_copy_refused_for_its_author_stays_refused_when_lists_change(home: Home) -> None:
    """A hash added later holds others; it is no reason to answer more kindly here."""
    lock(home, "eve")
    media = home.upload(photo("china") + b"other bytes")
    refused = home.submit("near", media, author="eve")
    held = home.submit("near-of-another", media, author="ann")

    home.list(pdq(media), name="another")
    home.house.match_late()

    assert (refused.answer.value, held.answer.value) == ("refuse", "hold")
    assert (home.answer("near"), home.answer("near-of-another")) == (refused.answer, held.answer)
