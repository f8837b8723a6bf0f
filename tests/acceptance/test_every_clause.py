"""Each of the twelve clauses has a way from what a platform tells to a case, over HTTP; and what has none is named.

Banks here hold invented words, hosts of examples and harmless pictures.
"""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import make
from acceptance.served import Installation
from tutela_client import Client

ADULT = {"band": "adult", "provenance": "assured"}
CHILD = {"band": "13_15", "provenance": "assured"}
OPEN = {"kind": "public"}
WORDS = {
    "commentary": "blorvex",
    "promotion": "quimzat",
    "seeking": "zarblok",
    "commercial": "velduno",
    "sending": "mirtash",
    "conversation": "plonkira",
    "coercion": "drazzel",
    "identifying": "fumbrell",
    "normalising": "oskavint",
}
"""An invented word of each clause."""

PICTURES = {"depiction": "china", "generated": "coffee"}
COMPILED_WITHIN_SECONDS = 60  # of a busy machine; it takes a few


class Platform:
    """A platform that tells what its users do, and looks at the cases that come of it."""

    def __init__(self, client: Client) -> None:
        """Tell through *client*."""
        self.client = client

    def bank(self, clause: str, kind: str, *entries: dict[str, Any]) -> None:
        """Connect a bank of words."""
        name = f"{kind}-{clause}"
        body = {"name": name, "kind": kind, "clause": f"cse.{clause}", "source": "a test"}
        self.client.call("POST", "/v1/word-banks", body)
        for entry in entries:
            self.client.call("POST", f"/v1/word-banks/{name}/entries", entry)

    def pictures(self, clause: str, name: str) -> None:
        """Connect a bank of known pictures."""
        body = {
            "name": clause, "clause": f"cse.{clause}", "material": "apparent_csam", "source": "a test",
            "verification": "several_analysts",
        }  # fmt: skip
        self.client.call("POST", "/v1/banks", body)
        self.client.send_file(f"/v1/banks/{clause}/media", make.photo(name))

    def post(self, name: str, text: str, *media: bytes) -> None:
        """Have somebody post."""
        self.client.submit({"id": f"post-{name}", "author": {"id": name, "age": ADULT}, "text": text}, media)

    def message(self, name: str, text: str, to: str) -> None:
        """Have somebody write to a child in the open."""
        author, recipient = {"id": name, "age": ADULT}, {"id": to, "age": CHILD}
        event = {"id": f"{name}-{to}", "kind": "message", "author": author, "recipient": recipient, "channel": OPEN}
        self.client.observe({**event, "text": text})

    def clauses(self, account: str) -> set[str]:
        """Return under which clauses there is a case about somebody."""
        cases = self.client.call("GET", f"/v1/cases?account={account}")["cases"]
        return {each["clause"].removeprefix("cse.") for each in cases}

    def uncovered(self) -> set[str]:
        """Return which of the twelve nothing looks for."""
        return {each.removeprefix("cse.") for each in self.client.call("GET", "/v1/coverage")["uncovered"]}

    def begin(self) -> None:
        """Post one of the words until the server has compiled its banks: it says when it has."""
        until = time.monotonic() + COMPILED_WITHIN_SECONDS
        for number in count():
            self.post(f"first-{number}", "the boats are at https://harbour.example.org/list")
            if "links" in self.clauses(f"first-{number}"):
                return
            assert time.monotonic() < until, "the banks were not compiled in time"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Start a server, look at its coverage, and connect banks."""
    folder: Path = tmp_path_factory.mktemp("clauses")
    installation = Installation.at(folder)
    installation.make_key("words", "cases", "decide")
    try:
        told = Platform(installation.serve().client)
        # Before anything is connected or told: whatever ships, nothing looks for any of them.
        assert told.uncovered() == {*WORDS, *PICTURES, "links"}
        for clause, word in WORDS.items():
            told.bank(clause, "keywords", {"keyword": {"terms": [word]}})
        told.bank("links", "links", {"link": {"link": "harbour.example.org", "type": "host"}})
        for clause, name in PICTURES.items():
            told.pictures(clause, name)
        told.begin()
        yield told
    finally:
        installation.close()


@pytest.mark.parametrize("clause", WORDS)
def test_a_word_of_a_clause_opens_a_case_however_it_is_written(platform: Platform, clause: str) -> None:
    """As an item and as a message; plain, and spelled out with dots between its letters."""
    word = WORDS[clause]
    platform.post(f"plain-{clause}", f"has anybody seen {word} at the lake")
    platform.post(f"dotted-{clause}", f"has anybody seen {'.'.join(word)} at the lake")
    platform.message(f"writer-{clause}", f"have you heard of {word.upper()}?", f"child-{clause}")
    platform.post(f"harmless-{clause}", f"has anybody seen {word[:-2]} at the lake")

    for name in ("plain", "dotted", "writer"):
        assert clause in platform.clauses(f"{name}-{clause}"), name
    assert platform.clauses(f"harmless-{clause}") == set()


@pytest.mark.parametrize("clause", PICTURES)
def test_a_known_picture_opens_a_case(platform: Platform, clause: str) -> None:
    """The same bytes, and a picture that is another."""
    platform.post(f"carrier-{clause}", "look", make.photo(PICTURES[clause]))
    platform.post(f"other-{clause}", "look", make.photo("flower"))

    assert platform.clauses(f"carrier-{clause}") == {clause}
    assert platform.clauses(f"other-{clause}") == set()


def test_a_link_opens_a_case_in_disguise_as_well(platform: Platform) -> None:
    """What browsers open, and what people are told to put together."""
    disguises = ("hxxps://harbour[.]example[.]org/x", "harbour dot example dot org/x", "harbour.example.org/x")
    for number, written in enumerate(disguises):
        platform.post(f"linker-{number}", f"more at {written}")
    platform.post("no-linker", "the harbour was an example to us all, says the org")

    assert [platform.clauses(f"linker-{number}") for number in range(3)] == [{"links"}] * 3
    assert platform.clauses("no-linker") == set()


def test_behaviour_without_any_bank_opens_a_case(platform: Platform) -> None:
    """An adult who writes to many children in a day."""
    for number in range(8):
        platform.message("reaches-many", "the boats are out", f"kid-{number}")

    assert "conversation" in platform.clauses("reaches-many")


def test_coverage_names_what_is_not_connected(platform: Platform) -> None:
    """All are covered now; a bank that is switched off leaves its clause open, where no rule of behaviour works."""
    assert platform.uncovered() == set()
    platform.client.call("PATCH", "/v1/word-banks/keywords-commentary", {"active": False})
    assert platform.uncovered() == {"commentary"}
    platform.client.call("PATCH", "/v1/word-banks/keywords-commentary", {"active": True})
    assert platform.uncovered() == set()
