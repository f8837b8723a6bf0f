"""The boy of the complaint tells the platform, over HTTP, with the clock moved: from his notice to its outcome.

A real server in this process, real pictures, people signed in, a mail server that keeps what it gets. The first who
looks says no. Nothing becomes visible by that, and he learns what became of his picture, and of nobody's account.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.conftest import AGENT, Api
from login import join, quick_passwords
from make import photo
from tutela.adapters.twins.clock import SetClock
from tutela.adapters.twins.mail import MailTwin
from tutela.api.app import create_app
from tutela.bootstrap import build
from tutela.bootstrap.messaging import open_messaging
from tutela.config import load
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of

FRIDAY_NIGHT = datetime(2028, 2, 25, 22, 30, tzinfo=UTC)
"""Before the weekend of a leap day, so that neither moves a clock."""

STRANGER = {"viewer": {"account": "a stranger", "age": "adult"}, "surface": "home"}


@dataclass
class Town:
    """A platform, its people, and the boy."""

    api: Api
    clock: SetClock
    mail: MailTwin

    def sees(self, *items: str) -> dict[str, str]:
        """Return what a stranger sees of items."""
        told = self.api.post("/v1/visibility", {**STRANGER, "items": list(items)})
        return {name: each["exposure"] for name, each in told["verdicts"].items()}

    def posted(self, name: str, author: str, **photo_fields: Any) -> Any:
        """Have somebody post the picture, and return what the platform is answered."""
        media = self.api.upload(photo("china", **photo_fields))["id"]
        post = {"id": name, "author": {"id": author}, "kind": "post", "media": [{"id": media}]}
        return self.api.post("/v1/items", post)

    def status(self, code: str) -> Any:
        """Return what whoever holds the code is told."""
        return self.api.post("/v1/notices/status", {"code": code})

    def until(self, holds: Any, what: str) -> None:
        """Wait for the background, which nobody asks: a minute on any machine."""
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, what
            time.sleep(0.05)

    def answer(self, who: Any, case: str, conclusion: str, *accounts: dict[str, str]) -> Any:
        """Have somebody take the case and answer it."""
        claimed = self.api.send_as(who, "POST", f"/v1/cases/{case}/claim")
        assert claimed.status_code == 200, claimed.text
        body = {
            "conclusion": conclusion, "reason": {"code": "seen", "line": "as I saw it"}, "accounts": list(accounts),
            "version": claimed.json()["version"],
        }  # fmt: skip
        answered = self.api.send_as(who, "POST", f"/v1/cases/{case}/answers", json=body)
        assert answered.status_code in {200, 201, 202}, answered.text
        return answered.json()


@contextmanager
def serving(folder: Path) -> Iterator[Town]:
    """Yield a town whose clock is set by hand."""
    clock, mail = SetClock(FRIDAY_NIGHT), MailTwin()
    house = build(load({}, var=folder, undo_seconds=0), clock=clock)
    house.passwords = quick_passwords()
    house.__dict__["messaging"] = open_messaging(house, mail)
    house.start()
    server = uvicorn.Server(uvicorn.Config(create_app(house), port=0, log_level="critical"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    api = Api(house, server.servers[0].sockets[0].getsockname()[1])
    try:
        yield Town(api, clock, mail)
    finally:
        api.client.close()
        server.should_exit = True
        thread.join()
        house.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Yield a town."""
    with serving(tmp_path / "var") as made:
        yield made


def somebody(town: Town, name: str) -> Any:
    """Have a senior reviewer join, in a browser of their own: a session is over within hours."""
    return join(town.api.house, name, StaffRole.SENIOR_REVIEWER, visitor=visitor_of("127.0.0.1", AGENT))


