"""Classifiers and links over HTTP, with a house that asks in the background."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from api.conftest import Api, serve
from asked import LABEL, asks, reads
from classified import ENVIRONMENT, written
from make import at_home
from ruled import use
from tutela.adapters.twins.classifier_server import ClassifierTwin, Mode, listening
from tutela.adapters.twins.classifiers import SECRET, WORD, GenericTwin
from tutela.adapters.twins.link_expander import ExpanderTwin
from tutela.bootstrap import running
from tutela.config import load
from tutela.core.classifying.spec import Kind
from tutela.core.permissions import StaffRole
from tutela.errors import Misconfigured
from tutela.flows.expand_links import ExpandLinks
from tutela.ports.link_expander import Unexpanded

TOO_MUCH = f"{WORD} {WORD} lake"


@pytest.fixture
def twin() -> Iterator[ClassifierTwin]:
    """Yield a classifier that listens."""
    with listening(GenericTwin()) as listens, patch.dict(os.environ, ENVIRONMENT):
        yield listens


def file_of(folder: Path, url: str) -> Path:
    """Write a file of one classifier."""
    path = folder / "classifiers.toml"
    path.write_text(written(Kind.GENERIC_JSON, url, labels=LABEL), encoding="utf-8")
    return path


@pytest.fixture
def asking(tmp_path: Path, twin: ClassifierTwin) -> Iterator[Api]:
    """Yield a server whose rules ask the classifier, and read what it says."""
    with serve(tmp_path / "var", classifiers_file=file_of(tmp_path, twin.url)) as api:
        use(at_home(api.house), asks(), reads())
        yield api


def wait_for(happened: Callable[[], object]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_message_is_asked_about_in_the_background(asking: Api, twin: ClassifierTwin) -> None:
    """A case comes of it; state and metrics tell how the classifier stands, and never where it is."""
    body = {"id": "m1", "kind": "message", "author": {"id": "ann"}, "channel": {"kind": "public"}, "text": TOO_MUCH}
    asking.post("/v1/events", body)
    wait_for(lambda: asking.get("/v1/cases")["cases"])

    [state] = asking.get("/v1/classifiers", scope="operate")["classifiers"]
    assert (state["known"], state["asked"], state["waiting"], state["out"]) == (1, 1, 0, False)
    assert (state["switched_on"], state["breaker"]["state"]) == (True, "closed")
    assert state["today"]["calls"] == 1
    metrics = asking.send("GET", "/metrics").text
    assert 'tutela_classifier_known{classifier="generic-json"} 1.0' in metrics
    for told in (str(state), metrics):
        assert twin.url not in told
        assert SECRET not in told
        assert WORD not in told


def test_one_that_fails_is_told_by_reason(asking: Api, twin: ClassifierTwin) -> None:
    """What waits, waits."""
    twin.mode = Mode.GARBAGE
    body = {"id": "m1", "kind": "message", "author": {"id": "ann"}, "channel": {"kind": "public"}, "text": TOO_MUCH}
    asking.post("/v1/events", body)
    wait_for(lambda: asking.get("/v1/classifiers/generic-json")["unknown"])
    state = asking.get("/v1/classifiers/generic-json", scope="rules")
    assert (state["unknown"], state["waiting"], state["agreement"]) == ({"garbage": 1}, 1, [])
    assert (
        'tutela_classifier_unknown{classifier="generic-json",reason="garbage"} 1.0'
        in asking.send("GET", "/metrics").text
    )
    assert asking.send("GET", "/v1/classifiers/none").status_code == 404


def test_without_a_file_there_is_no_classifier(api: Api) -> None:
    """And nobody is asked."""
    assert api.get("/v1/classifiers") == {"classifiers": []}
    assert api.house.classifying.classifiers == {}  # type: ignore[attr-defined]  # of the house itself


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("is_inside = true", ""), "url"),
        (lambda text: text.replace('"KEY"', '"NO_SUCH_KEY"'), "secret"),
        (lambda text: text + "\nsurplus = 1\n", "surplus"),
        (lambda text: text.replace("cse.conversation", "cse.lakes"), "clause"),
    ],
    ids=["address", "secret", "unknown key", "clause"],
)
def test_a_server_does_not_start_with_a_wrong_file(
    tmp_path: Path, twin: ClassifierTwin, change: Callable[[str], str], says: str
) -> None:
    """It says where, and repeats no value."""
    path = file_of(tmp_path, twin.url)
    text = change(path.read_text(encoding="utf-8"))
    if says == "url":
        text = text.replace("[classifier.budget]", 'may_send_out = true\nbasis = "assessment 1"\n[classifier.budget]')
    path.write_text(text, encoding="utf-8")
    settings = load({}, var=tmp_path / "var", classifiers_file=path)
    with pytest.raises(Misconfigured, match=says), running(settings):
        pass


def test_links_are_not_followed_unless_a_setting_says_so(api: Api) -> None:
    """Nobody is asked, and the answer says what to do."""
    refused = api.send("POST", "/v1/links/expand", json={"url": "https://short.example/a1"}, scope="links")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:tutela:problem:switched-off")
    assert "TUTELA_LINKS_EXPAND" in refused.text
    assert "short.example" not in refused.text


def test_an_analyst_is_told_where_a_link_leads(tmp_path: Path) -> None:
    """By role or scope; what is no link is refused without being repeated."""
    with serve(tmp_path, links_expand=True) as api:
        web = ExpanderTwin({"https://short.example/a1": "https://lake.example/boats"})
        api.house.__dict__["expand_links"] = ExpandLinks(web)
        asked = {"url": "short.example/a1"}
        found = api.post("/v1/links/expand", asked, scope="links")
        assert found == {
            "chain": ["https://short.example/a1", "https://lake.example/boats"], "known": True, "unknown": None
        }  # fmt: skip
        analyst, reviewer = api.person(StaffRole.POLICY_ANALYST), api.person(StaffRole.REVIEWER)
        assert api.send_as(analyst, "POST", "/v1/links/expand", json=asked).json() == found
        assert api.send_as(reviewer, "POST", "/v1/links/expand", json=asked).status_code == 403
        web.fail(Unexpanded.TIMED_OUT)
        assert api.post("/v1/links/expand", asked)["unknown"] == "timed_out"
        wrong = api.send("POST", "/v1/links/expand", json={"url": "blorvex quimzat"})
        assert (wrong.status_code, "blorvex" in wrong.text) == (422, False)
        assert len(web.asked) == 3
