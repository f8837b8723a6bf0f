"""`tutela view`: who has looked is told and taken back here; nothing can be looked at."""

import pytest

import make
from acceptance.served import Installation
from cli.place import Place
from evidence import beside, looker, open_case
from tutela.core.ids import MediaId
from tutela.core.view_log import Span
from tutela.core.views import Purpose, ViewReason
from tutela.errors import GrantRevoked
from tutela.flows.open_view import PartAsked
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission

FILM = b"\0\0\0\x20ftypisom" + bytes(5000)


def test_looks_are_listed_and_taken_back(place: Place) -> None:
    """Bytes that were sent, who has seen all of it, and an end to a look that is still open."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert place.call("view", "list").out.strip() == "nobody has asked to look"
    with beside(Installation(place)) as house:
        house.feed_indexes()
        with house.receive_media.open() as reception:
            reception.write(FILM)
            media = reception.finish().id
        house.submit([Submission("film", Author("alice"), "post", media=(MediaReference(MediaId(media)),))])
        case, me = open_case(house, "film", "alice"), looker(house)
        tokens = [
            house.evidence.grant(me.principal, case, media, Purpose.FULL_LOOK, ViewReason.REPORT).token for _ in "12"
        ]
        opened = house.evidence.open(me.principal, tokens[0], PartAsked())
        house.evidence.open.sent(opened, Span(0, len(b"".join(opened.pieces))))

        told = place.call("view", "list", "--media", media)
        listed = place.call("view", "list", "--media", media, "--json").json
        newest, oldest = listed["views"]
        assert f"all of it was sent to {me.id}" in told.out
        assert f"{len(FILM)}/{len(FILM)}" in told.out
        assert (listed["seen_whole_by"], oldest["sent"], newest["sent"]) == ([me.id], [[0, len(FILM)]], [])
        assert len(place.call("view", "list", "--case", case, "--json").json) == 2
        assert "is taken back" in place.call("view", "revoke", newest["id"]).out
        assert "was already taken back" in place.call("view", "revoke", newest["id"]).out
        with pytest.raises(GrantRevoked):
            house.evidence.open(me.principal, tokens[1], PartAsked())
    assert place.call("view", "revoke", make.new_id("view")).status == 1
    assert place.call("audit", "verify").status == 0
