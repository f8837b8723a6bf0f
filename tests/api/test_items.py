"""Submitting: one, many, as a form, again, and under a key."""

from typing import Any

import pytest

from api.harmless import picture
from tutela.core.signals.pdq import ORIENTATIONS


def item(name: str, **more: Any) -> dict[str, Any]:
    """Return a plain text item."""
    return {"id": name, "author": {"id": "ann"}, "text": "A morning by the lake", **more}


def test_a_new_item_is_201_and_the_same_again_200(api: Any) -> None:
    """The platform's own id makes a submission idempotent."""
    first = api.send("POST", "/v1/items", json=item("again-1"))
    second = api.send("POST", "/v1/items", json=item("again-1"))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == {
        "id": "again-1",
        "answer": "publish",
        "decision": None,
        "notice": None,
        "scanned": True,
        "new": True,
    }
    assert second.json() == {**first.json(), "new": False}


def test_other_content_under_the_same_id_is_a_conflict(api: Any) -> None:
    """An edit is a new item."""
    api.post("/v1/items", item("again-2"))

    assert api.send("POST", "/v1/items", json=item("again-2", text="Another text")).status_code == 409


def test_an_id_may_hold_slashes(api: Any) -> None:
    """Addresses of federated platforms are identifiers."""
    api.post("/v1/items", item("at://did:plc:a/post/1%2F?x"))

    assert api.get("/v1/items/at%3A%2F%2Fdid%3Aplc%3Aa%2Fpost%2F1%252F%3Fx")["id"] == "at://did:plc:a/post/1%2F?x"


def test_known_media_is_refused_with_a_neutral_notice_and_never_shown(api: Any) -> None:
    """An exact digest of a verified list: refused, sealed, absent for everybody, a case with a clock."""
    media = api.upload(picture(11))
    api.bank("items-known")
    api.post("/v1/banks/items-known/members", {"members": [{"type": "sha256", "value": media["sha256"]}]})
    told = api.post("/v1/items", {"id": "known-1", "author": {"id": "bob"}, "media": [{"id": media["id"]}]})
    asked = {"viewer": {"account": "bob"}, "surface": "profile", "items": ["known-1"]}

    assert (told["answer"], told["notice"]) == ("refuse", "not_available")
    assert api.post("/v1/visibility", asked)["verdicts"]["known-1"]["exposure"] == "absent"
    assert {m["kind"] for m in api.get("/v1/items/known-1")["measures"]} >= {"quarantine", "exclude", "no_ads"}
    assert api.get("/v1/items/known-1/detections")["detections"][0]["bank"] == "items-known"
    standing = api.get("/v1/accounts/bob/standing")
    assert (standing["may_post"], standing["locked"]["reason"]) == (False, "pending_decision")
    assert "known-1" in [name for case in api.get("/v1/cases?limit=1000")["cases"] for name in case["items"]]


def test_a_batch_answers_each_in_order(api: Any) -> None:
    """One that cannot be used does not keep the others out."""
    told = api.post("/v1/items/batch", {"items": [item("b-1"), item("b-2", media=[{"id": "med_none"}]), item("b-3")]})

    assert [each["id"] for each in told["results"]] == ["b-1", "b-2", "b-3"]
    assert told["results"][1]["error"]["status"] == 404
    assert api.send("GET", "/v1/items/b-2").status_code == 404


@pytest.mark.parametrize("path", ["/v1/items", "/v1/items/batch"])
def test_a_repeated_request_is_answered_with_the_same_bytes(api: Any, path: str) -> None:
    """And another request under the same key is noticed."""
    one = item(f"key-{len(path)}")
    body = one if path == "/v1/items" else {"items": [one]}
    other = item("other") if path == "/v1/items" else {"items": [item("other")]}
    headers = {"Idempotency-Key": f"k{len(path)}"}
    first = api.send("POST", path, json=body, headers=headers)
    second = api.send("POST", path, json=body, headers=headers)
    third = api.send("POST", path, json=other, headers=headers)

    assert (second.content, second.status_code) == (first.content, first.status_code)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert third.status_code == 422
    assert third.json()["type"] == "urn:tutela:problem:idempotency-mismatch"


def test_what_was_refused_may_be_sent_again_under_the_same_key(api: Any) -> None:
    """A key stands for what was recorded, not for a mistake."""
    headers = {"Idempotency-Key": "mistake"}

    for _ in range(2):
        answer = api.send("POST", "/v1/items", json=item("m-1", media=[{"id": "med_none"}]), headers=headers)
        assert answer.status_code == 404


@pytest.mark.parametrize("key", ["", "x" * 201, "caf\u00e9".encode(), "tab\there"])
def test_an_odd_idempotency_key_is_refused(api: Any, key: Any) -> None:
    """1 to 200 printable ASCII characters."""
    assert api.send("POST", "/v1/items", json=item("odd"), headers={"Idempotency-Key": key}).status_code == 422


def form(item_json: str, *files: bytes) -> list[Any]:
    """Return a form of an item and its files."""
    return [("item", (None, item_json, "application/json")), *(("media", ("x", file)) for file in files)]


