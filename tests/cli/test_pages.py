"""Help, settings and the profile: what needs no process of its own."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.place import logs_as_before, messages
from tutela.cli import COMMANDS, tutela
from tutela.cli.profile import _asked
from tutela.cli.reference import page
from tutela.config import Settings
from tutela.core.permissions import PEOPLE_ONLY, SCOPES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in an empty folder, with no configuration of this machine, and leave the logs as they were."""
    monkeypatch.chdir(tmp_path)
    with logs_as_before():
        yield


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    """Run `./dev docs` when this fails."""
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
    assert messages(done.stderr)[0].startswith("tutela: TUTELA_PRT: ")


def test_a_profile_is_recorded_piece_by_piece_and_checked() -> None:
    """What is not given stays; what cannot be is refused by its name."""
    run = CliRunner().invoke
    assert run(tutela, ["profile", "set", "--country", "de", "--services", "public"]).exit_code == 0
    run(tutela, ["profile", "set", "--user-regions", "DE,AT", "--on-call", "Ada"])

    wrong = run(tutela, ["profile", "set", "--country", "Germany"])
    shown = json.loads(run(tutela, ["profile", "show", "--json"]).stdout)
    lines = json.loads(run(tutela, ["checklist", "--done", "authority_tested", "--json"]).stdout)

    assert (wrong.exit_code, "country" in wrong.stderr) == (1, True)
    assert (shown["country"], shown["user_regions"], shown["on_call"]) == ("DE", ["DE", "AT"], "Ada")
    assert lines["profile_recorded"]
    assert lines["on_call_named"]
    assert lines["authority_tested"]
    assert not lines["keys_escrowed"]


def test_every_scope_is_explained_and_can_be_given() -> None:
    """The help names each in a line of its own, and the reference page in its table."""
    table = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    told = CliRunner().invoke(tutela, ["key", "create", "--help"]).output
    given = [scope for scope in SCOPES if scope not in PEOPLE_ONLY]
    words = [word for scope in given for word in ("--scope", scope)]
    made = json.loads(CliRunner().invoke(tutela, ["key", "create", "all", *words, "--json"]).stdout)

    assert made["scopes"] == sorted(given)
    assert [scope for scope in given if f"\n  {scope} " not in told] == []
    assert [scope for scope in SCOPES if f"| `{scope}` |" not in table] == []


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


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("prot = 1", "there is no setting 'prot'. Did you mean port?"),
        ("port = true", "port must be a whole number"),
        ("port = 84.5", "port must be a whole number"),
        ('log_level = "loud"', "log_level must be one of debug, info, warning, error"),
        ("batch_max_items = 0", "batch_max_items must be 1 or more"),
        ("scanner_processes = -1", "scanner_processes must be 0 (one per core) or more"),
        ('vault_url = "s3:/bucket"', "neither a folder nor the address of an object store"),
        ('is_behind_tls = "maybe"', "is_behind_tls must be true or false"),
    ],
)
def test_a_slip_in_the_settings_is_told_and_never_guessed(line: str, said: str) -> None:
    """In one line, with status 1: a number that means something else would be found out too late."""
    Path("tutela.toml").write_text(line + "\n", encoding="utf-8")

    done = CliRunner().invoke(tutela, ["settings"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TUTELA_CONFIG": "."}, "the configuration file cannot be read: is a directory"),
        ({"TUTELA_VAR": "a-file/var"}, "this folder cannot be made or written: not a directory"),
        ({"TUTELA_KEYS": "a-file/keys"}, "this folder cannot be made or written: not a directory"),
        ({"TUTELA_VAULT_URL": "a-file/vault"}, "a-file/vault: The operating system refused: Not a directory."),
        ({"TUTELA_DATABASE_URL": "sqlite:///a-file/x/t.db"}, "the database's folder cannot be made: not a directory"),
        ({"TUTELA_DATABASE_URL": "sqlite:///."}, "the database cannot be reached or lets nobody in"),
        ({"TUTELA_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "the database cannot be reached"),
        ({"TUTELA_DATABASE_URL": "nonsense:hunter2"}, "this is no address of a database. Use sqlite:///FILE"),
    ],
)
def test_a_place_that_cannot_be_used_is_named_with_what_to_do(
    settings: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line instead of the class of an exception."""
    Path("a-file").touch()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(tutela, ["key", "create", "forum", "--scope", "read"])

    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert "hunter2" not in done.stderr


def test_a_new_installation_is_announced_and_an_old_one_is_not() -> None:
    """A key that was made in the wrong folder opens nothing, so the folder is named."""
    run = CliRunner().invoke
    first = run(tutela, ["key", "create", "forum", "--scope", "read"])
    second = run(tutela, ["key", "create", "forum", "--scope", "read"])

    assert f"a new one was made in {Path('var').absolute()}" in first.stderr
    assert "new one" not in second.stderr


def test_an_answer_that_cannot_be_is_asked_for_again() -> None:
    """One slip at the first start costs one answer and not all of them."""
    said: list[dict[str, str]] = []

    @click.command()
    def ask() -> None:
        said.append(_asked())

    done = CliRunner().invoke(ask, input="Germany\nDE\nDE,AT\npublik\npublic\n\n\nAda\n")

    assert done.exit_code == 0, done.output
    assert "a country is two letters, as in DE" in done.output
    assert said == [{"country": "DE", "user_regions": "DE,AT", "services": "public", "on_call": "Ada"}]
