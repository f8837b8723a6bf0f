"""A server that is killed while it shows evidence: nobody is said to have seen what never came out of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from acceptance.served import Installation
from evidence import as_browser, beside, looker, open_case
from tutela.core.ids import MediaId
from tutela.core.permissions import at_machine
from tutela.core.views import Purpose, ViewReason
from tutela.ports.views import ViewFilter

FILM = b"\0\0\0\x20ftypisom" + bytes(64 * 1024 * 1024)
READ_BYTES = 12 * 1024 * 1024


@pytest.fixture
def installation(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """Return an installation whose database is new."""
    made = Installation.at(tmp_path / "here", new_database())
    yield made
    made.close()


def test_what_was_noted_of_a_killed_view_had_been_sent(installation: Installation) -> None:
    """SIGKILL in the middle of a film: the log claims no byte that did not arrive, and the audit says the same."""
    installation.make_key()
    server = installation.serve()
    media = server.client.upload(FILM)
    server.client.submit({"id": "film", "author": {"id": "alice"}, "kind": "post", "media": [{"id": media.id}]})
    with beside(installation) as house:
        case, me = open_case(house, "film", "alice"), looker(house)
        token = house.evidence.grant(me.principal, case, MediaId(media.id), Purpose.FULL_LOOK, ViewReason.QUALITY).token
        got = read_until_killed(f"{server.url}/v1/views/{token}", as_browser(house, me), server.kill)
        [view] = house.evidence.keep.page(at_machine("tests"), ViewFilter(media_id=MediaId(media.id)))
        seen = house.evidence.keep.seen(at_machine("tests"), MediaId(media.id))

    assert READ_BYTES <= got < len(FILM)
    assert 0 < sum(span.end - span.start for span in view.spans) <= got
    assert view.opened_at is not None
    assert not seen.whole_by
    verified = installation.place.call("audit", "verify", "--json")
    assert verified.status == 0, verified.out


def read_until_killed(url: str, headers: dict[str, str], kill: Callable[[], None]) -> int:
    """Read a while, have the server killed, read what had come out of it, and return how much that was."""
    got = 0
    with httpx.Client(timeout=30) as client, client.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw(64 * 1024)
        while got < READ_BYTES:
            got += len(next(pieces))
        kill()
        try:
            for piece in pieces:
                got += len(piece)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return got
    return got
