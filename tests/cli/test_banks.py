"""`tutela bank` and `tutela lookup`."""

import json
from pathlib import Path

from cli.place import Place

CREATE = (
    *("bank", "create", "hotline", "--clause", "minors.exploitative", "--source", "test"),
    *("--material", "exploitative", "--verification", "one_analyst"),
)


def test_a_list_goes_in_without_its_bad_rows_and_only_once(place: Place, picture: Path) -> None:
    """Each bad row is named by its line, a preview changes nothing, and what is banked is found again."""
    hashed = place.call("hash", picture).lines[0]
    rows = ["type,value", f"pdq,{hashed['pdq']['hash']}", "md5,nonsense", f"md5,{hashed['md5']}", "telex,00"]
    (place.folder / "list.csv").write_text("\n".join(rows), encoding="utf-8")
    assert place.call(*CREATE).status == 0

    preview = place.call("bank", "import", "list.csv", "--bank", "hotline", "--preview", "--json")
    first = place.call("bank", "import", "list.csv", "--bank", "hotline", "--json")
    again = place.call("bank", "import", "list.csv", "--bank", "hotline", "--json")

    assert [preview.status, first.status, again.status] == [2, 2, 2]
    assert [preview.json["added"], first.json["added"], again.json["added"]] == [2, 2, 0]
    assert first.json["rejected"] == 2
    assert [error["line"] for error in first.json["errors"]] == [3, 5]
    assert "nonsense" not in first.out + first.err
    found = place.call("lookup", picture, "0" * 32, "--json").lines
    assert {match["signal_type"] for match in found[0]["matches"]} == {"md5", "pdq"}
    assert found[1]["matches"] == []


def test_a_bank_that_is_off_is_not_asked_and_a_foreign_list_is_not_handed_on(place: Place, picture: Path) -> None:
    """Switching is reversible; a licence that does not allow sharing holds for the command line too."""
    md5 = place.call("hash", picture).lines[0]["md5"]
    (place.folder / "list.ndjson").write_text(json.dumps({"type": "md5", "value": md5}), encoding="utf-8")
    place.call(*CREATE)
    place.call("bank", "import", "list.ndjson", "--bank", "hotline")

    place.call("bank", "disable", "hotline")
    off = place.call("lookup", md5, "--json").json
    place.call("bank", "enable", "hotline")
    on = place.call("lookup", md5, "--json").json
    exported = place.call("bank", "export", "hotline")

    assert (off["matches"], len(on["matches"])) == ([], 1)
    assert (exported.status, exported.out) == (1, "")
    assert "licence" in exported.err


def test_a_bank_that_is_there_or_is_not_is_told_with_the_command_that_helps(place: Place) -> None:
    """Made twice, misspelt, of a clause that does not exist, filled from a file that is not there."""
    assert place.call(*CREATE).status == 0

    twice = place.call(*CREATE)
    misspelt = place.call("bank", "show", "hotlin")
    clause = place.call(*("other" if word == "hotline" else word.replace("minors.", "minor.") for word in CREATE))
    file = place.call("bank", "import", "no.csv", "--bank", "hotline")
    asked = place.call("lookup", "no.jpg")

    assert twice.messages == [
        "tutela: name: there is a bank of that name. See `tutela bank show hotline`, or choose another name."
    ]
    assert "`tutela bank list`" in misspelt.err
    assert "docs/reference/policy.md" in clause.err
    assert "no such file or directory" in file.err
    assert "no such file, and not the 32, 40 or 64 hex digits of a hash" in asked.out


def listed(place: Place, *values: str) -> None:
    """Have the bank hold these MD5s."""
    place.call(*CREATE)
    rows = "\n".join(["type,value", *(f"md5,{value}" for value in values)])
    (place.folder / "list.csv").write_text(rows, encoding="utf-8")
    assert place.call("bank", "import", "list.csv", "--bank", "hotline").status == 0


