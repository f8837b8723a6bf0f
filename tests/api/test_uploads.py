"""Uploads: whole, too large, cut off, and larger than memory."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.harmless import picture
from tutela.api import reading, uploads

SERVER = """
import resource, sys, uvicorn
from tutela.api.app import create_app
from tutela.bootstrap import running, set_up_logs
from tutela.config import load
from pathlib import Path
set_up_logs("error")
with running(load({}, var=Path(sys.argv[1]))) as house:
    print(house.keep_keys.create("t", ["submit"])[1], flush=True)
    uvicorn.run(create_app(house), fd=int(sys.argv[2]), log_level="critical")
"""


def files(api: Any) -> list[str]:
    """Return the names of everything in the vault's folder."""
    return sorted(str(path) for path in (api.house.settings.var / "vault").rglob("*") if path.is_file())


def test_the_same_bytes_are_one_media(api: Any) -> None:
    """However often they come; and picture hashes stay here."""
    first, second = api.upload(picture(31)), api.upload(picture(31))

    assert first == second
    assert first["scan"] == "scanned"
    assert first["pdq"] == [{"rendering": "frame:0", "quality": first["pdq"][0]["quality"]}]
    assert api.get(f"/v1/media/{first['id']}")["sha256"] == first["sha256"]


def test_what_is_no_picture_is_kept_and_says_so(api: Any) -> None:
    """It is held with its item until somebody has looked."""
    media = api.upload(b"just some words" * 100_000)
    told = api.post("/v1/items", {"id": "odd-file", "author": {"id": "ann"}, "media": [{"id": media["id"]}]})

    assert (media["scan"], media["failure"]) == ("unscannable", "not_an_image")
    assert (told["answer"], told["notice"]) == ("hold", "under_review")


def chunks(size_bytes: int) -> Iterator[bytes]:
    """Yield a body without a length."""
    for _ in range(size_bytes // 65536):
        yield bytes(65536)


@pytest.mark.parametrize("content", [b"", bytes(5 * 1024 * 1024)], ids=["empty", "too large"])
def test_a_body_that_cannot_be_kept_leaves_nothing(api: Any, content: bytes) -> None:
    """Refused from its length, before it is read."""
    before = files(api)

    assert api.send("POST", "/v1/media", content=content).status_code == (413 if content else 422)
    assert files(api) == before


def test_a_body_without_a_length_is_refused_where_the_limit_is_passed(api: Any) -> None:
    """And what came before it is gone."""
    before = files(api)

    assert api.send("POST", "/v1/media", content=chunks(5 * 1024 * 1024)).status_code == 413
    assert files(api) == before


def given_up(api: Any, path: str) -> float:
    """Return how many requests ended because the sender left."""
    line = f'tutela_requests_total{{method="POST",route="{path}",status="499"}} '
    return float(api.send("GET", "/metrics").text.partition(line)[2].partition("\n")[0] or 0)


@pytest.mark.parametrize("path", ["/v1/media", "/v1/items"])
@pytest.mark.parametrize("sent_bytes", [1000, 2_000_000])
def test_a_body_that_breaks_off_leaves_nothing(api: Any, path: str, sent_bytes: int) -> None:
    """Neither bytes nor media."""
    before, counts, left = files(api), api.get("/v1/status")["counts"], given_up(api, path)
    head = b'--b\r\nContent-Disposition: form-data; name="item"\r\n\r\n{"id":"cut","author":{"id":"a"}}\r\n'
    head += b'--b\r\nContent-Disposition: form-data; name="media"\r\n\r\n'
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {api.keys['submit']}",
        "Content-Length: 3000000",
        "Content-Type: multipart/form-data; boundary=b",
    )
    with socket.create_connection(("127.0.0.1", api.port)) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode() + head + b"x" * sent_bytes)
    deadline = time.monotonic() + 60
    while given_up(api, path) == left and time.monotonic() < deadline:
        time.sleep(0.02)

    assert given_up(api, path) == left + 1
    assert files(api) == before
    assert api.get("/v1/status")["counts"] == counts


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_a_compressed_body_is_refused(api: Any, encoding: str) -> None:
    """A small one can hold a large one."""
    for path in ("/v1/media", "/v1/items", "/v1/lookup", "/v1/banks/x/import"):
        assert api.send("POST", path, content=b"x", headers={"Content-Encoding": encoding}).status_code == 415


def test_two_hundred_megabytes_pass_through_bounded_memory(tmp_path: Path) -> None:
    """A real process: what arrives is encrypted as it comes and never held whole."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        command = [sys.executable, "-c", SERVER, str(tmp_path), str(listening.fileno())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, pass_fds=[listening.fileno()], env=environment
        ) as server:
            assert server.stdout is not None
            try:
                secret = server.stdout.readline().decode().strip()
                connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=30)
                body = (bytes(1024 * 1024) for _ in range(200))
                headers = {"Authorization": f"Bearer {secret}", "Content-Length": str(200 * 1024 * 1024)}
                connection.request("POST", "/v1/media", body, headers)
                answer = connection.getresponse()
                answer.read()
                connection.close()
                peak_kib = next(
                    int(line.split()[1])
                    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines()
                    if line.startswith("VmHWM")
                )
            finally:
                server.terminate()
    assert answer.status == 201
    assert peak_kib < 250 * 1024


@pytest.mark.parametrize("sent_bytes", [1000, 2_000_000])
def test_a_sender_that_stops_half_way_is_let_go(api: Any, monkeypatch: pytest.MonkeyPatch, sent_bytes: int) -> None:
    """Or a few of them would hold files and disk for ever."""
    monkeypatch.setattr(reading, "IDLE_SECONDS", 0.2)
    before = files(api)
    lines = (
        "POST /v1/media HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {api.keys['submit']}",
        "Content-Length: 3000000",
    )
    with socket.create_connection(("127.0.0.1", api.port), timeout=60) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode() + b"x" * sent_bytes)
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert files(api) == before


def test_too_many_large_uploads_at_once_are_told_to_wait(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small ones go on."""
    monkeypatch.setattr(uploads, "MAX_UPLOADS", 0)

    assert api.send("POST", "/v1/media", content=bytes(2 * 1024 * 1024)).status_code == 429
    assert api.send("POST", "/v1/media", content=picture(77)).status_code == 201


def test_a_path_with_a_slash_too_many_is_not_redirected(api: Any) -> None:
    """A redirect would come before the key is asked for, and repeat the sender's Host."""
    assert api.send("GET", "/v1/banks/", scope=None).status_code == 404
