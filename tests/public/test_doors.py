"""A desk with an address of its own: a real process, in which nothing else answers there, and the desk nowhere else."""

import json
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import place, serving
from cli.place import Place
from tutela.config import Settings, check, load
from tutela.errors import Misconfigured

__all__ = ["place", "serving"]


def status(address: str) -> int:
    """Return how an address answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_desks_own_door_leads_to_the_desk_alone(
    place: Place, serving: Callable[..., tuple[str, subprocess.Popen[str]]]
) -> None:
    """And the console's door to everything but the desk; the command line signs links by the key of this house."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (place.folder / "tutela.toml").write_text(
        f'desk_is_open = true\ndesk_listen = "127.0.0.1:{port}"\ndesk_url = "http://localhost:{port}"\n'
    )
    house, _ = serving()
    desk = f"http://127.0.0.1:{port}"
    assert status(f"{desk}/desk") == 200
    assert [status(f"{desk}{path}") for path in ("/", "/console/sign-in", "/v1/changes", "/deskx")] == [404] * 4
    assert [status(f"{house}{path}") for path in ("/desk", "/desk/en/status", "/desk/static/desk.css")] == [404] * 3
    assert status(f"{house}/console/sign-in") == 200
    link = place.call("desk", "link", "https://photos.example/p/1", "--language", "de", "--json")
    made = json.loads(link.out)["link"]
    with urllib.request.urlopen(made, timeout=10) as answer:  # noqa: S310  # as above
        page = answer.read().decode()
    assert '<html lang="de"' in page
    assert "https://photos.example/p/1" in page
    secret = place.call("desk", "key").out.strip()
    assert len(secret) == 64
    wrong = place.call("desk", "link", "x", "--back", "http://photos.example")
    assert wrong.status != 0
    assert "--back" in wrong.err


@pytest.mark.parametrize(
    ("settings", "place_named"),
    [
        ({"desk_listen": "8421"}, "desk_listen"),
        ({"desk_listen": "127.0.0.1:x"}, "desk_listen"),
        ({"desk_listen": "127.0.0.1:99999"}, "desk_listen"),
        ({"desk_listen": "0.0.0.0:8421"}, "desk_listen"),
        ({"desk_url": "https://help.example/desk"}, "desk_url"),
        ({"desk_exit_url": "http://weather.example"}, "desk_exit_url"),
        ({"desk_exit_url": "javascript:x"}, "desk_exit_url"),
        ({"desk_link_key": 0}, "desk_link_key"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_start(settings: dict[str, Any], place_named: str) -> None:
    """With its name, and what to write."""
    with pytest.raises(Misconfigured) as told:
        check(Settings(**settings))
    assert told.value.place == place_named


def test_it_listens_beyond_this_machine_behind_tls() -> None:
    """As the rest does."""
    assert load({}, desk_listen="0.0.0.0:8421", is_behind_tls=True).desk_listen == "0.0.0.0:8421"


def test_a_file_of_the_desk_with_a_wrong_number_is_refused(tmp_path: Path) -> None:
    """Its place names file, country and line."""
    from tutela.bootstrap.loading import load_help  # noqa: PLC0415  # only here

    file = tmp_path / "desk.toml"
    file.write_text('[help.NO]\n[[help.NO.lines]]\nname = "A"\n')
    with pytest.raises(Misconfigured) as told:
        load_help(file)
    assert told.value.place == f"{file}: help: NO.lines.0"
