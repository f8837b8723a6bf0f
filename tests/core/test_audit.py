"""Records cannot change quietly: every single tampering is found, at the first bad entry; a lawful erasure is none."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.audit import (
    ERASED,
    JSON,
    NO_DIGEST,
    AuditEntry,
    AuditEvent,
    Head,
    Payload,
    SealedHeads,
    append,
    bytes_to_sign,
    canonical_json,
    commit_to,
    commit_to_body,
    entry_digest,
    heads_digest,
    seal,
)
from tutela.core.audit_verification import (
    BreachKind,
    Erasure,
    Report,
    find_erasures,
    verify_chain,
    verify_heads,
    verify_seals,
)

FORMAT = Path(__file__).parents[2] / "docs" / "reference" / "audit-format.md"
START = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LENGTH = 12

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(), part, max_size=3),
    max_leaves=8,
)
PAYLOADS = st.dictionaries(st.text(), JSON_VALUES, max_size=4)
PLACES = st.integers(0, LENGTH - 1)


class Store:
    """A chain as a database would hold it: entries in order, payloads beside them."""

    def __init__(self, chain: str = "writer-1") -> None:
        self.head = Head(chain)
        self.entries: list[AuditEntry] = []
        self.payloads: dict[int, Payload] = {}

    def add(self, kind: str, payload: dict[str, JSON], at: datetime = START) -> None:
        """Append one entry."""
        salt = hashlib.sha256(b"salt %d" % self.head.seq).digest()
        entries, payloads, self.head = append(self.head, [(AuditEvent(kind, "itm_0123", payload), salt)], at)
        self.entries += entries
        self.payloads[entries[0].seq] = payloads[0]

    def erase(self, seq: int, entry: str | None = None, basis: str = "retention:transient") -> None:
        """Take a payload away and say so."""
        del self.payloads[seq]
        self.add(ERASED, {"entry": entry or f"{self.head.chain}/{seq}", "basis": basis}, START + timedelta(hours=1))

    def payload_of(self, entry: AuditEntry) -> Payload | None:
        """Find the payload beside an entry."""
        return self.payloads.get(entry.seq)

    def digest_at(self, chain: str, seq: int) -> bytes | None:
        """Find a stored digest."""
        return next((e.digest for e in self.entries if (e.chain, e.seq) == (chain, seq)), None)

    def verify(self, entries: Iterable[AuditEntry] | None = None) -> Report:
        """Verify the chain as it is stored, or as given."""
        entries = self.entries if entries is None else list(entries)
        erasures = find_erasures(entries, self.payload_of)
        start = Head(self.head.chain)
        return verify_chain(iter(entries), payload_of=self.payload_of, erasures=erasures, start=start)


def filled(length: int = LENGTH) -> Store:
    """Write a chain of some entries."""
    store = Store()
    for number in range(length):
        store.add("flow:item:submitted", {"number": number}, START + timedelta(seconds=number))
    return store


def breach(report: Report) -> tuple[BreachKind, int] | None:
    """Return what a report complains of."""
    return (report.breach.kind, report.breach.seq) if report.breach else None


def is_signed(message: bytes, signature: bytes) -> bool:
    """Check with the library that operators would use."""
    try:
        KEY.public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def seals_of(*rounds: Iterable[Head]) -> list[tuple[SealedHeads, bytes]]:
    """Seal and sign round after round."""
    sealed: list[tuple[SealedHeads, bytes]] = []
    for number, heads in enumerate(rounds):
        joint = seal(sealed[-1][0] if sealed else None, heads, START + timedelta(minutes=number))
        sealed.append((joint, KEY.sign(bytes_to_sign(joint))))
    return sealed


@given(PAYLOADS)
def test_a_payload_comes_back_as_it_was_given(payload: dict[str, JSON]) -> None:
    """Through canonical JSON and back, with its chain sound."""
    store = Store()
    store.add("flow:item:submitted", payload)
    assert store.payloads[1].content() == payload
    assert store.verify() == Report(store.head)


@given(PAYLOADS)
def test_one_payload_has_one_encoding(payload: dict[str, JSON]) -> None:
    """The order in which keys were put in does not show, and keys follow the order of their UTF-8 bytes."""
    turned = dict(reversed(payload.items()))
    assert canonical_json(payload) == canonical_json(turned)
    keys = list(json.loads(canonical_json(payload)))
    assert [key.encode() for key in keys] == sorted(key.encode() for key in payload)


class Colour(StrEnum):
    """Text that could print itself otherwise."""

    RED = "red"


@pytest.mark.parametrize("value", [0.5, float("nan"), (1,), b"x", {1: 2}, {"a": [{"b": 1.0}]}, Colour.RED, START])
def test_what_has_no_single_text_is_refused(value: object) -> None:
    """Floats above all: two languages print them differently."""
    with pytest.raises(TypeError):
        canonical_json({"key": value})  # type: ignore[dict-item]  # refused at run time as well


@pytest.mark.parametrize(
    ("event", "salt"),
    [
        (AuditEvent("submitted", "itm_1", {}), bytes(32)),
        (AuditEvent("Flow:item:submitted", "itm_1", {}), bytes(32)),
        (AuditEvent("flow:item:submitted\n", "itm_1", {}), bytes(32)),
        (AuditEvent("flow:item:submitted", "someone@example.org", {}), bytes(32)),
        (AuditEvent("flow:item:submitted", "", {}), bytes(32)),
        (AuditEvent("flow:item:submitted", "itm_1", {"\ud800": 1}), bytes(32)),
        (AuditEvent("flow:item:submitted", "itm_1", {}), bytes(31)),
    ],
)
def test_what_does_not_belong_into_a_chain_is_refused(event: AuditEvent, salt: bytes) -> None:
    """Nothing personal fits into what can never be erased, and no short salt can be guessed through."""
    with pytest.raises(ValueError, match=r"audit|salt|surrogates"):
        append(Head("writer-1"), [(event, salt)], START)


def test_a_chain_has_an_opaque_name() -> None:
    """It stands in every entry, for ever."""
    with pytest.raises(ValueError, match="opaque"):
        append(Head("writer of someone"), [], START)


def test_a_moment_without_a_zone_is_refused() -> None:
    """Nobody could say later when it was."""
    with pytest.raises(ValueError, match="aware"):
        append(Head("writer-1"), [(AuditEvent("a:b:c", "itm_1", {}), bytes(32))], START.replace(tzinfo=None))


def test_the_zone_of_a_moment_does_not_show() -> None:
    """A database may give the same moment back in another zone."""
    east = timezone(timedelta(hours=5))
    event = AuditEvent("a:b:c", "itm_1", {})
    [entry], _, _ = append(Head("writer-1"), [(event, bytes(32))], datetime(2031, 1, 1, 4, 0, tzinfo=east))
    fields = (b"writer-1", b"1", b"2030-12-31T23:00:00.000000Z", b"a:b:c", b"itm_1", entry.commitment, NO_DIGEST)
    assert entry.digest == hashlib.sha256(framed(b"tutela/audit/entry/1", *fields)).digest()
    assert entry_digest(replace(entry, at=entry.at.astimezone(UTC))) == entry.digest


EDITS = st.one_of(
    st.tuples(st.just("chain"), st.text()),
    st.tuples(st.just("seq"), st.integers()),
    st.tuples(st.just("at"), st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.just("kind"), st.text()),
    st.tuples(st.just("subject"), st.text()),
    st.tuples(st.sampled_from(["commitment", "previous", "digest"]), st.binary(max_size=40)),
)


@given(PLACES, EDITS)
def test_any_edit_of_any_field_is_found_where_it_was_made(place: int, edit: tuple[str, object]) -> None:
    """Named as edited, at that entry, and everything before it is sound."""
    store = filled()
    before = store.entries[place]
    store.entries[place] = replace(before, **{edit[0]: edit[1]})
    if store.entries[place] != before:
        report = store.verify()
        assert breach(report) == (BreachKind.EDITED, place + 1)
        assert report.head.seq == place


@given(PLACES, EDITS.filter(lambda edit: edit[0] not in {"digest", "seq", "chain", "previous", "commitment"}))
def test_an_edit_with_a_digest_computed_anew_is_found_at_the_next_entry(place: int, edit: tuple[str, object]) -> None:
    """And at the end, where there is no next, against the sealed head."""
    store = filled()
    sealed = seals_of([store.head])
    before = store.entries[place]
    forged = replace(before, **{edit[0]: edit[1]})
    store.entries[place] = forged = replace(forged, digest=entry_digest(forged))
    if forged == before:
        return
    report = store.verify()
    if place < LENGTH - 1:
        assert breach(report) == (BreachKind.BROKEN_LINK, place + 2)
    else:
        assert report.breach is None
        [found] = verify_heads([sealed[0][0]], reports={"writer-1": report}, digest_at=store.digest_at)
        assert (found.kind, found.seq, found.last_seq) == (BreachKind.REWRITTEN, 1, LENGTH)


@given(st.integers(0, LENGTH - 2))
def test_a_deletion_is_found_at_the_entry_that_is_missing(place: int) -> None:
    """Anywhere but at the end, the chain itself shows it."""
    store = filled()
    del store.entries[place]
    assert breach(store.verify()) == (BreachKind.OUT_OF_ORDER, place + 1)


@given(PLACES, PLACES)
def test_a_swap_is_found_at_the_first_of_the_two(one: int, other: int) -> None:
    """Order is part of the record."""
    store = filled()
    store.entries[one], store.entries[other] = store.entries[other], store.entries[one]
    expected = None if one == other else (BreachKind.OUT_OF_ORDER, min(one, other) + 1)
    assert breach(store.verify()) == expected


@given(PLACES, st.integers(0, LENGTH))
def test_an_entry_put_in_twice_is_found(source: int, place: int) -> None:
    """A copy stands where another entry belongs."""
    store = filled()
    store.entries.insert(place, store.entries[source])
    expected = place + 1 if place != source else place + 2
    assert breach(store.verify()) == (BreachKind.OUT_OF_ORDER, expected)


@given(st.integers(0, LENGTH - 1))
def test_a_forged_entry_with_the_right_link_is_found_at_the_next(place: int) -> None:
    """It fits on what came before, but what follows does not fit on it."""
    store = filled()
    before = store.entries[place]
    forged = replace(before, subject="itm_other")
    forged = replace(forged, digest=entry_digest(forged))
    store.entries.insert(place, forged)
    assert breach(store.verify()) == (BreachKind.OUT_OF_ORDER, place + 2)


def test_an_entry_of_another_chain_is_found() -> None:
    """Sound by itself, but not of this chain."""
    store, other = filled(), Store("writer-2")
    for number in range(LENGTH):
        other.add("flow:item:submitted", {"number": number})
    store.entries[4] = other.entries[4]
    assert breach(store.verify()) == (BreachKind.OUT_OF_ORDER, 5)


@given(st.integers(0, LENGTH), st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_a_truncation_is_found_against_the_sealed_heads(kept: int, first: int, second: int) -> None:
    """Whenever more was sealed than is there, named at the first entry that is missing."""
    store, older = filled(), filled()
    early, late = sorted((first, second))
    heads = [Head("writer-1", seq, older.entries[seq - 1].digest) if seq else Head("writer-1") for seq in (early, late)]
    del store.entries[kept:]
    report = store.verify()
    assert report.breach is None
    reports = {"writer-1": report} if kept else {}
    sealed = [joint for joint, _ in seals_of(*([head] for head in heads))]
    found = list(verify_heads(sealed, reports=reports, digest_at=store.digest_at))
    expected = [(BreachKind.TRUNCATED, kept + 1)] if kept < late else []
    assert [(one.kind, one.seq) for one in found] == expected


@given(st.integers(1, LENGTH), st.integers(1, LENGTH))
def test_a_chain_computed_anew_is_found_between_two_sealed_heads(changed: int, sealed_at: int) -> None:
    """The stretch named holds the first entry that changed."""
    store, forged = filled(), Store()
    for entry in store.entries:
        forged.add(entry.kind, {"number": -1 if entry.seq == changed else entry.seq - 1}, entry.at)
    heads = [Head("writer-1", seq, store.entries[seq - 1].digest) for seq in sorted({sealed_at, LENGTH})]
    report = forged.verify()
    assert report.breach is None
    sealed = [joint for joint, _ in seals_of(*([head] for head in heads))]
    [found] = verify_heads(sealed, reports={"writer-1": report}, digest_at=forged.digest_at)
    assert found.kind is BreachKind.REWRITTEN
    assert found.seq <= changed <= found.last_seq
    assert (found.seq, found.last_seq) == ((1, sealed_at) if changed <= sealed_at else (sealed_at + 1, LENGTH))


def test_a_chain_found_bad_is_not_reported_twice() -> None:
    """The first bad entry of a chain says it all."""
    store = filled()
    head = store.head
    del store.entries[5]
    reports = {"writer-1": store.verify()}
    assert list(verify_heads([seal(None, [head], START)], reports=reports, digest_at=store.digest_at)) == []


@given(PLACES, st.binary(max_size=40), st.booleans())
def test_an_edited_payload_is_found_at_its_entry(place: int, content: bytes, is_salt: bool) -> None:  # noqa: FBT001 - drawn
    """Whether the body or the salt was changed."""
    store = filled()
    before = store.payloads[place + 1]
    after = Payload(content, before.body) if is_salt else Payload(before.salt, content)
    store.payloads[place + 1] = after
    assert breach(store.verify()) == (None if after == before else (BreachKind.PAYLOAD_DIFFERS, place + 1))


def test_a_border_moved_between_salt_and_body_is_found() -> None:
    """Lengths are hashed too."""
    store = filled()
    before = store.payloads[3]
    store.payloads[3] = Payload(before.salt[:-1], before.salt[-1:] + before.body)
    assert breach(store.verify()) == (BreachKind.PAYLOAD_DIFFERS, 3)


@given(st.sets(PLACES, min_size=1))
def test_a_lawful_erasure_leaves_the_chain_sound(places: set[int]) -> None:
    """And the report says how many payloads are gone."""
    store = filled()
    for place in places:
        store.erase(place + 1)
    assert store.verify() == Report(store.head, lawfully_erased=len(places))


@given(PLACES)
def test_an_erasure_without_an_entry_is_found_at_its_entry(place: int) -> None:
    """A payload does not vanish by itself."""
    store = filled()
    del store.payloads[place + 1]
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, place + 1)


@pytest.mark.parametrize(
    ("entry", "basis"),
    [
        ("writer-2/4", "retention:transient"),
        ("writer-1/5", "retention:transient"),
        ("writer-1/04", "retention:transient"),
        ("writer-1/four", "retention:transient"),
        ("4", "retention:transient"),
        ("writer-1/4", ""),
        ("writer-1/4", "  "),
    ],
)
def test_an_erasure_that_names_another_entry_or_no_basis_is_not_lawful(entry: str, basis: str) -> None:
    """It must say what was erased, and on what basis."""
    store = filled()
    store.erase(4, entry, basis)
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, 4)


@pytest.mark.parametrize("content", [{}, {"entry": 4, "basis": "x"}, {"entry": "writer-1/4"}, {"entry": None}])
def test_an_erasure_that_cannot_be_read_is_not_lawful(content: dict[str, JSON]) -> None:
    """And does not stop the verification either."""
    store = filled()
    del store.payloads[4]
    store.add(ERASED, content)
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, 4)


def test_erasures_cannot_be_erased() -> None:
    """What makes an erasure lawful holds nothing personal, and must stay readable."""
    store = filled()
    store.erase(4)
    store.erase(LENGTH + 1)
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, 4)
    found = {("writer-1", 4): Erasure("writer-1", 4, "writer-2", 1, "x")}
    found[("writer-1", LENGTH + 1)] = Erasure("writer-1", LENGTH + 1, "writer-2", 2, "x")
    start = Head("writer-1")
    report = verify_chain(store.entries, payload_of=store.payload_of, erasures=found, start=start)
    assert breach(report) == (BreachKind.PAYLOAD_MISSING, LENGTH + 1)


def test_an_erasure_cannot_be_announced_in_advance() -> None:
    """An entry of the same chain must stand after what it erases."""
    store = Store()
    store.add(ERASED, {"entry": "writer-1/2", "basis": "retention:transient"})
    store.add("flow:item:submitted", {})
    del store.payloads[2]
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, 2)


def test_an_erasure_may_stand_in_another_chain() -> None:
    """The process that erases is seldom the one that wrote."""
    store, other = filled(), Store("writer-2")
    del store.payloads[4]
    other.add(ERASED, {"entry": "writer-1/4", "basis": "request:4711"})
    erasures = find_erasures(other.entries, other.payload_of)
    assert erasures == {("writer-1", 4): Erasure("writer-1", 4, "writer-2", 1, "request:4711")}
    start = Head("writer-1")
    report = verify_chain(store.entries, payload_of=store.payload_of, erasures=erasures, start=start)
    assert (report.breach, report.lawfully_erased) == (None, 1)


def test_a_forged_erasure_covers_nothing() -> None:
    """Neither a payload that its entry does not commit to, nor an entry whose kind was changed afterwards."""
    store = filled()
    store.erase(4, "writer-1/11")
    body = canonical_json({"basis": "x", "entry": "writer-1/4"})
    store.payloads[LENGTH + 1] = Payload(store.payloads[LENGTH + 1].salt, body)
    store.add("flow:item:submitted", {"basis": "x", "entry": "writer-1/4"})
    store.entries[-1] = replace(store.entries[-1], kind=ERASED)
    assert find_erasures(store.entries, store.payload_of) == {}
    assert breach(store.verify()) == (BreachKind.PAYLOAD_MISSING, 4)


def test_a_payload_that_should_be_gone_is_told() -> None:
    """The erasure was recorded, the payload is still there: no breach of the record, but a duty left undone."""
    store = filled()
    kept = store.payloads[4]
    store.erase(4)
    store.payloads[4] = kept
    assert store.verify() == Report(store.head, not_yet_erased=1)


def test_a_clock_that_was_set_back_is_told_and_is_no_breach() -> None:
    """Order is by number; the time is what the clock said."""
    store = Store()
    for minutes in (0, 5, 3, 4, 2, 2):
        store.add("flow:item:submitted", {}, START + timedelta(minutes=minutes))
    assert store.verify() == Report(store.head, clock_set_back=2, first_set_back_seq=3)


def test_verification_goes_on_from_a_head_that_was_verified_before() -> None:
    """A long chain is not read again from its beginning."""
    store = filled()
    half = store.entries[5]
    start = Head("writer-1", 6, half.digest)
    report = verify_chain(store.entries[6:], payload_of=store.payload_of, erasures={}, start=start)
    assert report == Report(store.head)
    wrong = Head("writer-1", 6, store.entries[4].digest)
    report = verify_chain(store.entries[6:], payload_of=store.payload_of, erasures={}, start=wrong)
    assert breach(report) == (BreachKind.BROKEN_LINK, 7)


def test_verification_stops_reading_at_the_first_bad_entry() -> None:
    """It reads one entry at a time and keeps none."""
    store = filled()
    store.entries[2] = replace(store.entries[2], subject="itm_other")
    rest = iter(store.entries)
    verify_chain(rest, payload_of=store.payload_of, erasures={}, start=Head("writer-1"))
    assert next(rest).seq == 4


def rounds() -> list[tuple[SealedHeads, bytes]]:
    """Seal two growing chains four times."""
    digests = [hashlib.sha256(b"%d" % number).digest() for number in range(8)]
    return seals_of(
        *([Head("writer-2", seq, digests[seq]), Head("writer-1", seq * 2, digests[seq + 4])] for seq in range(1, 4))
    )


def test_sealed_heads_are_sound_and_in_order_of_their_chains() -> None:
    """The series verifies, also from a seal that was checked before."""
    sealed = rounds()
    assert [head.chain for head in sealed[0][0].heads] == ["writer-1", "writer-2"]
    last = Head("", 3, sealed[-1][0].digest)
    assert verify_seals(sealed, is_signed=is_signed) == Report(last)
    assert verify_seals(sealed[1:], is_signed=is_signed, start=sealed[0][0]) == Report(last)
    assert verify_seals([], is_signed=is_signed) == Report(Head(""))


@given(
    st.integers(0, 2),
    st.one_of(
        st.tuples(st.just("number"), st.integers()),
        st.tuples(st.just("at"), st.datetimes(timezones=st.just(UTC))),
        st.tuples(st.just("heads"), st.just((Head("writer-1", 1, NO_DIGEST),))),
        st.tuples(st.sampled_from(["previous", "digest"]), st.binary(max_size=40)),
    ),
)
def test_any_edit_of_a_sealed_head_is_found(place: int, edit: tuple[str, object]) -> None:
    """At that seal; with its digest computed anew, the signature shows it."""
    sealed = rounds()
    before, signature = sealed[place]
    edited = replace(before, **{edit[0]: edit[1]})
    if edited == before:
        return
    sealed[place] = edited, signature
    assert breach(verify_seals(sealed, is_signed=is_signed)) == (BreachKind.EDITED, place + 1)
    sealed[place] = replace(edited, digest=heads_digest(edited)), signature
    if edit[0] in {"at", "heads"}:
        report = verify_seals(sealed[: place + 1], is_signed=lambda *_: True)
        assert report.breach is None or report.breach.kind is BreachKind.WENT_BACK
    if edit[0] != "digest":
        report = verify_seals(sealed, is_signed=is_signed)
        assert report.breach is not None
        assert report.breach.seq == place + 1


def test_a_seal_with_a_foreign_signature_is_found() -> None:
    """Sound in itself, but signed by nobody we know."""
    sealed = rounds()
    joint = sealed[1][0]
    sealed[1] = joint, Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(bytes_to_sign(joint))
    assert breach(verify_seals(sealed, is_signed=is_signed)) == (BreachKind.NOT_SIGNED, 2)


def test_a_missing_seal_is_found() -> None:
    """In the middle by its number; a series that begins elsewhere by its link."""
    sealed = rounds()
    assert breach(verify_seals([sealed[0], sealed[2]], is_signed=is_signed)) == (BreachKind.OUT_OF_ORDER, 2)
    other = seal(None, [Head("writer-9")], START)
    report = verify_seals(sealed[1:], is_signed=is_signed, start=other)
    assert breach(report) == (BreachKind.BROKEN_LINK, 2)


@pytest.mark.parametrize(
    "heads",
    [[], [Head("writer-1", 4, bytes(32))], [Head("writer-1", 5, b"\1" * 32)]],
    ids=["chain gone", "shorter", "same length, other digest"],
)
def test_a_joint_head_that_went_back_is_found_although_it_is_signed(heads: list[Head]) -> None:
    """Whoever holds the key cannot take back what was handed out."""
    sealed = seals_of([Head("writer-1", 5, bytes(32))], heads)
    assert breach(verify_seals(sealed, is_signed=is_signed)) == (BreachKind.WENT_BACK, 2)


def test_a_chain_is_sealed_once_at_a_time() -> None:
    """Two heads of one chain contradict each other."""
    with pytest.raises(ValueError, match="once"):
        seal(None, [Head("writer-1"), Head("writer-1", 2)], START)


def framed(*fields: bytes) -> bytes:
    """Frame as the reference document says, written again from its words."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


