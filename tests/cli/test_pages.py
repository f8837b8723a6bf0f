"""Help, settings and the profile: what needs no process of its own."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from tutela.cli import COMMANDS, tutela
from tutela.cli.reference import page
from tutela.config import Settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with no configuration of this machine."""
    monkeypatch.chdir(tmp_path)


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    """To mend it: `python -m tutela.cli.reference docs/reference/cli.md`."""
    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == page()


def test_every_setting_has_its_line_with_its_default() -> None:
    """Name, variable and default stand in docs/reference/settings.md, and nothing that is no setting."""
    text = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| `(\w+)` \| `TUTELA_\w+` \|\s*`?([^`|]*?)`?\s*\|", text, flags=re.MULTILINE))

    assert set(lines) == {field.name for field in fields(Settings)}
    for name, told in lines.items():
        default = getattr(Settings(), name)
        if isinstance(default, bool):
            assert told == str(default).lower(), name
        elif isinstance(default, int):
            assert told == str(default), name
        assert f"`TUTELA_{name.upper()}`" in text


def test_the_overview_names_every_command_without_loading_it() -> None:
    """`tutela --help` is quick, and its lines are those of the commands."""
    done = CliRunner().invoke(tutela, ["--help"])

    assert done.exit_code == 0
    assert all(name in done.output for name in COMMANDS)


def test_settings_are_shown_without_the_password_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether one is set is told, no more."""
    monkeypatch.setenv("TUTELA_DATABASE_URL", "postgresql://tutela:hunter2@db/tutela")

    done = CliRunner().invoke(tutela, ["settings", "--json"])

    assert json.loads(done.output)["database_url"] == "(set)"
    assert "hunter2" not in done.output


def test_a_setting_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with status 1 and no traceback."""
    monkeypatch.setenv("TUTELA_PRT", "1")

    done = CliRunner().invoke(tutela, ["settings"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("tutela: TUTELA_PRT: ")


def test_a_profile_is_recorded_piece_by_piece_and_checked() -> None:
    """What is not given stays; what cannot be is refused by its name."""
    run = CliRunner().invoke
    assert run(tutela, ["profile", "set", "--country", "de", "--services", "public"]).exit_code == 0
    run(tutela, ["profile", "set", "--user-regions", "DE,AT", "--on-call", "Ada"])

    wrong = run(tutela, ["profile", "set", "--country", "Germany"])
    shown = json.loads(run(tutela, ["profile", "show", "--json"]).output)
    lines = json.loads(run(tutela, ["checklist", "--done", "authority_tested", "--json"]).output)

    assert (wrong.exit_code, "country" in wrong.stderr) == (1, True)
    assert (shown["country"], shown["user_regions"], shown["on_call"]) == ("DE", ["DE", "AT"], "Ada")
    assert lines["profile_recorded"]
    assert lines["on_call_named"]
    assert lines["authority_tested"]
    assert not lines["keys_escrowed"]


def test_a_key_is_listed_without_its_secret_and_ends_when_revoked() -> None:
    """Revoking twice is an error, so that a typing mistake is noticed."""
    run = CliRunner().invoke
    made = json.loads(run(tutela, ["key", "create", "forum", "--scope", "read", "--json"]).stdout)

    listed = run(tutela, ["key", "list"]).output
    first = run(tutela, ["key", "revoke", made["id"]])
    second = run(tutela, ["key", "revoke", made["id"]])

    assert made["id"] in listed
    assert made["secret"] not in listed
    assert (first.exit_code, second.exit_code) == (0, 1)
