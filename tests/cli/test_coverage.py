"""`tutela coverage`: what nothing looks for comes first, and the exit status says that there is some."""

import json

from cli.place import Place


def test_a_fresh_installation_looks_for_nothing(place: Place) -> None:
    """Whatever ships: no list is connected, and nobody has told an event."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    said = place.call("coverage")
    told = json.loads(place.call("coverage", "--json").out)

    assert said.status == 2
    assert said.out.startswith("[ ] cse.depiction: Sexual images of children\n")
    assert "      rule words-of-links: a rule that waits for a bank or a classifier of this clause\n" in said.out
    assert "      rule adult-reaches-many-minors: a rule, but no event was told for a week\n" in said.out
    assert said.out.endswith("      left to people\n")
    assert not any(each["covered"] for each in told.values())
    assert ["rule", "words-of-links", "waits"] in told["cse.links"]["detectors"]
