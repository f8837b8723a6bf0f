"""`POST /v1/copies`."""

import json
from typing import Any

import pytest

from api.harmless import picture

ASKED = "0123456789abcdef" * 4


def submit(api: Any, item: str, media: str, author: str = "copier") -> None:
    """Submit an item that carries what was uploaded."""
    api.post("/v1/items", {"id": item, "author": {"id": author}, "media": [{"id": media}]})


def test_copies_are_told_query_by_query_and_page_by_page(api: Any) -> None:
    """By item, by digest and by a hash that nobody has."""
    media = api.upload(picture(4711))
    for number in range(3):
        submit(api, f"copies-{number}", media["id"], f"copier-{number}")
    queries = [{"item": "copies-0"}, {"md5": media["md5"].upper()}, {"pdq": ASKED}]

    told = api.post("/v1/copies", {"queries": queries, "limit": 2})["results"]
    rest = api.post("/v1/copies", {"queries": [{"item": "copies-0", "cursor": told[0]["next"]}]})["results"][0]

    assert [each["items"] for each in told] == [3, 3, 0]
    assert [row["item"] for row in told[0]["copies"] + rest["copies"]] == [f"copies-{number}" for number in range(3)]
    assert rest["next"] is None
    assert told[2] == {"media": 0, "items": 0, "accounts": 0, "complete": True, "copies": [], "next": None}


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ({"queries": [{"pdq": ASKED + "\n"}]}, "queries.0.pdq"),
        ({"queries": [{"pdq": ASKED[:-1]}]}, "queries.0.pdq"),
        ({"queries": [{"md5": "not hex " + "a" * 24}]}, "queries.0.md5"),
        ({"queries": [{"pdq": ASKED, "item": "x"}]}, "queries.0"),
        ({"queries": [{}]}, "queries.0"),
        ({"queries": [{"pdq_orientations": {"original": ASKED}}]}, "queries.0"),
        ({"queries": [{"pdq": ASKED, "cursor": "AAAA"}]}, "queries.0.cursor"),
        ({"queries": [{"pdq": ASKED}] * 101}, "queries"),
        ({"queries": [{"pdq": ASKED}] * 50, "limit": 201}, "body"),
        ({"queries": [{"pdq": ASKED}], "max_distance_bits": 64}, "max_distance_bits"),
        ({"queries": []}, "queries"),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_its_place_and_not_repeated(
    api: Any, question: Any, place: str, logs: list[Any]
) -> None:
    """422, the same for all."""
    answer = api.send("POST", "/v1/copies", json=question)

    assert answer.status_code == 422
    assert place in {each["place"] for each in answer.json()["errors"]} | {"body"}
    assert ASKED[:16] not in answer.text + json.dumps(logs, default=str)


@pytest.mark.parametrize("query", [{"item": "nobody-posted-this"}, {"media": "med_nobody"}])
def test_what_is_not_stored_is_not_found_by_its_name(api: Any, query: dict[str, str]) -> None:
    """404 with the number of the query."""
    answer = api.send("POST", "/v1/copies", json={"queries": [{"pdq": ASKED}, query]})

    assert answer.status_code == 404
    assert answer.json()["place"].startswith("queries.1.")
    assert "nobody" not in answer.text


def test_nothing_of_a_question_is_kept_or_logged(api: Any, logs: list[Any]) -> None:
    """Neither in a record nor in a row."""
    before = api.house.store
    with before.read() as reader:
        counts = reader.counts()
    api.post("/v1/copies", {"queries": [{"pdq": ASKED}]})

    with before.read() as reader:
        assert reader.counts() == counts
    assert ASKED not in json.dumps(logs, default=str)


def test_an_index_that_is_not_loaded_is_told(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, never an empty list."""
    monkeypatch.setattr(type(api.house.stored), "built_to_seq", property(lambda _: -1))

    assert api.send("POST", "/v1/copies", json={"queries": [{"pdq": ASKED}]}).status_code == 503
