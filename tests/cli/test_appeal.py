"""`tutela appeal`: written down, claimed, shown before it is decided, decided, and refused where it must be."""

from acceptance.served import Installation
from appealed import AppealOffice
from cli.place import Place
from evidence import beside
from make import at_home


def test_an_appeal_is_taken_and_decided_at_the_command_line(place: Place) -> None:
    """By somebody who had no part; the plan first; then it is told how it ended."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert place.call("appeal", "list").out.strip() == "no appeal is open"
    with beside(Installation(place)) as house:
        decision_id = AppealOffice(at_home(house)).spam()
    taken = place.call("appeal", "take", "alice", decision_id, "--text", "A quotation.", "--as", "Ann", "--json").json
    assert (taken["state"], taken["account"]) == ("open", "alice")
    again = place.call("appeal", "take", "alice", decision_id)
    assert (again.status, taken["id"] in again.err) == (1, True)
    assert taken["id"] in place.call("appeal", "list", "--as", "Ann").out
    assert "A quotation." in place.call("appeal", "show", taken["id"], "--as", "Ann").out
    assert "by now" in place.call("appeal", "decide", taken["id"], "upheld", "--code", "context", "--as", "Ann").err
    assert place.call("appeal", "claim", taken["id"], "--as", "Ann").status == 0
    plan = place.call(
        "appeal", "decide", taken["id"], "overturned", "--code", "context", "--dry-run", "--as", "Ann"
    ).out
    assert "ends: remove on post" in plan
    removal = next(
        line.split()[1] for line in place.call("appeal", "show", taken["id"], "--as", "Ann").out.splitlines()
        if " remove on " in line
    )  # fmt: skip
    partly = ("appeal", "decide", taken["id"], "partly", "--code", "context", "--ends", removal, "--as", "Ann")
    assert place.call(*partly, "--json").json["decided"]
    told = place.call("appeal", "list", "--all", "--as", "Ann", "--json").json
    assert [(each["outcome"], each["state"]) for each in told] == [("partly", "decided")]
    assert "0 of 1" in place.call("appeal", "conduct", "alice", "--as", "Ann").out
    assert "takes 3" in place.call("appeal", "conduct", "alice", "--step", "warn", "--reason", "x", "--as", "Ann").err
    assert "has an end" in place.call("appeal", "conduct", "alice", "--step", "suspend", "--reason", "x").err
    assert "generation 1" in place.call("appeal", "revoke-links", "--as", "Ann").out
    assert place.call("appeal", "show", "apl_none").status == 1
    assert place.call("audit", "verify").status == 0
