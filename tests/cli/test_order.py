"""`tutela order`: registered, called back, given effect, told."""

import pytest

from cli.place import Place

ORDER = (
    "--kind", "information", "--wish", "tell", "--authority", "Harbour police", "--country", "DE", "--reference", "H 7",
    "--legal-basis", "§ 1", "--reasons", "they look for the owner", "--redress", "objection", "--answer-to", "them",
    "--language", "de", "--readable", "--location", "https://lakes.example/a",
)  # fmt: skip


def test_an_order_is_kept_from_the_command_line(place: Place) -> None:
    """Nothing before its call-back; who verified it does not hand out what it asks for."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert place.call("order", "list").out.strip() == "no order waits"
    order = place.call("order", "register", *ORDER, "--as", "Ann", "--json").json
    assert "nobody has verified" in place.call("order", "effect", order["id"], "--note", "name", "--json").err
    assert place.call("order", "acknowledge", order["id"]).status == 0
    called = ("--directory", "the directory of police", "--spoken-to", "the desk")
    assert "official directory" in place.call("order", "verify", order["id"], "--as", "Ann").err
    assert "verified" in place.call("order", "verify", order["id"], *called, "--as", "Ann").out
    assert place.call("order", "effect", order["id"], "--note", "name", "--as", "Ann", "--json").status == 1
    assert place.call("order", "effect", order["id"], "--dry-run", "--json").json["conflicts"] == []
    done = place.call("order", "effect", order["id"], "--note", "name and address", "--as", "Bea", "--json").json
    assert done["state"] == "effective"
    assert place.call("order", "delay", order["id"], "2999-01-01", "--basis", "§ 101").status == 0
    assert place.call("order", "inform", order["id"]).status == 0
    assert place.call("order", "tell", order["id"]).status == 0
    assert "handed over" in place.call("order", "show", order["id"], "--letter", "effect").out
    assert "informed by" in place.call("order", "show", order["id"]).out
    assert place.call("order", "withdraw", order["id"], "--reason", "a letter").status == 0
    assert order["id"] in place.call("order", "list", "--all").out
    assert place.call("audit", "verify").status == 0


@pytest.mark.parametrize("country", ["Germany", "de"])
def test_what_an_order_lacks_is_said_in_one_line(place: Place, country: str) -> None:
    """With the remedy."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    said = place.call("order", "register", *ORDER[:6], "--country", country, "--reference", "x")
    assert (said.status, "two capital letters" in said.err) == (1, True)
