"""Which kind of evidence something is, when its time is over, and what a certificate says of its end."""

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.filing.certificates import FORMAT, certify, commitment, read_certificate
from tutela.core.filing.destruction import Fate, Order
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.filing.evidence_kinds import EvidenceFacts, fate_of, kept
from tutela.core.filing.holds import Hold, HoldSource
from tutela.core.filing.retention_file import parse_retention
from tutela.core.ids import DestructionId, EvidenceId
from tutela.errors import BadInput

FILE = tomllib.loads(resources.files("tutela.policy").joinpath("retention.toml").read_text(encoding="utf-8"))
TABLE = parse_retention(FILE, place="retention.toml")
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
EARLIER, LATER = AT - timedelta(days=9), AT + timedelta(days=9)
NOTHING = EvidenceFacts(AT)
US, DE = ("US",), ("DE",)


@pytest.mark.parametrize(
    ("facts", "kind", "since"),
    [
        (NOTHING, "detection.unconfirmed", AT),
        (replace(NOTHING, detected_at=EARLIER), "detection.unconfirmed", EARLIER),
        (replace(NOTHING, is_hidden=True), "detection.unconfirmed", AT),
        (replace(NOTHING, decided_at=LATER), "evidence.cleared", LATER),
        (replace(NOTHING, decided_at=LATER, is_hidden=True), "evidence.unreported", LATER),
        (replace(NOTHING, decided_at=LATER, is_hidden=True, is_open=True), "evidence.unreported", None),
        (replace(NOTHING, is_open=True), "detection.unconfirmed", None),
        (replace(NOTHING, decided_at=AT, context_of_report_at=LATER), "evidence.context", LATER),
        (replace(NOTHING, decided_at=AT, reported_at=LATER, context_of_report_at=AT), "evidence.reported", LATER),
        (replace(NOTHING, reported_at=LATER, is_open=True), "evidence.reported", None),
        (replace(NOTHING, ended_at=LATER), "report.unfiled", LATER),
        (replace(NOTHING, ended_at=LATER, reported_at=EARLIER), "evidence.reported", EARLIER),
    ],
)
def test_the_strictest_kind_that_fits_is_the_one(facts: EvidenceFacts, kind: str, since: datetime | None) -> None:
    """What is open has no time yet, whatever kind it is."""
    what = kept(facts, (), TABLE)

    assert (what.row.id, what.since) == (kind, since)


@pytest.mark.parametrize(
    ("facts", "days", "home", "fate"),
    [
        (replace(NOTHING, decided_at=AT), 0, DE, Fate.DESTROYED_BY_ITSELF),
        (replace(NOTHING, decided_at=AT), 29, US, Fate.KEPT_BY_TIME),
        (replace(NOTHING, decided_at=AT), 30, US, Fate.DESTROYED_BY_ITSELF),
        (replace(NOTHING, decided_at=AT, regions=frozenset({"FR"})), 0, US, Fate.DESTROYED_BY_ITSELF),
        (replace(NOTHING, decided_at=AT, regions=frozenset({"US"})), 0, DE, Fate.KEPT_BY_TIME),
        (replace(NOTHING, decided_at=AT), 0, (), Fate.DESTROYED_BY_ITSELF),
        (replace(NOTHING, is_hidden=True), 366, US, Fate.PROPOSED),
        (NOTHING, 366, US, Fate.DESTROYED_BY_ITSELF),
        (replace(NOTHING, reported_at=AT), 364, US, Fate.KEPT_BY_TIME),
        (replace(NOTHING, reported_at=AT), 365, US, Fate.PROPOSED),
        (replace(NOTHING, reported_at=AT, is_open=True), 9999, US, Fate.KEPT_BY_TIME),
    ],
)
def test_what_people_cleared_goes_by_itself_and_the_rest_by_people(
    facts: EvidenceFacts, days: int, home: tuple[str, ...], fate: Fate
) -> None:
    """Where nobody knows where somebody is, the operator's regions count, or the strictest of all."""
    assert fate_of(facts, kept(facts, (), TABLE, home), AT + timedelta(days=days)) is fate


def test_a_hold_beats_its_time() -> None:
    """Also of what would go by itself."""
    facts = replace(NOTHING, decided_at=AT)
    hold = Hold("hld_1", HoldSource.COURT, "1 K 7/26", AT, AT + timedelta(days=90))

    assert fate_of(facts, kept(facts, (hold,), TABLE, DE), AT + timedelta(days=40)) is Fate.KEPT_BY_HOLD


DONE = Destruction(
    DestructionId("dst_1"), Basis.ORDER, "their letter: \n \u2028 wörtlich", "ann", AT, DestructionState.DESTROYED,
    Order("an agency", "7/26", AT, frozenset({"hld_1"})), "ann", AT, AT,
)  # fmt: skip
DOOMED = Doomed(
    EvidenceId("med_1"), "evidence.reported", "c" * 32, "evidence-c", ("transient-1",), 7, b"s" * 32,
    commitment(b"s" * 32, "a" * 64), ("hld_1", "hld_2"), ("hld_1",),
)  # fmt: skip


def certificate() -> bytes:
    """Return a certificate, signed by nobody."""
    return certify(DONE, [DOOMED], AT, installation="f" * 32, sign=lambda body: body[:64], public_key=b"k" * 32)


def test_a_certificate_is_two_lines_and_says_all_but_the_digest() -> None:
    """The first is what is signed, byte for byte."""
    raw = certificate()
    read = read_certificate(raw)

    assert raw.count(b"\n") == 2
    assert read.body == raw.split(b"\n")[0]
    assert (read.signature, read.public_key) == (read.body[:64], b"k" * 32)
    assert read.told["reason"] == DONE.reason
    assert read.told["contents"][0]["holds_ended_by_order"] == ["hld_1"]
    assert read.has_content(b"s" * 32, "a" * 64)
    assert not read.has_content(b"t" * 32, "a" * 64)
    assert b"a" * 64 not in raw


@pytest.mark.parametrize("contents", [[1], ["med_1"], [None], [[]], [{}, 1], {}, "all"])
def test_contents_that_are_none_are_refused_before_anybody_asks_for_one(contents: Any) -> None:
    """Nobody has verified the signature yet."""
    body = json.dumps({"format": FORMAT, "contents": contents}).encode()
    with pytest.raises(BadInput, match="no certificate"):
        read_certificate(b"%b\ned25519 %b %b\n" % (body, b"0" * 128, b"0" * 64))


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(0, 10_000))
def test_whatever_is_not_a_certificate_is_refused_in_one_sentence(noise: bytes, start: int, length: int) -> None:
    """Noise, pieces, and a certificate with a piece cut out never break anything."""
    raw = certificate()
    start, end = start % len(raw), start % len(raw) + length % 50
    for damaged in (noise, raw[:start], raw[:start] + raw[end:], raw[:start] + noise + raw[end:]):
        if damaged == raw:
            continue
        try:
            read_certificate(damaged)
        except BadInput as error:
            assert error.place == "certificate"  # noqa: PT017  # what survives is judged by its signature
