"""`tutela serve`: the ready line, a call, an orderly end; and a backfill over HTTP."""

import json
import signal
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.place import Place

Serve = Callable[..., tuple[str, "subprocess.Popen[str]"]]


def call(url: str, key: str, body: Any = None) -> Any:
    """Return the answer of one request."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310  # our own server
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # our own server
        return json.load(answer)


def test_a_key_made_beside_the_server_works_at_once_and_the_end_is_in_order(place: Place, serving: Serve) -> None:
    """Ready is said when it accepts; SIGTERM ends with status 0, chains sealed and logs that hold no content."""
    address, server = serving(is_new=True)
    key = place.run("key", "create", "forum", "--scope", "submit", "--scope", "read", is_new=True).out.strip()

    answer = call(
        f"{address}/v1/items", key, {"id": "1", "author": {"id": "ada"}, "kind": "post", "text": "confidential"}
    )
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=60)

    assert answer["answer"] == "publish"
    assert (server.returncode, out) == (0, "")
    assert "confidential" not in err
    logged = [json.loads(line) for line in err.splitlines()]
    assert {line["line"] for line in logged if line["event"] == "checklist_open"} >= {
        "keys_escrowed",
        "lists_connected",
    }
    verified = place.call("audit", "verify", "--json")
    assert (verified.status, verified.json["breaches"]) == (0, [])
    assert verified.json["seals"] > 0


def test_the_profile_comes_from_variables_where_nobody_can_be_asked(place: Place, serving: Serve) -> None:
    """A container records it without a terminal."""
    place.environment.update(
        TUTELA_PROFILE_COUNTRY="de", TUTELA_PROFILE_USER_REGIONS="DE, AT", TUTELA_PROFILE_SERVICES="public,group"
    )
    serving()

    profile = place.call("profile", "show", "--json").json

    assert (profile["country"], profile["user_regions"]) == ("DE", ["DE", "AT"])
    assert place.call("checklist", "--json").json["profile_recorded"]


def test_a_library_goes_in_over_http(place: Place, serving: Serve, picture: Path) -> None:
    """Bytes and items, with the bad row named."""
    address, _ = serving()
    secret = place.call("key", "create", "filler", "--scope", "submit").out
    (place.folder / "key.txt").write_text(secret, encoding="utf-8")
    rows = [
        {"id": "1", "author": "ada", "file": picture.name},
        {"id": "2", "author": "ada", "text": "hello"},
        {"id": "3", "author": "ada", "contains": ["never-sent"]},
    ]
    (place.folder / "library.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    done = place.call("backfill", "library.jsonl", "--url", address, "--key-file", "key.txt", "--json")

    assert done.status == 2, done.err
    assert done.json["answers"] == {"publish": 2}
    [bad] = done.messages
    assert bad.startswith("line 3: ")


def test_it_refuses_to_listen_beyond_this_machine_without_tls(place: Place) -> None:
    """One line, and nothing was made."""
    done = place.call("serve", "--host", "0.0.0.0")  # noqa: S104  # that it is refused is the point

    assert (done.status, done.out) == (1, "")
    assert "TUTELA_IS_BEHIND_TLS" in done.err
    assert not (place.folder / "var").exists()


def test_a_port_in_use_is_said_in_one_line(place: Place, serving: Serve) -> None:
    """Nothing else is disturbed."""
    address, _ = serving()

    done = place.run("serve", "--port", address.rpartition(":")[2], "--var", "elsewhere")

    assert done.status == 1
    assert "in use" in done.err
    assert not (place.folder / "elsewhere").exists()