@settings(max_examples=examples(50))
@given(PAYLOADS, st.datetimes(timezones=st.just(UTC)))
def test_the_bytes_are_those_of_the_reference_document(payload: dict[str, JSON], at: datetime) -> None:
    """An implementation written from the document alone gives the same digests."""
    salt = bytes(range(32))
    [entry], [stored], head = append(
        Head("writer-1", 41, b"\7" * 32), [(AuditEvent("a:b:c", "itm_1", payload), salt)], at
    )
    body = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    commitment = hashlib.sha256(framed(b"tutela/audit/payload/1", salt, body)).digest()
    assert commitment == entry.commitment == commit_to(payload, salt) == commit_to_body(stored)
    moment = f"{at.year:04}-{at:%m-%dT%H:%M:%S.%f}Z".encode()
    fields = (b"writer-1", b"42", moment, b"a:b:c", b"itm_1", commitment, b"\7" * 32)
    assert entry.digest == hashlib.sha256(framed(b"tutela/audit/entry/1", *fields)).digest() == head.digest
    joint = seal(None, [head, Head("a", 7, bytes(32))], at)
    each = (b"a", b"7", bytes(32), b"writer-1", b"42", head.digest)
    assert joint.digest == hashlib.sha256(framed(b"tutela/audit/heads/1", b"1", moment, *each, NO_DIGEST)).digest()
    assert bytes_to_sign(joint) == framed(b"tutela/audit/signature/1", joint.digest)


def test_the_worked_example_of_the_reference_document_is_true() -> None:
    """Whoever follows the document step by step arrives at the same digests."""
    document = FORMAT.read_text(encoding="utf-8")
    payload: dict[str, JSON] = {
        "verdict": "hold",
        "rules": [3, 7],
        "note": "na\u00efve \u2713",
        "by": None,
        "first": True,
    }
    event = AuditEvent("flow:item:submitted", "itm_01J00000000000000000000000", payload)
    [entry], [stored], head = append(Head("writer-1"), [(event, bytes(range(32)))], START)
    joint = seal(None, [head], START + timedelta(minutes=1))
    public = KEY.public_key().public_bytes_raw()
    for value in (entry.commitment, entry.digest, joint.digest, KEY.sign(bytes_to_sign(joint)), public):
        assert value.hex() in document
    assert stored.body.decode() in document
    program: dict[str, object] = {}
    exec(document.split("```python\n")[1].split("```")[0], program)  # noqa: S102 - our own document
    told = [program[name] for name in ("commitment", "entry", "heads", "signed", "body")]
    assert told == [entry.commitment, entry.digest, joint.digest, bytes_to_sign(joint), stored.body]
