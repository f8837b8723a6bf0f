"""The server is killed under a platform with a cache, and the platform as well: nothing sealed reappears (issue 4)."""

from collections.abc import Callable

import make
from acceptance.served import Installation, Server
from examples.conftest import (  # noqa: F401  # fixtures: they are names of this module
    installation,
    open_forum,
    port,
    server,
)
from examples.forums import Forum, soon

DECIDED_WITHIN_SECONDS = 120.0  # pauses have grown meanwhile; it takes half of the longest


def test_without_a_server_what_was_sealed_stays_hidden_what_is_new_waits_and_the_rest_goes_on(
    open_forum: Callable[[str], Forum],  # noqa: F811  # the fixture
    installation: Installation,  # noqa: F811  # the fixture
    server: Server,  # noqa: F811  # the fixture
    port: int,  # noqa: F811  # the fixture
) -> None:
    """Killed and started again in the middle; when the server is back, everything is made up for by itself."""
    forum = open_forum("fastapi")
    soon(lambda: (forum.health() or {})["is_ready"])
    stays, sealed = (forum.post("cleo", make.photo(name))[0] for name in ("flower", "brick"))
    refused, held = forum.post("ada", make.photo("china"))[0], forum.post("ben", make.photo("china", quality=60))[0]
    server.client.send_file("/v1/banks/known/media", make.photo("brick"))
    soon(lambda: forum.feed("dora") == {stays})
    server.kill()

    new, known = forum.post("eve", make.photo("rocket")), forum.post("fay", make.photo("china"))
    assert [state for _, state in (new, known)] == ["waiting", "waiting"]
    for is_restarted in (False, True):
        if is_restarted:
            forum.kill()
            forum.start()
        assert {viewer: forum.feed(viewer) for viewer in ("cleo", "dora", "eve")} == {
            viewer: {stays} for viewer in ("cleo", "dora", "eve")
        }
        assert forum.has_picture(stays, "dora")
        hidden = (sealed, refused, held, new[0], known[0])
        assert not any(forum.has_picture(name, viewer) for name in hidden for viewer in ("cleo", "eve", "dora"))
        assert forum.post("ada", make.photo("rocket"))[0] == ""  # locked, also without anybody to ask
        soon(lambda: (forum.health() or {})["failures"] > 0)
    assert (forum.health() or {})["waiting"] == 2
    later = forum.post("gus", make.photo("coffee"))
    assert later[1] == "waiting"

    back = installation.ready(installation.begin("--port", port))
    soon(lambda: forum.feed("dora") == {stays, new[0], later[0]}, DECIDED_WITHIN_SECONDS)
    soon(lambda: (forum.health() or {})["waiting"] == 0, DECIDED_WITHIN_SECONDS)
    assert not forum.has_picture(known[0], "fay")
    soon(lambda: known[0] not in forum.kept_pictures(), DECIDED_WITHIN_SECONDS)
    soon(lambda: (forum.health() or {})["failures"] == 0, DECIDED_WITHIN_SECONDS)
    back.client.send_file("/v1/banks/known/media", make.photo("coffee"))
    soon(lambda: forum.feed("dora") == {stays, new[0]})
