"""`tutela transparency`: entered, drawn up, published, exported, corrected."""

from cli.place import Place


def test_a_report_from_the_command_line(place: Place) -> None:
    """Every step; the exported file is the one whose digest is told."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert "no report yet" in place.call("transparency", "list").out
    (place.folder / "text.txt").write_text("People decide.", encoding="utf-8")
    entered = place.call(
        "transparency", "enter", "--provider", "Lakes Ltd", "--service", "Lakes", "--contact", "desk@lakes.example",
        "--text", "summary", "--from", "text.txt", "--month", "2025-01", "--recipients", "TOTAL=120", "--recipients",
        "DE=40", "--moderators", "3,0", "--language", "de=2", "--period", "2025", "--dispute", "total=1", "--json",
    )  # fmt: skip
    assert entered.json["entered"] == [
        "identification", "text summary", "recipients of 2025-01", "moderators", "disputes of 2025"
    ]  # fmt: skip
    edition = place.call("transparency", "draw-up", "2025", "--json").json
    assert "is due by" in place.call("transparency", "list").out
    assert place.call("transparency", "publish", edition["id"]).status == 0
    exported = place.call("transparency", "export", edition["id"], "report.zip")
    assert edition["sha256"] in exported.out
    assert (place.folder / "report.zip").stat().st_size == edition["size_bytes"]
    assert "a file already" in place.call("transparency", "export", edition["id"], "report.zip").err
    assert "is a correction" in place.call("transparency", "draw-up", "2025").err
    assert "edition 2" in place.call("transparency", "correct", "2025", "--reason", "a late appeal").out
    assert place.call("audit", "verify").status == 0


def test_what_cannot_be_entered_is_said_in_one_line(place: Place) -> None:
    """With how it is written."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    assert "nothing to enter" in place.call("transparency", "enter").err
    assert "no count" in place.call("transparency", "enter", "--month", "2025-01", "--recipients", "many").err
    assert "no period" in place.call("transparency", "draw-up", "last-year").err
    assert "not over" in place.call("transparency", "draw-up", "2099").err