def test_the_boy_is_heard(town: Town) -> None:
    """From his notice to its outcome; each line is a promise of the charter."""
    api, clock = town.api, town.clock
    for name, author in (("his-picture", "uncle"), ("a-copy", "somebody"), ("another-copy", "somebody-else")):
        town.posted(name, author)
    assert set(town.sees("his-picture", "a-copy", "another-copy").values()) == {"show"}
    began = api.get("/v1/changes")["next"]

    # He tells, at half past ten on a Friday night, without a name: a receipt at once, and the picture is gone.
    receipt = api.post("/v1/notices", {
        "branch": "it_shows_me", "items": ["his-picture"], "words": "That is me. Please.", "age_said": "13_15",
        "country": "US", "contact": {"channel": "email", "address": "boy@mail.example"}, "source": "the boy",
    }, status=201)  # fmt: skip
    assert receipt["received_at"].startswith("2028-02-25T22:30")
    changed = {each["id"]: each for each in api.get(f"/v1/changes?after={began}")["changes"]}
    assert changed["his-picture"]["published"] is False
    assert town.sees("his-picture") == {"his-picture": "absent"}
    assert api.get("/v1/accounts/uncle/standing")["may_log_in"]  # P11: no account because somebody says so
    assert town.status(receipt["code"])["items"] == ["hidden_meanwhile"]
    [case] = api.get(f"/v1/notices/{receipt['id']}")["cases"]

    # Everybody on shift sees the clock. It runs through the night and the weekend.
    due = api.get("/v1/clocks?due=all")
    mine = {each["clock"]: each for each in due["clocks"] if each["id"] == receipt["id"]}
    assert due["zone"] == "UTC"
    assert "own.hold.decide" in mine
    clock.advance(hours=14)
    first = somebody(town, "first")

    # The first who looks says no: a second must, and sees neither the answer nor who gave it.
    town.answer(first, case, "no_violation")
    assert town.sees("his-picture") == {"his-picture": "absent"}
    assert town.status(receipt["code"])["items"] == ["hidden_meanwhile"]
    again = api.send_as(first, "POST", f"/v1/cases/{case}/claim")
    assert again.status_code in {403, 409}
    clock.advance(hours=1)
    second, third = somebody(town, "second"), somebody(town, "third")
    assert "no_violation" not in api.send_as(second, "GET", f"/v1/cases/{case}").text
    uncle = {"id": "uncle", "role": "actor"}
    town.answer(second, case, "violation", uncle)
    assert town.status(receipt["code"])["outcome"] is None
    town.answer(third, case, "violation", uncle)

    # What follows reaches every copy, past and future, whoever carries it.
    town.until(lambda: set(town.sees("his-picture", "a-copy", "another-copy").values()) == {"absent"}, "every copy")
    assert town.posted("new", "x")["answer"] == "refuse"
    assert town.posted("near", "y", width=300)["answer"] in {"hold", "refuse"}

    # And he learns what became of his picture, with its copies; and of nobody's account.
    town.until(lambda: town.status(receipt["code"])["outcome"] is not None, "the outcome")
    told = town.status(receipt["code"])
    assert (told["outcome"], told["items"]) == ("removed", ["removed"])
    assert told["copies"] >= 2
    assert "uncle" not in str(told)
    assert not api.get("/v1/accounts/uncle/standing")["may_log_in"]
    _check_mails(town, receipt["code"])

    # The clock of what was hidden was kept; nobody can change quietly what happened.
    town.until(lambda: not _running(api, receipt["id"], "own.hold.decide"), "the clock has stopped")
    assert api.house.verify().breaches == ()


def _running(api: Api, notice: str, clock: str) -> bool:
    found = api.get("/v1/clocks?due=all")["clocks"]
    return any(each["id"] == notice and each["clock"] == clock for each in found)


def _check_mails(town: Town, code: str) -> None:
    """A receipt and an outcome come by mail, and neither says what it is about, nor holds the code."""
    town.until(lambda: len(town.mail.to("boy@mail.example")) >= 2, "a receipt and an outcome by mail")
    for letter in town.mail.to("boy@mail.example"):
        said = f"{letter.subject} {letter.text}".lower()
        assert not any(word in said for word in ("picture", "abuse", "child", "uncle", "his-picture", "tutela"))
        assert code.lower() not in said