def test_two_people_deny_a_member_by_name(place: Place) -> None:
    """The same name twice is one person; the source is owed what was said."""
    listed(place, "1" * 32)
    opine = ("bank", "opine", "hotline", "md5", "1" * 32, "negative", "--json")

    first = place.call(*opine, "--by", "Ada")
    same = place.call(*opine, "--by", "ADA ")
    other = place.call(*opine, "--by", "Grace", "--classification", "a landscape")
    shown = place.call("bank", "show", "hotline", "--json").json

    assert [done.json["disputed"] for done in (first, same, other)] == [False, False, True]
    assert "1" * 32 not in first.out
    assert shown["feedback_owed"] == 2


def test_what_cannot_be_said_or_released_is_told(place: Place) -> None:
    """No name, no such member, nothing braked, nothing to change."""
    listed(place, "1" * 32)
    opine = ("bank", "opine", "hotline", "md5")

    nameless = place.call(*opine, "1" * 32, "negative", "--by", " ").messages
    assert nameless[0].startswith("tutela: by: a name is 1 to 64")
    assert "no such member" in place.call(*opine, "2" * 32, "negative", "--by", "Ada").err
    assert "not braked" in place.call("bank", "release-brake", "hotline", "md5", "1" * 32, "--by", "Ada").err
    assert "nothing was given" in place.call("bank", "change", "hotline").err
    assert "not a day" in place.call("bank", "change", "hotline", "--licence-ends-at", "soon").err
    assert "offset" in place.call("bank", "change", "hotline", "--licence-ends-at", "2027-01-31T12:00").err
    for end in ("0001-01-05", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"):
        refused = place.call("bank", "change", "hotline", "--licence-ends-at", end)
        assert (refused.status, "2000 to 2999" in refused.err) == (1, True)


def test_a_banks_numbers_are_changed_and_shown(place: Place) -> None:
    """A day is its midnight in UTC; `never` takes the end away."""
    listed(place, "1" * 32)
    numbers = ("--threshold-bits", "20", "--brake-accounts", "5", "--brake-window-hours", "48")
    assert place.call("bank", "change", "hotline", *numbers, "--licence-ends-at", "2027-01-31").status == 0
    shown = place.call("bank", "show", "hotline", "--json").json
    place.call("bank", "change", "hotline", "--licence-ends-at", "never")
    after = place.call("bank", "show", "hotline", "--json").json

    assert (shown["threshold_bits"], shown["brake_accounts"], shown["brake_window_hours"]) == (20, 5, 48)
    assert (shown["licence_ends_at"], after["licence_ends_at"]) == ("2027-01-31T00:00:00+00:00", None)
    assert after["threshold_bits"] == 20


def test_statistics_name_members_by_id_and_no_hash(place: Place) -> None:
    """What it holds, and that it hit nothing yet."""
    listed(place, "1" * 32, "2" * 32)

    words = place.call("bank", "statistics", "hotline")
    told = place.call("bank", "statistics", "hotline", "--json")

    assert "it hit nothing yet" in words.out
    assert "of the cases with near matches people confirmed 0 and overturned 0\n" in words.out
    assert (told.json["active_md5"], told.json["items_hit"], told.json["members"]) == (2, 0, [])
    assert "1" * 32 not in words.out + told.out


def test_a_flat_hash_is_refused_and_an_odd_one_warned_of(place: Place) -> None:
    """By line, on standard error, and the value nowhere."""
    place.call(*CREATE)
    (place.folder / "list.csv").write_text(f"type,value\npdq,{'0' * 64}\npdq,{'00ff' * 16}\n", encoding="utf-8")
    words = ("bank", "import", "list.csv", "--bank", "hotline")

    refused = place.call(*words)
    accepted = place.call(*words, "--accept-flat", "--json")

    assert (refused.status, accepted.status, accepted.json["added"]) == (2, 0, 1)
    assert "line 2: zeros or ones only" in refused.err
    assert "line 3: warning: the same few digits" in refused.err
    assert "00ff" not in refused.out + refused.err
