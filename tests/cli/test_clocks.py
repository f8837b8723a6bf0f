"""`tutela clocks` and `tutela message`: what is due, what was kept, and who was not reached."""

from datetime import timedelta

from acceptance.served import Installation
from asking import begin, hear, tell
from cli.place import Place
from evidence import beside
from tutela.core.clocks import Signal
from tutela.core.messages import MessageChannel

DAY = timedelta(days=1)


def test_what_is_due_is_listed_with_its_zone_and_what_is_late_ends_with_one(place: Place) -> None:
    """And is quiet where nothing is."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    quiet = place.call("clocks")
    assert (quiet.status, "nothing is due" in quiet.out) == (0, True)
    with beside(Installation(place)) as house:
        now = house.clock.now()
        begin(house, "apl_1", now - 8 * DAY)
        begin(house, "apl_2", now - 3 * DAY)
        begin(house, "apl_3", now - 3 * DAY)
        hear(house, "apl_3", now, Signal.DECIDED)
        made = tell(house, "ntc_1", MessageChannel.NONE)

    late = place.call("clocks", "--due", "all")
    assert late.status == 1
    assert "UTC" in late.out
    assert "1 late, 0 past a limit, 2 running" in late.out
    first = place.call("clocks", "--due", "all", "--limit", "1", "--json").json
    assert [each["id"] for each in first["clocks"]] == ["apl_1"]
    second = place.call("clocks", "--due", "all", "--after", first["next"], "--json").json
    assert ([each["id"] for each in second["clocks"]], second["next"]) == (["apl_2"], None)
    assert "begin at the first page" in place.call("clocks", "--after", "x").err.lower()
    [figure] = place.call("clocks", "figures", "--json").json
    assert (figure["started"], figure["target_kept"], figure["target_missed"]) == (3, 1, 1)
    assert place.call("clocks", "figures", "--since", "2999-01-01T00:00:00Z").status == 1

    [message] = place.call("message", "list", "--json").json
    assert (message["id"], message["state"]) == (made, "shown")
    assert "no mail of that identifier" in place.call("message", "bounced", made).err
    assert place.call("checklist", "--json").json["people_answered_in_time"] is False
    assert place.call("audit", "verify").status == 0
