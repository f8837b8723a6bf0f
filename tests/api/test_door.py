"""What an item is posted with, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from make import decision, measure
from tutela.core.audit import AuditEvent
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.plans import Source
from tutela.core.subjects import named
from tutela.flows.enact import as_granted
from tutela.ports.committer import Changeset

SECRET = "very-secret"  # noqa: S105  # a word to look for


def block(api: Any, kind: SubjectKind, name: str) -> None:
    """Have a person block something for a day."""
    by = decision(source=Source.PERSON, is_automated=False, decided_by="ada", clause_id=ClauseId("house.spam"))
    now = api.house.clock.now()
    made = measure(
        MeasureKind(f"block_{kind.value}"), named(kind, name), by, starts_at=now, ends_at=now + timedelta(days=1),
        is_automated=False, clause_id=ClauseId("house.spam"),
    )  # fmt: skip
    entry = AuditEvent("person:subject:decided", by.id, {"granted": [as_granted(made)], "lifted": []})
    api.house.committer.commit(Changeset(decisions=(by,), measures=(made,), audit=(entry,)))


def test_what_is_blocked_is_refused_with_a_neutral_notice_and_counted(api: Any) -> None:
    """No answer says what it was for."""
    block(api, SubjectKind.LINK, "blocked-at-the-door.example")
    block(api, SubjectKind.NETWORK, "198.51.100.0/28")
    media = api.upload(b"some words at the door")
    author = {"id": "door-author"}
    linked = api.post(
        "/v1/items", {"id": "door-1", "author": author, "links": ["https://blocked-at-the-door.example/x"]}, status=201
    )
    carried = {"media": [{"id": media["id"]}], "network": "198.51.100.7", "device": "d"}
    uploaded = api.post("/v1/items", {"id": "door-2", "author": author, **carried}, status=201)
    free = api.post("/v1/items", {"id": "door-3", "author": author, "network": "198.51.100.7"}, status=201)

    assert (linked["answer"], linked["notice"]) == ("refuse", "not_available")
    assert (uploaded["answer"], uploaded["notice"]) == ("refuse", "not_available")
    assert free["answer"] == "publish"
    numbers = api.send("GET", "/metrics").text
    assert 'tutela_refused_total{kind="block_link"} 1.0' in numbers
    assert 'tutela_refused_total{kind="block_network"} 1.0' in numbers


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"links": [f"http://{SECRET} x"]}, "links.0"),
        ({"links": [""]}, "links.0"),
        ({"links": ["https://e.example"] * 101}, "links"),
        ({"links": f"https://{SECRET}.example"}, "links"),
        ({"network": SECRET}, "network"),
        ({"network": "198.51.100.0/24"}, "network"),
        ({"network": "198.51.100"}, "network"),
        ({"device": f"{SECRET}\n"}, "device"),
        ({"device": ""}, "device"),
        ({"text": " ".join(f"https://e{number}.example" for number in range(1001))}, "text"),
    ],
)
def test_what_cannot_be_read_is_refused_and_never_repeated(
    api: Any, logs: list[Any], fields: dict[str, Any], place: str
) -> None:
    """Neither in the answer nor in a log."""
    answer = api.send("POST", "/v1/items", json={"id": "door-bad", "author": {"id": "door-author"}, **fields})

    assert answer.status_code == 422
    told = answer.json()
    assert place in {told.get("place"), *(each["place"] for each in told.get("errors") or ())}
    for text in (answer.text, repr(logs)):
        assert SECRET not in text
        assert "198.51" not in text
        assert "e7.example" not in text