def test_a_form_brings_an_item_and_its_files(api: Any) -> None:
    """The files go straight into the vault and become the item's media, in order."""
    files = form('{"id": "form-1", "author": {"id": "ann"}}', picture(21), picture(22))
    answer = api.send("POST", "/v1/items", files=files, headers={"Idempotency-Key": "form"})
    again = api.send("POST", "/v1/items", files=files, headers={"Idempotency-Key": "form"})

    assert answer.status_code == 201
    assert again.content == answer.content
    carried = [each["id"] for each in api.get("/v1/items/form-1")["media"]]
    assert carried == [api.upload(picture(21))["id"], api.upload(picture(22))["id"]]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (form("{}", b"x"), 422),
        (form('{"id": "f", "author": {"id": "a"}}'), 422),
        ([("media", ("x", b"x")), ("item", (None, "{}"))], 400),
        ([("other", (None, "{}"))], 400),
        (form('{"id": "f", "author": {"id": "a"}}', b""), 422),
        (form('{"id": "f", "author": {"id": "a"}}', *[b"x"] * 21), 413),
        (form('{"id": "f", "author": {"id": "a"}}', b"x" * (4 * 1024 * 1024 + 1)), 413),
        (form("[" * 2_000_000, b"x"), 413),
    ],
    ids=[
        "empty item",
        "no file",
        "file first",
        "other part",
        "empty file",
        "too many",
        "file too large",
        "item too large",
    ],
)
def test_a_form_that_cannot_be_used_keeps_nothing(api: Any, parts: Any, status: int) -> None:
    """Neither the item nor any of its files."""
    before = api.get("/v1/status")["counts"]["media"]

    assert api.send("POST", "/v1/items", files=parts).status_code == status
    assert api.get("/v1/status")["counts"]["media"] == before


def test_a_form_that_ends_early_keeps_nothing(api: Any) -> None:
    """The last boundary is missing."""
    head = b'--b\r\nContent-Disposition: form-data; name="item"\r\n\r\n{"id":"e","author":{"id":"a"}}\r\n'
    body = head + b'--b\r\nContent-Disposition: form-data; name="media"\r\n\r\nhalf'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}

    assert api.send("POST", "/v1/items", content=body, headers=headers).status_code == 400
    assert api.send("POST", "/v1/items", content=b"no form", headers=headers).status_code == 400
    assert (
        api.send("POST", "/v1/items", content=b"", headers={"Content-Type": "multipart/form-data"}).status_code == 415
    )


def test_hashes_stand_for_media_that_is_not_sent(api: Any) -> None:
    """A platform that keeps its files sends digests and the picture hash."""
    reference = {"md5": "A" * 32, "pdq": "0f" * 32, "pdq_quality": 90, "held_by_platform": True}
    api.post("/v1/items", item("hash-1", media=[reference]))

    assert api.get("/v1/items/hash-1")["media"][0]["scan"] == "hash_only"


def test_a_mirrored_copy_is_recognised_from_its_hashes_alone(api: Any) -> None:
    """With all eight orientations, as `tutela hash` prints them, nothing is lost by sending no bytes."""
    turned = {name: f"{number:02x}" * 32 for number, name in enumerate(ORIENTATIONS, start=0xA0)}
    api.bank("mirrored")
    api.post("/v1/banks/mirrored/members", {"members": [{"type": "pdq", "value": turned["flip_horizontal"]}]})
    plain = {"md5": "1" * 32, "pdq": turned["original"]}
    sent = [plain, {**plain, "md5": "2" * 32, "pdq_orientations": turned}]

    answers = [api.post("/v1/items", item(f"turned-{n}", media=[each]))["answer"] for n, each in enumerate(sent)]

    assert answers == ["publish", "hold"]


@pytest.mark.parametrize(
    "reference",
    [
        {},
        {"id": "m", "md5": "a" * 32},
        {"md5": "a" * 31},
        {"md5": "a" * 32 + "\n"},
        {"sha1": " " + "a" * 40},
        {"sha256": "g" * 64},
        {"pdq": "0x" + "a" * 62},
        {"pdq_quality": 3, "md5": "a" * 32},
        {"pdq": "a" * 64, "pdq_quality": 101},
        {"md5": "a" * 32, "pdq_orientations": dict.fromkeys(ORIENTATIONS, "a" * 64)},
        {"pdq": "a" * 64, "pdq_orientations": {"original": "a" * 64}},
        {"pdq": "a" * 64, "pdq_orientations": dict.fromkeys(ORIENTATIONS, "b" * 64)},
        {"pdq": "a" * 64, "pdq_orientations": {**dict.fromkeys(ORIENTATIONS[:7], "a" * 64), "sideways": "a" * 64}},
    ],
)
def test_a_reference_that_means_nothing_is_refused(api: Any, reference: Any) -> None:
    """Exactly the hex digits of its kind, or an id; not both."""
    assert api.send("POST", "/v1/items", json=item("wrong", media=[reference])).status_code == 422
