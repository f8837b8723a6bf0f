"""Rules from the command line: files without an installation, versions with one."""

from cli.place import Place
from rulebook import greetings, links


def test_files_are_checked_and_tested_without_an_installation(place: Place) -> None:
    """What is wrong is shown as a compiler shows it, and the exit status is 1."""
    folder = place.folder / "rules"
    folder.mkdir()
    (folder / "links.yaml").write_text(links())
    (folder / "hello.yaml").write_text(greetings())
    checked = place.call("rules", "check", folder)
    tested = place.call("rules", "test", folder, "--json")
    (folder / "wrong.yaml").write_text(links().replace("has_link and", "has_lnk and"))
    wrong = place.call("rules", "check", folder)
    (folder / "wrong.yaml").write_text(links(9).replace("many-links", "more-links"))
    failed = place.call("rules", "test", folder / "wrong.yaml")

    assert (checked.status, checked.out) == (0, "2 rules may be used\n")
    assert [(each["rule"], each["passed"]) for each in tested.json["rules"]] == [
        ("greetings", True), ("many-links", True)
    ]  # fmt: skip
    assert wrong.status == 1
    assert wrong.out.splitlines()[0].endswith("wrong.yaml:3:9: there is no fact `text.has_lnk`")
    assert wrong.out.splitlines()[-1] == "  = did you mean `text.has_link`?"
    assert (failed.status, failed.out) == (
        1, "more-links: FAILED, 2 tests\n  four links: expected fires, came silent\n"
    )  # fmt: skip
    assert not (place.folder / "var").exists()


def test_a_rule_is_written_moved_proposed_and_told(place: Place) -> None:
    """Nobody approves their own proposal, also at the machine."""
    place.call("person", "create", "ada", "--administrator")
    file = place.folder / "links.yaml"
    file.write_text(links())
    put = place.call("rules", "put", file)
    again = place.call("rules", "put", file)
    moved = place.call("rules", "move", "many-links", "1", "shadow", "--reason", "to see")
    proposed = place.call("rules", "move", "many-links", "1", "live", "--reason", "fine")
    own = place.call("rules", "approve", "many-links", "1", "live")
    listed = place.call("rules", "list", "--json")
    withdrawn = place.call("rules", "withdraw", "many-links")
    history = place.call("rules", "history", "many-links", "--json")
    shown = place.call("rules", "show", "many-links")

    assert put.out == "many-links: version 1 is a draft\n"
    assert (again.status, "wrote version 1" in again.err) == (1, True)
    assert moved.out == "many-links: version 1 went from draft to shadow\n"
    assert "tutela rules approve many-links 1 live" in proposed.out
    assert (own.status, "does not approve it" in own.err) == (1, True)
    assert listed.json["proposals"][0]["to"] == "live"
    assert withdrawn.status == 0
    assert [each["to"] for each in history.json["moves"]] == ["shadow"]
    assert shown.out == links()
    assert place.call("audit", "verify").status == 0
