"""`tutela reports`: from a found case to an approved report at the command line, beside no server."""

from dataclasses import replace

import pytest

from cli.place import Place
from core.filing.reports import REPORTER, SCHEMA_URL
from make import at_home, submission
from tutela.bootstrap import build
from tutela.config import Settings
from tutela.core.filing.channel import Channel
from tutela.core.filing.states import Environment
from tutela.ports.reports import ReportAudit


@pytest.fixture
def case_id(place: Place) -> str:
    """Return a case that somebody has found, with a channel that is ready."""
    house = build(Settings(var=place.folder / "var"))
    house.feed_indexes()
    at_home(house).submit_all(submission("post-1", author="u1", text="A morning by the lake"))
    channel = Channel(
        authority="ncmec", base_url_of=Environment.TEST, credentials_of=Environment.TEST, reporter=REPORTER,
        schema_url=SCHEMA_URL, is_enabled=True, status_ok_at=house.clock.now(),
    )  # fmt: skip
    stored = house.filing.channels.put(None, channel, ReportAudit("set_up", "name:ada"))
    approval = replace(stored.approval, people=2)
    house.filing.channels.put(stored, replace(stored, approval=approval), ReportAudit("changed", "name:ada"))
    house.close()
    done = place.call(
        "decision", "make", "--clause", "cse.conversation", "--code", "found", "--by", "ada", "--json",
        "--account", "u1=actor", "--measure", "remove:item:post-1", "--measure", "lock_pending_decision:account:u1",
    )  # fmt: skip
    assert done.status == 0, done.err
    [owed] = place.call("duty", "list", "--json").json
    return str(owed["case"])


def test_a_report_is_drawn_up_changed_prepared_and_approved(place: Place, case_id: str) -> None:
    """Each refusal names the place and what to do; two names are two people."""
    drawn = place.call("reports", "draw-up", case_id, "--by", "ada")
    assert drawn.status == 0, drawn.err
    report = drawn.out.strip()
    assert place.call("reports", "draw-up", case_id, "--by", "ada").status == 1

    shown = place.call("reports", "preview", report, "--by", "ada")
    assert (shown.status, "only suggested" in shown.out, "! incident.at: Nobody has said" in shown.out) == (
        1,
        True,
        True,
    )
    wrong = place.call("reports", "edit", report, "--by", "ada", "incident.kind=theft")
    assert (wrong.status, "enticement" in wrong.err) == (1, True)
    edited = place.call(
        "reports", "edit", report, "--by", "ada", "incident.kind=enticement", "incident.at=2026-01-02T03:04:05Z",
        "incident.at_means=When the message was sent.", 'victims.0={"person":{"age":14},"identifier":"u2"}',
        "incident.annotations=sextortion", "--clear", "recipients", "--json",
    )  # fmt: skip
    assert edited.status == 0, edited.err
    assert edited.json["version"] == 2
    stale = place.call("reports", "edit", report, "--by", "bea", "note=x", "--version", "1")
    assert (stale.status, "somebody has changed" in stale.err) == (1, True)

    refused = place.call("reports", "prepare", report, "--by", "ada")
    assert (refused.status, "% complete" in refused.err) == (1, True)
    prepared = place.call("reports", "prepare", report, "--by", "ada", "--reason", "No more is known.")
    assert prepared.status == 0, prepared.err
    told = place.call("reports", "preview", report, "--by", "bea", "--documents")
    assert told.status == 0, told.out
    assert "<incidentType>Online Enticement of Children for Sexual Acts</incidentType>" in told.out
    assert "<age>14</age>" in told.out

    for same in ("ada", "Ada", " ADA "):
        alone = place.call("reports", "approve", report, "--by", same)
        assert (alone.status, "another person" in alone.err) == (1, True), same
    approved = place.call("reports", "approve", report, "--by", "bea", "--json")
    assert approved.status == 0, approved.err
    assert (approved.json["state"], approved.json["environment"]) == ("approved", "test")
    assert place.call("reports", "show", report, "--json").json["phase"] == "ready"
    given_up = place.call("reports", "abandon", report, "--by", "Bea", "--json")
    assert (given_up.status, given_up.json["phase"]) == (0, "abandoned"), given_up.err
    [*_, last] = place.call("reports", "log", report, "--json").json
    assert (last["note"], last["by"]) == ("abandoned", "name:bea")
    assert place.call("reports", "withdraw", report, "--by", "bea").status == 1
    never = place.call("reports", "correct", report, "--by", "bea", "--why", "A mistake.")
    assert (never.status, "in earnest" in never.err) == (1, True)
    assert place.call("audit", "verify").status == 0


def test_a_report_that_was_not_approved_is_withdrawn(place: Place, case_id: str) -> None:
    """And drawn up anew."""
    report = place.call("reports", "draw-up", case_id, "--by", "ada").out.strip()
    assert place.call("reports", "withdraw", report, "--by", "ada").status == 0
    assert place.call("reports", "draw-up", case_id, "--by", "ada").status == 0
    assert place.call("reports", "edit", report, "--by", "ada", "note").status == 1
