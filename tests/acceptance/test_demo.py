"""`tutela demo --once`: the whole story on this machine, played once for the suite."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from demo_mix import MIX, PROBED
from tutela.sandbox.crowd import CAST
from tutela.sandbox.demo import run
from tutela.sandbox.fourth_act import Console, guide
from tutela.sandbox.seventh_act import COPIERS
from tutela.sandbox.staff import Login
from tutela.sandbox.third_act import CAUGHT, NEAR_MISSES
from tutela.sandbox.variants import variants

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Play the demo in a folder of its own, with another Tutela's settings in the environment."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "client" / "src"))),
        "TUTELA_VAR": str(folder / "of-another"),
        "TUTELA_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/of-another",
    }
    command = [sys.executable, "-m", "tutela", "demo", "--once", "--port", "0", "--var", str(folder)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_demo_ends_well(played: subprocess.CompletedProcess[str]) -> None:
    """Status 0 means: known pictures recognised, others published, nothing hidden to be seen."""
    assert played.returncode == 0, played.stdout + played.stderr
    assert "WRONG" not in played.stdout


def test_the_demo_touches_no_other_installation(played: subprocess.CompletedProcess[str]) -> None:
    """Settings of another one in the environment are not its own."""
    folder = re.search(r"^folder +(.+): database", played.stdout, re.MULTILINE)

    assert folder is not None
    assert [path.name for path in Path(folder[1]).parent.iterdir()] == ["demo"]


def test_the_demo_tells_what_came_of_every_variant(played: subprocess.CompletedProcess[str]) -> None:
    """Missed ones too, in a table that fits a hundred columns."""
    lines = played.stdout.splitlines()

    for variant in variants():
        assert any(line.startswith(variant.name + "  ") for line in lines), variant.name
    assert max(map(len, lines)) <= 100


def test_the_demo_shows_that_nothing_hidden_is_seen(played: subprocess.CompletedProcess[str]) -> None:
    """And that what is listed later disappears, and that the record is sound."""
    assert re.search(r"posts on \d+ surfaces: 0 visible to anybody", played.stdout)
    assert re.search(r"hidden \d+\.\d+ s after its hash was added", played.stdout)
    assert re.search(r"^audit +sound: ", played.stdout, re.MULTILINE)
    assert " 0 false alarms" in played.stdout


def test_the_demo_tells_an_author_why_and_the_eu_database_of_nobody(played: subprocess.CompletedProcess[str]) -> None:
    """In the author's words; and what is sent names no account."""
    assert "- It is about this rule: Spam and artificial reach." in played.stdout
    assert re.search(r"^eu +[1-9][0-9]* records .* nobody is named$", played.stdout, re.MULTILINE)


def test_the_demo_finds_three_in_a_crowd_and_nobody_else(played: subprocess.CompletedProcess[str]) -> None:
    """Each in the right queue, with what the rule saw; the two who reach children cannot write to minors meanwhile."""
    found = re.findall(r"^  (\S+) +(\w+) +(\d+) hours +(yes|no) +(yes|no)$", played.stdout, re.MULTILINE)

    assert found == [
        (CAST.contacts_many.id, "grooming", "24", "no", "yes"),
        (CAST.invites_away.id, "grooming", "4", "no", "yes"),
        (CAST.offers_gifts.id, "grooming", "24", "yes", "yes"),
        (CAST.teacher.id, "school", "24", "no", "yes"),
    ]
    assert re.search(r"^  konrad.falk +wrote to 6 different minors within a day$", played.stdout, re.MULTILINE)
    assert re.search(r"^ordinary +296 accounts: no case$", played.stdout, re.MULTILINE)
    assert "no basis lets anybody look" in played.stdout


def test_the_demo_tries_rules_before_they_do_anything(played: subprocess.CompletedProcess[str]) -> None:
    """A new one in the shadow, and a changed one on what happened."""
    assert re.search(r"^shadow +\S+: 2 of 2 tests pass", played.stdout, re.MULTILINE)
    assert re.search(r"laid \d+ ordinary people before a person; 0 cases opened", played.stdout)
    assert f"1 case ({CAST.coach.id}) won, no case lost" in played.stdout


def test_the_demo_spots_words_in_disguise_and_nothing_that_is_only_near(
    played: subprocess.CompletedProcess[str],
) -> None:
    """Whoever writes them is laid before a person with the bank that was met; near misses are not."""
    for line, bank, undone in (
        (CAUGHT[0], "words", "spacing"), (CAUGHT[1], "hosts", "scheme"), (CAUGHT[2], "adverts", "% of it"),
        (CAUGHT[3], "names", "case"), (CAUGHT[4], "words", "invisible"),
    ):  # fmt: skip
        [row] = re.findall(rf"^  {re.escape(line.who.id)} +{re.escape(line.what)}  .*$", played.stdout, re.MULTILINE)
        assert bank in row, row
        assert undone in row, row
    for line in NEAR_MISSES:
        assert re.search(rf"^  {re.escape(line.who.id)} +{re.escape(line.what)} +- +- +-$", played.stdout, re.MULTILINE)
    assert "egon.tarn may not write to minors" in played.stdout


