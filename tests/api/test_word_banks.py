"""Banks of words over HTTP: kept, filled, counted; what they hold goes in and never comes out."""

from typing import Any

import pytest

from api.conftest import Api
from tutela.core.permissions import StaffRole

CLAUSE = "cse.conversation"
END = "2090-01-01T00:00:00Z"


def create(api: Api, name: str, kind: str = "keywords") -> Any:
    """Create a bank."""
    return api.post(
        "/v1/word-banks", {"name": name, "kind": kind, "clause": CLAUSE, "source": "a test"}, status=201, scope="words"
    )


def send_list(api: Api, name: str, content: str, media_type: str = "text/plain", query: str = "") -> Any:
    """Import a list."""
    path, headers = f"/v1/word-banks/{name}/import{query}", {"Content-Type": media_type}
    answer = api.send("POST", path, content=content.encode(), headers=headers, scope="words")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_bank_is_created_filled_listed_and_switched(api: Api) -> None:
    """Whoever writes rules reads how much there is, and what there is nobody."""
    made = create(api, "api-lakes")
    shown = send_list(api, "api-lakes", "blorvex\nquimzat\nx\n", query="?preview=true")
    done = send_list(api, "api-lakes", "term,category\nblorvex,boats\nquimzat,\n", "text/csv", f"?ends_at={END}")
    read = api.get("/v1/word-banks/api-lakes", scope="rules")
    entries = api.get("/v1/word-banks/api-lakes/entries?limit=1", scope="words")
    rest = api.get(f"/v1/word-banks/api-lakes/entries?cursor={entries['next']}", scope="words")
    changed = api.send("PATCH", "/v1/word-banks/api-lakes", json={"active": False, "licence_ends_at": END}).json()

    assert (made["entries"], made["version"], made["active"]) == (0, 1, True)
    assert (shown["preview"], shown["rows"], shown["added"], shown["rejected"]) == (True, 3, 2, 1)
    assert [(each["line"], each["column"]) for each in shown["errors"]] == [(3, "term")]
    assert (done["preview"], done["added"]) == (False, 2)
    assert (read["entries"], read["ended"]) == (2, 0)
    assert made["id"] in [each["id"] for each in api.get("/v1/word-banks", scope="rules")["word_banks"]]
    listed = [*entries["entries"], *rest["entries"]]
    assert sorted(each["category"] for each in listed) == ["", "boats"]
    assert {each["ends_at"] for each in listed} == {END}
    assert rest["next"] is None
    assert "blorvex" not in str(listed)
    assert (changed["active"], changed["licence_ends_at"], changed["licence"]) == (False, END, "open")
    again = api.send("PATCH", "/v1/word-banks/api-lakes", json={"licence_ends_at": None}).json()
    assert again["licence_ends_at"] is None


HELD: dict[str, Any] = {
    "keywords": {"keyword": {"terms": ["blorvex"], "contexts": [{"terms": ["lake"]}], "language": "pt-BR"}},
    "links": {"link": {"link": "boats.example", "type": "domain"}},
    "names": {"name": {"name": "Ilvara Tumbrel", "basis": "asked by kin"}},
    "texts": {"text": "who has seen the blue boat that lay by the garden"},
}


@pytest.mark.parametrize("kind", HELD)
def test_an_entry_is_added_once_and_removed(api: Api, kind: str) -> None:
    """In its bank, and in no other; by a person as well."""
    create(api, f"api-{kind}", kind)
    where = f"/v1/word-banks/api-{kind}"
    entry = {**HELD[kind], "category": "boats", "ends_at": "2026-12-31T00:00:00Z" if kind != "names" else None}
    analyst = api.person(StaffRole.POLICY_ANALYST)
    if kind == "names":
        assert api.send("POST", f"{where}/entries", json=entry).json()["place"] == "ends"
        entry["ends_at"] = f"{api.house.clock.now():%Y}-12-31T23:59:59Z"
    else:
        entry.pop("ends_at")
    first = api.send_as(analyst, "POST", f"{where}/entries", json=entry)
    assert first.status_code == 200, first.text
    second = api.post(f"{where}/entries", entry)
    assert (first.json()["added"], second) == (True, {"id": first.json()["id"], "added": False})
    for other in HELD.keys() - {kind}:
        wrong = api.send("POST", f"{where}/entries", json=HELD[other])
        assert wrong.status_code == 422
        assert not any(word in wrong.text for word in ("blorvex", "boats.example", "Ilvara", "blue boat"))
    assert api.send("DELETE", f"{where}/entries/{first.json()['id']}").status_code == 204
    assert api.send("DELETE", f"{where}/entries/{first.json()['id']}").status_code == 404
    ids = [api.post(f"{where}/entries", entry)["id"], "wen_none"]
    assert api.post(f"{where}/removals", {"entries": ids}) == {"removed": 1}


WRONG: list[dict[str, Any]] = [
    {},
    {"link": {"link": "blorvex.example"}, "text": "blorvex"},
    {"keyword": {"terms": []}},
    {"keyword": {"terms": ["blorvex" * 40]}},
    {"keyword": {"terms": ["blorvex"], "language": "blorvex-blorvex"}},
    {"keyword": {"terms": ["("], "type": "pattern"}},
    {"keyword": {"terms": ["blorvex"]}, "category": "blorvex"},
    {"keyword": {"terms": ["blorvex"]}, "ends_at": "2001-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_and_not_repeated(api: Api, wrong: dict[str, Any]) -> None:
    """Whatever it is."""
    if not any(each["name"] == "api-wrong" for each in api.get("/v1/word-banks")["word_banks"]):
        create(api, "api-wrong")
    answer = api.send("POST", "/v1/word-banks/api-wrong/entries", json=wrong)
    assert answer.status_code == 422
    assert "blorvex" not in answer.text


def test_what_is_not_there_is_not_found_and_what_is_no_list_is_not_taken(api: Api) -> None:
    """Each says what it is."""
    create(api, "api-links", "links") if "api-links" not in str(api.get("/v1/word-banks")) else None
    assert api.send("GET", "/v1/word-banks/none").status_code == 404
    assert api.send("POST", "/v1/word-banks/none/import", headers={"Content-Type": "text/csv"}).status_code == 404
    where = "/v1/word-banks/api-links/import"
    assert api.send("POST", where, content=b"{}", headers={"Content-Type": "image/png"}).status_code == 415
    assert api.send("POST", where, content=b"{}", headers={"Content-Type": "application/jsonl"}).status_code == 422
    assert api.send("POST", "/v1/word-banks", json={**BANK, "name": "api-links"}).status_code == 409
    assert api.send("POST", "/v1/word-banks", json={**BANK, "clause": "none"}).status_code == 422
    assert api.send("PATCH", "/v1/word-banks/api-links", json={}).status_code == 422


BANK = {"name": "api-more", "kind": "links", "clause": CLAUSE, "source": "a test"}
