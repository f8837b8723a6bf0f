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
    assert failed.status == 1
    assert failed.out.splitlines() == [
        "more-links: FAILED, 2 tests",
        '  line 7, "four links": expected fires, came silent',
        '    `count(by=author.id, within="1h", where=text.has_link)` came to 4, and must be > 9',
    ]
    assert not (place.folder / "var").exists()


def test_a_test_says_what_it_leaves_out(place: Place) -> None:
    """Of one that fails; of one that may be silent for another reason than was meant; and a rule needs tests."""
    file = place.folder / "links.yaml"
    file.write_text(links().replace("given: {text.has_link: true, author.id: ann}", "given: {author.id: ann}"))
    left_out = place.call("rules", "test", file)
    told = "after: [{given: {author.id: ann}, times: 3}]"
    file.write_text(
        links().replace(
            "given: {text.has_link: false, author.id: ann}",
            f"given: {{text.has_link: false, author.id: ann}}\n      {told}",
        )
    )
    by_chance = place.call("rules", "test", file)
    file.write_text(links().partition("  tests:")[0])
    without = place.call("rules", "test", file)

    assert left_out.status == 1
    assert "expected fires, came unknown\n    not said in `given`, and so unknown: text.has_link\n" in left_out.out
    assert "    not said in `after`, and so unknown there: text.has_link\n" in left_out.out
    assert by_chance.status == 0
    assert 'line 11, "no link": passed; events in `after` say nothing of text.has_link' in by_chance.out
    assert (without.status, "it has no tests" in without.out) == (1, True)


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
    never = place.call("rules", "figures", "never-was")
    misspelt = place.call("rules", "show", "many-lnks")
    no_version = place.call("rules", "show", "many-links", "--version", "7")
    told = place.call("rules", "history", "many-links")
    nothing = place.call("rules", "figures", "many-links")
    history = place.call("rules", "history", "many-links", "--json")
    shown = place.call("rules", "show", "many-links")

    assert put.out == "many-links: version 1 is a draft\n"
    assert (again.status, "wrote version 1" in again.err) == (1, True)
    assert again.messages[-1].endswith("Read it, and write yours from it: then `--from 1`.")
    assert "name:" not in again.err
    assert moved.out == "many-links: version 1 went from draft to shadow\n"
    assert "tutela rules approve many-links 1 live" in proposed.out
    assert (own.status, "does not approve it" in own.err) == (1, True)
    assert listed.json["proposals"][0]["to"] == "live"
    assert withdrawn.status == 0
    assert (never.status, "no rule of that name" in never.err) == (1, True)
    assert (nothing.status, nothing.out) == (0, "it did not fire\n")
    assert [each["to"] for each in history.json["moves"]] == ["shadow"]
    assert [(each["to"], each["outcome"]) for each in history.json["proposals"]] == [("live", "withdrawn")]
    assert [line.split()[1] for line in told.out.splitlines()[1:]] == ["moved", "proposed", "withdrawn"]
    assert "Did you mean `many-links`?" in misspelt.err
    assert "There are 1." in no_version.err
    assert shown.out == links()
    assert place.call("audit", "verify").status == 0
