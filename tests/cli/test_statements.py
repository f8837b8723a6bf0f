"""`tutela statement` and `tutela eu-database`, against the stand-in."""

import json

import pytest

from cli.place import Place
from make import Home
from telling import TellingOffice
from tutela.bootstrap import build
from tutela.config import load
from tutela.core.findings import Delay
from tutela.core.statements import DelayBasis
from tutela.core.units import Duration
from tutela.sandbox.transparency.server import Sandbox, listening


@pytest.fixture(autouse=True)
def made(place: Place) -> None:
    """Make an installation with two posts removed, of one of which telling waits."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    place.call("profile", "set", "--country", "DE", "--user-regions", "DE", "--services", "public")
    house = build(load({}, var=place.folder / "var", undo_seconds=0))
    try:
        office = TellingOffice(Home(house, house.clock))  # type: ignore[arg-type]  # a clock that goes by itself
        office.remove("post")
        until = house.clock.now() + Duration(days=9).delta
        office.remove("late", author="bob", delay=Delay(until, DelayBasis.REVIEW_PENDING))
    finally:
        house.committer.close()
        house.engine.dispose()


def test_statements_are_listed_read_and_noted_as_delivered(place: Place) -> None:
    """Those that wait, those of an account, one in words; the first word about delivery stays."""
    waiting = place.call("statement", "list", "--json").json
    assert {each["state"] for each in waiting} == {"due"}
    [removed] = [each for each in waiting if each["code"] == "item_removed"]
    assert "Something that you posted was removed." in place.call("statement", "show", removed["id"]).out
    assert "Es wurde entfernt." in place.call("statement", "show", removed["id"], "--language", "de").out
    assert "There are: de, en." in place.call("statement", "show", removed["id"], "--language", "xx").err
    assert "noted" in place.call("statement", "delivered", removed["id"], "--how", "email").out
    assert "before, and stays" in place.call("statement", "delivered", removed["id"], "--how", "letter").out
    assert len(place.call("statement", "list", "--account", "alice", "--json").json) == 2
    assert place.call("statement", "list", "--account", "bob", "--json").json == []
    decision = removed["decision"]
    assert removed["id"] in place.call("statement", "list", "--decision", decision).out
    assert place.call("statement", "show", "sta_none").status == 1


def test_records_are_drawn_up_exported_and_checked(place: Place) -> None:
    """The channel is set up, tried and switched on; a file that was changed is found."""
    with listening(Sandbox()) as sandbox:
        (place.folder / "token").write_text("sandbox\n", encoding="utf-8")
        off = place.call("eu-database", "enable")
        assert (off.status, "no address" in off.err) == (1, True)
        set_up = place.call(
            "eu-database", "set", "--url", sandbox.url, "--token-file", "token", "--terms-url", "https://b.example/t"
        )
        assert set_up.status == 0, set_up.err
        assert place.call("eu-database", "check").status == 0
        assert "enabled = True" in place.call("eu-database", "enable").out
        house = build(load({}, var=place.folder / "var"))
        try:
            house.statements.draw_up()
            assert house.statements.submit(lambda: False) == 1
        finally:
            house.committer.close()
            house.engine.dispose()
        shown = place.call("eu-database", "show", "--json").json
        assert (shown["stored"], shown["waiting"], bool(shown["tested_at"])) == (1, 0, True)
        sandbox.renew()
        assert place.call("eu-database", "check").status == 1
        assert "stopped.fault = auth" in place.call("eu-database", "show").out
    period = ("--since", "2020-01-01", "--until", "2022-12-31")
    assert "bytes" in place.call("eu-database", "export", *period, "--to", "none.jsonl").out
    wide = ("--since", "2026-01-01", "--until", "2028-12-31")
    for sheet in ("jsonl", "csv"):
        assert place.call("eu-database", "export", *wide, "--format", sheet, "--to", f"r.{sheet}").status == 0
        good = place.call("eu-database", "validate", f"r.{sheet}", "--format", sheet)
        assert "1 records keep every rule" in good.out
    record = json.loads((place.folder / "r.jsonl").read_text())
    (place.folder / "bad.jsonl").write_text(json.dumps({**record, "category": "x"}))
    bad = place.call("eu-database", "validate", "bad.jsonl")
    assert (bad.status, "record 1: category" in bad.out) == (1, True)
    assert place.call("eu-database", "validate", "nowhere").status == 1
    assert place.call("eu-database", "export", "--since", "x", "--until", "y", "--to", "z").status == 1
    assert place.call("eu-database", "again", "nothing").status == 1
    assert place.call("eu-database", "disable").status == 0
    assert place.call("audit", "verify").status == 0
