"""`tutela demo --once`: the whole story on this machine, played once for the suite."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tutela.sandbox.demo import run
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


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and fails."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "evidence").write_bytes(b"kept")

    assert run(once=True, port=0, var=tmp_path) == 1

    assert "not empty" in capsys.readouterr().out
    assert (tmp_path / "demo" / "evidence").read_bytes() == b"kept"
