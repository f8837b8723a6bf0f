"""The example forums, as processes in front of a real server."""

from collections.abc import Callable

import pytest

import make
from acceptance.served import Server
from examples.forums import Forum, soon


@pytest.mark.parametrize("kind", ["fastapi", "django"])
def test_a_forum_never_shows_what_is_known_and_hides_what_becomes_known(
    kind: str, open_forum: Callable[[str], Forum], server: Server
) -> None:
    """Harmless is shown at once, a known picture never, a likeness waits; what is listed later goes away by itself."""
    forum = open_forum(kind)
    soon(lambda: (forum.health() or {})["is_ready"])
    harmless, was = forum.post("cleo", make.photo("flower"))
    known, refused = forum.post("ada", make.photo("china"))
    like, held = forum.post("ben", make.photo("china", quality=60))

    assert (was, refused, held) == ("publish", "refuse", "hold")
    for viewer in (None, "ada", "ben", "dora"):
        assert forum.feed(viewer) == {harmless}
    assert forum.has_picture(harmless, "dora")
    assert forum.kept_pictures() == {harmless, like}
    assert not any(forum.has_picture(name, viewer) for name in (known, like) for viewer in ("ada", "ben", "dora"))
    soon(lambda: not forum.post("ada", make.photo("brick"))[0])  # her account is locked until a person decides
    assert forum.post("ben", make.photo("brick"))[1] == "publish"

    server.client.send_file("/v1/banks/known/media", make.photo("flower"))
    soon(lambda: harmless not in forum.feed("dora"))
    assert not forum.has_picture(harmless, "cleo")
