"""`tutela channel` and `tutela reports`, against the stand-in."""

import signal
import time
from pathlib import Path

import pytest

from cli.place import Place
from filed import AUTHORITY
from filing_office import FilingOffice
from make import Home
from tutela.bootstrap import build
from tutela.config import load
from tutela.core.filing.states import Environment
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.ncmec.server import Sandbox
from tutela.sandbox.ncmec.xsd import schema

REPORTER = """
[person]
first_name = "Ann"
emails = ["safety@meadow.alt"]
phones = ["5550100"]

[contact]
emails = ["legal@meadow.alt"]

[process]
template = "How to serve process."
legal_url = "https://meadow.alt/law-enforcement"
"""


@pytest.fixture(autouse=True)
def made(place: Place) -> None:
    """Make an installation, and what an operator has at hand."""
    assert place.call("key", "create", "platform", "--scope", "read").status == 0
    (place.folder / "reporter.toml").write_text(REPORTER, encoding="utf-8")
    (place.folder / "password").write_text("sandbox\n", encoding="utf-8")


def set_up(place: Place, sandbox: Sandbox) -> None:
    """Set the channel up, check it and switch it on."""
    done = place.call(
        "channel", "set", "--url", sandbox.url, "--username", "sandbox", "--password-file", "password",
        "--schema-url", "https://authority.alt/ispws/xsd", "--reporter", "reporter.toml",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert place.call("channel", "check").status == 0
    assert place.call("channel", "enable").out.strip() == "ncmec is on: test"


def queue(place: Place, sandbox: Sandbox, *contents: bytes) -> str:
    """Approve a report beside the command line."""
    house = build(load({}, var=place.folder / "var"))
    try:
        home = Home(house, house.clock)  # type: ignore[arg-type]  # a clock that goes by itself
        return FilingOffice(home, sandbox).queue(*contents)
    finally:
        house.close()


def test_a_channel_is_set_up_by_the_book_and_says_what_is_missing(place: Place, sandbox: Sandbox) -> None:
    """Each thing that keeps it off is a line with what to do; the password is shown nowhere."""
    nothing = place.call("channel", "list")
    place.call("channel", "set", "--url", sandbox.url)
    missing = place.call("channel", "show")
    refused = place.call("channel", "enable")
    set_up(place, sandbox)
    shown = place.call("channel", "show", "--json").json
    changed = place.call(
        "channel", "set", "--environment", "production", "--approvers", 2, "--least-complete", 70, "--json"
    )

    assert "there is no channel" in nothing.out
    assert missing.out.count("missing: ") == 4
    assert (refused.status, "Refused" not in refused.err, "schema_url" in refused.err) == (1, True, True)
    assert (shown["enabled"], shown["environment"], shown["status"]["seen_from"], shown["missing"]) == (
        True, "test", "127.0.0.1", [],
    )  # fmt: skip
    assert (changed.json["enabled"], changed.json["approvers"], changed.json["least_complete_percent"]) == (
        False, 2, 70,
    )  # fmt: skip
    assert [each["place"] for each in changed.json["missing"]] == [
        "base_url", "credentials", "status", "tested",
    ]  # fmt: skip
    assert place.call("channel", "list").out.splitlines()[1].split()[:3] == ["ncmec", "production", "off"]
    assert place.call("channel", "disable").out.strip() == "ncmec is off"


def test_what_an_operator_gets_wrong_is_one_line_with_its_place(place: Place, sandbox: Sandbox) -> None:
    """And nothing is stored."""
    (place.folder / "wrong.toml").write_text('[person]\nemails = ["x"]\n', encoding="utf-8")
    (place.folder / "unknown.toml").write_text('[person]\nnick = "x"\n', encoding="utf-8")
    tries = {
        ("channel", "set", "--url", "http://authority.alt"): "https",
        ("channel", "set", "nca", "--url", sandbox.url): "filed by hand",
        ("channel", "set", "--username", "x"): "There is no password",
        ("channel", "set", "--password-file", "password"): "A password belongs to a name",
        ("channel", "set", "--reporter", "wrong.toml"): "reporter.person.emails.0.address",
        ("channel", "set", "--reporter", "unknown.toml"): "nick",
        ("channel", "set", "--reporter", "none.toml"): "cannot be read",
        ("channel", "check"): "tutela channel set",
        ("channel", "schema", "--fetch"): "tutela channel set",
        ("channel", "schema"): "Name a file",
        ("reports", "show", "rep_none"): "There is no report",
        ("reports", "abandon", "rep_none"): "no report of that identifier that was approved",
    }
    for words, said in tries.items():
        done = place.call(*words)
        assert (done.status, said in done.err, len(done.messages)) == (1, True, 1), (words, done.err)
    assert place.call("channel", "list", "--json").json == []
    assert "[person]" in place.call("channel", "example").out


def test_a_check_fails_by_its_status_and_the_schema_is_kept(place: Place, sandbox: Sandbox) -> None:
    """What a schema says differently is told until somebody says that they know."""
    set_up(place, sandbox)
    sandbox.faults.add(Fault(Does.STATUS, "/status", status=401))
    failed = place.call("channel", "check", "--json")
    fetched = place.call("channel", "schema", "--fetch", "--json").json
    Path(place.folder / "other.xsd").write_bytes(schema().replace(b'name="platform"', b'name="service"'))
    other = place.call("channel", "schema", AUTHORITY, "other.xsd", "--json").json
    line = place.call("checklist", "--json").json
    seen = place.call("channel", "schema", "--seen", "--json").json

    assert (failed.status, failed.json["enabled"], failed.json["stopped"]["fault"]) == (1, True, "auth")
    assert (fetched["xsd"]["source"], fetched["xsd"]["unknown_to_them"]) == ("authority", [])
    assert (other["xsd"]["source"], other["xsd"]["unknown_to_them"]) == ("file", ["platform"])
    assert line["channels_work"] is False
    assert seen["xsd"]["seen"]


def test_reports_are_filed_listed_and_ended_from_the_command_line(place: Place, sandbox: Sandbox) -> None:
    """By a command that ends when nothing is due; what failed is an alarm until somebody acknowledges it."""
    set_up(place, sandbox)
    done, failed, given_up = (queue(place, sandbox, content) for content in (b"hill", b"mill", b"quay"))
    sandbox.faults.add(Fault(Does.CODE, "/fileinfo", skip=1, code=4100))
    place.call("reports", "abandon", given_up)
    worked = place.call("reports", "work", "--once")
    listed = place.call("reports", "list", "--json").json
    log = place.call("reports", "log", done)
    alarm = place.call("reports", "alarms")
    shown = place.call("reports", "show", failed, "--json").json
    checklist = place.call("checklist", "--json").json
    place.call("reports", "acknowledge", failed)

    assert (worked.status, worked.out.strip()) == (0, "2 taken on")
    assert {each["id"]: each["phase"] for each in listed} == {done: "finished", failed: "failed", given_up: "abandoned"}
    assert [each["id"] for each in place.call("reports", "list", "--phase", "failed", "--json").json] == [failed]
    assert place.call("reports", "list", "--limit", 1, "--before", given_up, "--json").json[0]["id"] == failed
    assert [line.split()[2] for line in log.out.splitlines()[1:]][-2:] == ["finish.asked", "finish.done"]
    assert (alarm.out.split()[2:], checklist["reports_on_their_way"]) == ([failed, "failed"], False)
    assert (shown["fault"], shown["files"]) == ("validation", 1)
    assert place.call("reports", "alarms").out.strip() == "nothing is wrong"
    assert place.call("reports", "retry", failed).status == 0
    assert place.call("reports", "work", "--once", "--json").json == {"taken": 1}
    assert len(list(sandbox.authority.finished())) == 2
    assert place.call("audit", "verify").status == 0


def test_reports_of_another_environment_wait(place: Place, sandbox: Sandbox) -> None:
    """What is approved for production is never filed with a test."""
    set_up(place, sandbox)
    house = build(load({}, var=place.folder / "var"))
    home = Home(house, house.clock)  # type: ignore[arg-type]  # a clock that goes by itself
    report_id = FilingOffice(home, sandbox).queue(environment=Environment.PRODUCTION)
    house.close()

    assert place.call("reports", "work", "--once", "--json").json == {"taken": 0}
    assert place.call("reports", "alarms", "--json").json == [{"id": report_id, "alarms": ["other_environment"]}]


def test_a_process_of_its_own_files_what_is_approved_and_ends_in_order(place: Place, sandbox: Sandbox) -> None:
    """Beside a command line that approves; told to end, it gives back what it holds and seals what it wrote."""
    set_up(place, sandbox)
    worker = place.start("reports", "work")
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "Tutela files reports"
    report_id = queue(place, sandbox, b"hill" * 100_000)
    until = time.monotonic() + 60
    while place.call("reports", "show", report_id, "--json").json["phase"] != "finished":
        assert time.monotonic() < until
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    _, err = worker.communicate(timeout=60)

    assert worker.returncode == 0, err
    assert "meadow" not in err
    assert list(sandbox.authority.finished())
    assert place.call("reports", "show", report_id, "--json").json["phase"] == "finished"
    assert place.call("channel", "show", "--json").json["tested"]["report"] == report_id
    assert place.call("audit", "verify").status == 0


def test_what_comes_back_from_a_backup_is_not_filed_again(place: Place, sandbox: Sandbox) -> None:
    """A backup does not know what was filed since: somebody has to look before anything goes out."""
    set_up(place, sandbox)
    report_id = queue(place, sandbox)
    (place.folder / "passphrase").write_text("seven harmless landscapes\n", encoding="utf-8")
    copy = ("--passphrase-file", "passphrase")
    assert place.call("keys", "escrow", "copy.txt", *copy).status == 0
    assert place.call("backup", "there").status == 0
    assert place.call("reports", "work", "--once", "--json").json == {"taken": 1}
    restored = place.call("restore", "there", "--var", "new", "--escrow", "copy.txt", *copy)

    assert restored.status == 0, restored.err
    assert "give up reports that were filed after the backup was made" in restored.out
    assert place.call("channel", "show", "--var", "new", "--json").json["off_because"] == "restored"
    assert place.call("reports", "work", "--once", "--var", "new", "--json").json == {"taken": 0}
    assert place.call("checklist", "--var", "new", "--json").json["channels_work"] is False
    assert place.call("reports", "abandon", report_id, "--var", "new").out.strip() == f"{report_id}: abandoned"
    assert place.call("channel", "enable", "--var", "new").status == 0
    assert len(list(sandbox.authority.finished())) == 1