def test_people_come_in_and_find_cases_of_every_kind(played: subprocess.CompletedProcess[str]) -> None:
    """By invitation, password and code, over HTTP; every page that they are led to answers, and a plan is shown."""
    assert "5 came in by invitation: administrator, reviewer, senior, officer, analyst" in played.stdout
    for reason in ("near match", "exact digest", "rule", "decision pending"):
        assert re.search(rf"^cases +\d+ wait: .*\d+ {reason}\b", played.stdout, re.MULTILINE), reason
    [told] = re.findall(r"^cases +\d+ wait: (.*)$", played.stdout, re.MULTILINE)
    counted = {reason: int(count) for count, reason in (each.split(" ", 1) for each in told.split(", "))}
    assert counted.pop("second look") in {1, 2}  # of the one that is reported; it may be drawn for quality as well
    # On a busy machine banks of words are asked later, and the demo probes until they are: each probe opens cases.
    [probed] = re.findall(r"^ +(\d+) of them were opened by rule while", played.stdout, re.MULTILINE)
    counted["rule"] += PROBED - int(probed)
    assert counted == MIX  # the figures of exposure are counted over this mix
    [pages] = re.findall(r"^console .*; (\d+) pages answered; a plan was shown$", played.stdout, re.MULTILINE)
    assert int(pages) >= 5 * len(("the first page", "security", "sessions", "tokens"))


def test_a_report_is_begun_anew_and_finishes_although_the_authority_was_killed(
    played: subprocess.CompletedProcess[str],
) -> None:
    """Begun anew from what is stored; its receipt has number, time and until when it would be kept."""
    steps = played.stdout.partition("Every step of it:")[2]
    for told in (
        "Done: opening the report.", "No answer to sending file 1: it may have been done.",
        "It is gone at the authority, and begun anew.", "Done: finishing the report.",
    ):  # fmt: skip
        assert told in steps, told
    assert re.search(r"^number +9\d+$", steps, re.MULTILINE)
    assert re.search(r"^finished +\d{4}-\d\d-\d\d \d\d:\d\d UTC$", steps, re.MULTILINE)
    assert re.search(r"^kept +A test orders nothing to be kept\. In earnest .* until \d{4}-", steps, re.MULTILINE)


def test_somebody_outside_is_heard_and_learns_what_became_of_every_copy(
    played: subprocess.CompletedProcess[str],
) -> None:
    """Hidden at once and nobody's account touched; one no is not the last; the status page counts the copies."""
    out = played.stdout
    assert re.search(r"^at once +the post is absent, .*; its account is untouched$", out, re.MULTILINE)
    assert re.search(r"^clock +on the page of what is due, for everybody on shift: \d", out, re.MULTILINE)
    assert re.search(r"^first +a reviewer says no: the post stays hidden", out, re.MULTILINE)
    status = out.partition("The status page, opened with the code:")[2]
    assert status.lstrip().startswith("It is gone.")
    [copies] = re.findall(r"Copies that went with it: (\d+)", status)
    assert int(copies) >= len(COPIERS)
    assert re.search(r"posted again by somebody else: (hold|refuse)$", status, re.MULTILINE)


def test_an_appeal_is_overturned_and_figures_are_published(played: subprocess.CompletedProcess[str]) -> None:
    """Everything is back, what cannot be undone is said, and the figures are a page and files."""
    heard = played.stdout.partition("Somebody under a measure is heard.")[2]
    assert re.search(r"^plan +cannot be undone: ", heard, re.MULTILINE)
    assert re.search(r"^outcome +overturned; the post: publish; its author may post$", heard, re.MULTILINE)
    assert re.search(r"^ +what they earn: normal$", heard, re.MULTILINE)
    assert re.search(r"^figures +of \d{4}-H[12]: [1-9]\d* charts on a page .* and 11 CSV files$", heard, re.MULTILINE)


def test_the_guide_gives_an_address_logins_and_codes_that_are_left() -> None:
    """Six steps; the code that is told is one that nobody has used, also where one was used in this half minute."""
    now = datetime(2026, 11, 26, 12, 0, 10, tzinfo=UTC)
    who = Login("reviewer", "0a1b-2c3d-4e5f-6071", "JBSWY3DPEHPK3PXP" * 2)
    enrolled, signed_in = who.enrolling_code(now), who.next_code(now)
    told = guide(Console("http://localhost:8420/console", [who]), now)
    app = TOTP(who.secret)

    assert (enrolled, signed_in) == (app.at(now - timedelta(seconds=30)), app.at(now))
    assert re.search(
        rf"^  reviewer +{who.password} +{app.at(now + timedelta(seconds=30))} +{who.secret}$", told, re.MULTILINE
    )
    assert "http://localhost:8420/console\n" in told
    assert re.findall(r"^  (\d)\. ", told, re.MULTILINE) == ["1", "2", "3", "4", "5", "6"]
    assert max(map(len, told.splitlines())) <= 120
    assert who.code(now + timedelta(minutes=5)) == app.at(now + timedelta(minutes=5))


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and fails."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "evidence").write_bytes(b"kept")

    assert run(once=True, port=0, var=tmp_path) == 1

    assert "not empty" in capsys.readouterr().out
    assert (tmp_path / "demo" / "evidence").read_bytes() == b"kept"
