"""What incidents owe, over HTTP: read, described, declined, taken, done by people and never by a key."""

from dataclasses import replace

from answering import Office
from api.conftest import Api
from make import Home, SetClock, new_id
from tutela.core.conclusions import Conclusion
from tutela.core.permissions import StaffRole
from tutela.core.roles import Role


def found(api: Api) -> str:
    """Return a case that a person has found, of an operator in the United States."""
    house = api.house
    profile = house.profile.read()
    house.profile.write(replace(profile, country="US", user_regions=("US",)))
    office = Office(Home(house, SetClock()))
    author = new_id("account")
    office.post(name=author, author=author)
    case = office.case(author)
    office.decide(office.people[0], case.id, Conclusion.VIOLATION, parts=((author, Role.ACTOR),))
    return str(case.id)


def test_an_incident_is_told_by_hand_and_ends(api: Api) -> None:
    """With the sheet, a refusal to decline, a clock with a name, and the reference in the end."""
    case, officer = found(api), api.person(StaffRole.CHILD_SAFETY_OFFICER)
    path = f"/v1/cases/{case}/duties"

    [owed] = (each for each in api.get("/v1/duties", scope="reports")["cases"] if each["case"] == case)
    assert not owed["settled"]
    assert [each["authority"] for each in owed["unmet"]] == ["ncmec"]
    sheet = {"imagery": "real", "explicitness": "explicit", "suspects": ["US"]}
    for method, at, body in (
        ("PUT", path, sheet),
        *(("POST", f"{path}/ncmec/{verb}", {}) for verb in ("take", "decline")),
    ):
        refused = api.send(method, at, scope="reports", json=body)
        assert (refused.status_code, "no key of a service" in refused.json()["detail"]) == (403, True)
    said = api.send_as(officer, "PUT", path, json=sheet).json()
    assert said["sheet"]["imagery"] == "real"
    assert said["sheet"]["by"]
    refused = api.send_as(officer, "POST", f"{path}/ncmec/decline", json={"reason": "late"})
    assert (refused.status_code, refused.json()["place"]) == (403, "authority")
    taken = api.send_as(officer, "POST", f"{path}/ncmec/take", json={}).json()
    assert next(each for each in taken["duties"] if each["authority"] == "ncmec")["taken"]

    body = {"reference": "K-42", "filed_at": taken["found_at"]}
    assert api.send("POST", f"{path}/ncmec/file", scope="reports", json=body).status_code == 403
    filed = api.send_as(officer, "POST", f"{path}/ncmec/file", json=body)

    assert filed.status_code == 200, filed.text
    assert (filed.json()["settled"], filed.json()["ended"]) == (True, True)
    assert case not in [each["case"] for each in api.get("/v1/duties", scope="reports")["cases"]]
    assert api.send_as(officer, "POST", f"{path}/ncmec/file", json=body).status_code == 409


def test_bad_input_and_what_is_not_there(api: Api) -> None:
    """Each with its place; nothing that was sent comes back."""
    case, officer = found(api), api.person(StaffRole.CHILD_SAFETY_OFFICER)
    path = f"/v1/cases/{case}/duties"

    for where, body, place in (
        ("PUT", {"imagery": "nothing"}, "imagery"),
        ("PUT", {"children": ["XX"]}, "places.children"),
        ("PUT", {"meadow": 1}, "meadow"),
    ):
        answer = api.send_as(officer, where, path, json=body)
        assert answer.status_code == 422
        assert place in answer.text
    assert api.send_as(officer, "POST", f"{path}/meadow/take", json={}).status_code == 422
    assert api.send("GET", "/v1/cases/cas_none/duties", scope="reports").status_code == 404
    wrong = api.send_as(officer, "POST", "/v1/duty-table/confirm", json={"version": "1999"})
    assert (wrong.status_code, wrong.json()["place"]) == (422, "version")
    version = api.get("/v1/duty-table", scope="reports")["version"]
    assert api.send_as(officer, "POST", "/v1/duty-table/confirm", json={"version": version}).json()["confirmed"]
    assert {"line": "duties_confirmed", "done": True} in api.get("/v1/checklist")["lines"]
