"""What is connected, for whoever may see it, and a test of each connection against twins that listen."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from answering import person
from asked import LABEL
from classified import ENVIRONMENT, written
from receiving import Receiver, receiving
from tutela.adapters.twins.classifier_server import ClassifierTwin, Mode, listening
from tutela.adapters.twins.classifiers import GenericTwin
from tutela.bootstrap import House, running
from tutela.config import load
from tutela.core.classifying.spec import Kind
from tutela.core.permissions import StaffRole
from tutela.errors import Forbidden, UnknownClassifier, UnknownWebhook

ADMINISTRATOR = person("adm", StaffRole.ADMINISTRATOR)
ANALYST = person("ann", StaffRole.POLICY_ANALYST)
OFFICER = person("off", StaffRole.CHILD_SAFETY_OFFICER)
REVIEWER = person("rob", StaffRole.REVIEWER)


@pytest.fixture
def twin() -> Iterator[ClassifierTwin]:
    """Yield a classifier that listens."""
    with listening(GenericTwin()) as listens, patch.dict(os.environ, ENVIRONMENT):
        yield listens


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a platform that listens."""
    with receiving() as listens:
        yield listens


@pytest.fixture
def house(tmp_path: Path, twin: ClassifierTwin) -> Iterator[House]:
    """Yield a house with a classifier, which may tell platforms on this machine."""
    path = tmp_path / "classifiers.toml"
    path.write_text(written(Kind.GENERIC_JSON, twin.url, labels=LABEL), encoding="utf-8")
    settings = {"TUTELA_CLASSIFIERS_FILE": str(path), "TUTELA_WEBHOOKS_ALLOW_PRIVATE": "yes"}
    with running(load(settings, var=tmp_path / "var")) as house:
        yield house


def test_each_sees_what_is_theirs_and_no_address_whole(house: House, receiver: Receiver) -> None:
    """Of the address the host alone: the rest may hold what only the receiver should know."""
    house.keep_webhooks.add("forum", f"{receiver.scheme}://127.0.0.1:{receiver.port}/planted-path?token=x", "key_1")
    connections = house.oversee_connections
    all_of, analyst, officer = (connections.all(each) for each in (ADMINISTRATOR, ANALYST, OFFICER))
    assert all_of.endpoints is not None
    assert [(each.webhook.name, each.host) for each in all_of.endpoints] == [("forum", "127.0.0.1")]
    assert "planted-path" not in repr(all_of)
    assert analyst.classifiers is not None
    assert (len(analyst.classifiers), analyst.endpoints, analyst.channels) == (1, None, None)
    assert (officer.classifiers, officer.endpoints, officer.channels) == (None, None, [])
    assert officer.on_call is not None
    assert officer.on_call.nobody_on_call
    with pytest.raises(Forbidden):
        connections.all(REVIEWER)


def test_a_webhook_is_tested_by_a_ping(house: House, receiver: Receiver) -> None:
    """It arrives, or the kind of failure is told."""
    address = f"{receiver.scheme}://127.0.0.1:{receiver.port}/hook"
    up, _ = house.keep_webhooks.add("forum", address, "key_1")
    with receiving() as ended:
        gone = ended.url
    down, _ = house.keep_webhooks.add("gone", gone, "key_1")
    test = house.oversee_connections.test_webhook
    assert (test(ADMINISTRATOR, up.id).is_well, len(receiver.got)) == (True, 1)
    tested = test(ADMINISTRATOR, down.id)
    assert (tested.name, tested.is_well, tested.said) == ("gone", False, "not_connected")
    with pytest.raises(Forbidden):
        test(ANALYST, up.id)
    with pytest.raises(UnknownWebhook):
        test(ADMINISTRATOR, "whk_nobody")


def test_a_classifier_is_asked_about_a_harmless_sentence(house: House, twin: ClassifierTwin) -> None:
    """It answers, or says nothing for a reason that is told; nobody asks without the scope."""
    [state] = house.read_classifiers.all()
    test = house.oversee_connections.test_classifier
    assert test(ANALYST, state.spec.id).is_well
    twin.mode = Mode.SERVER
    failed = test(ANALYST, state.spec.id)
    assert (failed.is_well, failed.said) == (False, "server")
    with pytest.raises(Forbidden):
        test(OFFICER, state.spec.id)
    with pytest.raises(UnknownClassifier):
        test(ANALYST, "nobody")


def test_where_no_channel_is_set_up_nobody_would_be_woken(house: House) -> None:
    """That is an empty answer, and the page says so."""
    assert house.oversee_connections.test_paging(OFFICER, None) == []
    with pytest.raises(Forbidden):
        house.oversee_connections.test_paging(ANALYST, None)
