"""How an item travels, through a whole house: what is answered, what is hidden, what is kept."""

import io
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Event, Thread

import pytest
from PIL import Image

from make import Home, md5, names, pdq, photo, submission
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.banks import SignalType
from tutela.core.content import Channel, ChannelKind, Digests, EvidenceState, ScanState
from tutela.core.ids import MediaId
from tutela.core.measures import Subject
from tutela.core.operator import Basis, OperatorProfile
from tutela.core.policy import Material, Verification
from tutela.errors import IdempotencyMismatch, IndexNotReady, ScannerUnavailable
from tutela.flows.keep_banks import BankChange
from tutela.flows.look_up import Findings, LookUp
from tutela.flows.read_rows import rows_of_csv
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Rejected, Request, Submission, Submitted
from tutela.ports.committer import Changeset
from tutela.ports.scanner import Scan
from tutela.ports.store import Reader

PRIVATE = Channel(ChannelKind.PRIVATE)
BROKEN = b"\xff\xd8\xff\xe0 not a picture at all"


class AwayScanner:
    """A scanner of which no process answers."""

    def scan(self, content: bytes) -> Scan:  # noqa: ARG002  # of the port
        """Answer as the real one does when no child can be started."""
        raise ScannerUnavailable

    def close(self) -> None:
        """Have nothing to end."""


def known_bytes(home: Home) -> MediaId:
    """Upload a picture whose bytes are on a verified list, and return its media."""
    media = home.upload(photo("china"))
    home.list(md5(media))
    return media.id


def test_clean_text_is_published(home_anywhere: Home) -> None:
    """Nothing but the item and its audit entry is written."""
    done = home_anywhere.submit("t1", text="a walk in the hills")

    assert (done.answer.value, done.is_new, done.decision_id) == ("publish", True, None)
    assert not home_anywhere.is_absent("t1")


def test_a_clean_picture_is_published_and_its_bytes_stay_for_the_transient_period(home: Home) -> None:
    """Unmatched bytes are kept a day, encrypted, in case a list catches up."""
    media = home.upload(photo("flower"))

    assert home.submit("p1", media).answer.value == "publish"
    assert home.media(media.id).evidence is EvidenceState.RECEIVED


def test_media_that_was_never_uploaded_is_named_and_the_rest_goes_in(home: Home) -> None:
    """One bad submission of a batch never takes the others down."""
    missing = MediaReference(MediaId("med_unknown"))

    outcomes = home.submit_all(submission("a"), submission("b", missing), submission("c"))

    assert names(outcomes) == ["publish", "UnknownMedia", "publish"]
    with home.house.store.read() as reader:
        assert set(reader.item_views(["a", "b", "c"])) == {"a", "c"}


def test_identical_bytes_on_a_verified_list_are_sealed_and_the_account_locked(home_anywhere: Home) -> None:
    """The strongest that a machine may do: refused, sealed, locked until a person decides."""
    home = home_anywhere
    media_id = known_bytes(home)

    done = home.submit("k1", MediaReference(media_id))

    assert done.answer.value == "refuse"
    assert home.is_absent("k1")
    assert home.kinds(Subject.item(done.item_id)) >= {"quarantine", "exclude", "no_ads", "no_payout"}
    assert home.kinds(Subject.media(media_id)) >= {"quarantine", "block_media"}
    assert home.media(media_id).evidence is EvidenceState.SEALED
    with home.house.store.read() as reader:
        author = reader.accounts_by_platform_id(["alice"])["alice"]
    assert "lock_pending_decision" in home.kinds(Subject.account(author.id))


def test_somebody_elses_copy_is_refused_and_the_answer_says_nothing_of_a_list(home: Home) -> None:
    """What the platform is told has no list, bank, hash or clause in it."""
    media_id = known_bytes(home)
    home.submit("k1", MediaReference(media_id))

    done = home.submit("k2", MediaReference(media_id), author="bob")

    assert done.answer.value == "refuse"
    assert home.is_absent("k2")
    told = repr(done)
    media = home.media(media_id)
    for secret in ("known", "cse.", media.digests.md5, media.digests.sha256, media.hashes[0].hex):
        assert str(secret) not in told


def test_a_near_match_is_held_and_locks_nobody(home: Home) -> None:
    """Near is never proof: held for a person, the bytes kept for the review."""
    home.list(pdq(home.upload(photo("china"))))

    near = home.upload(photo("china", width=300, quality=70))
    done = home.submit("n1", near)

    assert done.answer.value == "hold"
    assert home.is_absent("n1")
    assert home.media(near.id).evidence is EvidenceState.SEALED
    with home.house.store.read() as reader:
        author = reader.accounts_by_platform_id(["alice"])["alice"]
        assert reader.open_cases([author.id])
    assert home.kinds(Subject.account(author.id)).isdisjoint({"lock_pending_decision", "suspend"})


def test_near_copies_of_sealed_media_are_held(home: Home) -> None:
    """The list holds bytes only; the picture becomes known here by being sealed."""
    home.submit("k1", MediaReference(known_bytes(home)))

    copy = home.upload(photo("china", width=310, quality=60))

    assert home.submit("k2", copy, author="bob").answer.value == "hold"
    assert home.is_absent("k2")


def test_hashes_without_bytes_are_looked_up_as_well(home: Home) -> None:
    """A platform that sends no bytes: hidden on a match, held until somebody keeps the bytes (P5)."""
    media = home.upload(photo("china"))
    home.list((SignalType.MD5, "ab" * 16), pdq(media))
    exact = MediaReference(digests=Digests(md5="ab" * 16))
    near = MediaReference(digests=Digests(md5="cd" * 16), pdq=replace(media.hashes[0], orientations=()))
    clean = MediaReference(digests=Digests(md5="ef" * 16))

    outcomes = home.submit_all(
        *(submission(str(n), each, author=str(n)) for n, each in enumerate((exact, near, clean)))
    )

    assert names(outcomes) == ["refuse", "hold", "publish"]
    assert isinstance(outcomes[0], Submitted)
    kinds = home.kinds(Subject.item(outcomes[0].item_id))
    assert "hold" in kinds
    assert "quarantine" not in kinds


def test_bytes_that_the_platform_holds_are_preserved_enough_to_quarantine(home: Home) -> None:
    """The platform's confirmation counts as evidence kept (P5)."""
    home.list((SignalType.MD5, "ab" * 16))

    done = home.submit("h1", MediaReference(digests=Digests(md5="ab" * 16), is_held_by_platform=True))

    assert "quarantine" in home.kinds(Subject.item(done.item_id))


def test_a_harmless_list_wins_over_near_but_never_over_identical_bytes(home: Home) -> None:
    """A landscape that every phone ships must not hold its owners; identical bytes take two people to clear."""
    media = home.upload(photo("china"))
    home.list(pdq(media))
    home.list(pdq(media), name="harmless", material=Material.SUPPRESSION, verification=Verification.OWN)

    assert home.submit("n1", home.upload(photo("china", width=300))).answer.value == "publish"
    home.list(md5(media))
    assert home.submit("k1", media).answer.value == "refuse"


def test_what_cannot_be_scanned_is_held_until_a_retry_succeeds(home: Home, scanner: ChildScanner) -> None:
    """Not an accusation: held under an ordinary clause, lifted by the machine that set it."""
    home.use(AwayScanner())
    media = home.upload(photo("flower"))
    done = home.submit("u1", media)
    assert (done.answer.value, media.scan) == ("hold", ScanState.PENDING)
    assert home.is_absent("u1")

    home.use(scanner)
    assert home.house.retry_scans() == 1

    assert home.answer("u1").value == "publish"
    assert not home.is_absent("u1")


def test_what_no_retry_can_open_is_raised_for_a_person_without_a_suspicion(home: Home) -> None:
    """Held, with a case under the ordinary clause: no accusation, nothing promoted less, no account touched."""
    done = home.submit("i1", home.upload(BROKEN))

    with home.house.store.read() as reader:
        author = reader.accounts_by_platform_id(["alice"])["alice"]
        cases = reader.open_cases([author.id])
        standing = reader.standings([Subject.account(author.id)])[Subject.account(author.id)]
    assert standing.measures == ()
    assert done.answer.value == "hold"
    assert [(case.clause_id, case.reason.value) for case in cases.values()] == [("ops.unscanned", "not_scanned")]


def test_a_retry_that_finds_something_hides_it_instead(home: Home, scanner: ChildScanner) -> None:
    """The technical hold ends and a grave one takes its place; in no moment between is the item visible."""
    home.list(pdq(home.upload(photo("china"))))
    home.use(AwayScanner())
    media = home.upload(photo("china", width=300))
    home.submit("u1", media)

    home.use(scanner)
    home.house.retry_scans()

    assert home.answer("u1").value == "hold"
    assert home.is_absent("u1")
    with home.house.store.read() as reader:
        assert reader.detections(reader.items_by_platform_id(["u1"])["u1"].item.id)


def test_what_no_retry_can_open_stays_held(home: Home) -> None:
    """A person looks at it within a day; no number of retries calls it clean."""
    media = home.upload(BROKEN)
    assert home.submit("u1", media).answer.value == "hold"

    for _ in range(3):
        home.clock.advance(hours=7)
        assert home.house.retry_scans() == 0
    home.clock.advance(days=5)
    home.house.retain(OperatorProfile())

    assert home.is_absent("u1")
    assert b"".join(home.house.vault.read(home.media(media.id).content_id or "")) == BROKEN


def test_a_sealed_content_that_cannot_be_scanned_stays_sealed_when_it_comes_again(home: Home) -> None:
    """The second upload of the same bytes must not put the evidence aside."""
    media = home.upload(BROKEN)
    home.list(md5(media))
    home.submit("k1", media)
    before = home.media(media.id)
    assert before.evidence is EvidenceState.SEALED

    again = home.upload(BROKEN)

    assert (again.id, home.media(media.id)) == (media.id, before)


def test_a_hash_added_later_hides_what_was_published(home_anywhere: Home) -> None:
    """As if it had been there: the bytes are still here, so they are sealed."""
    home = home_anywhere
    media = home.upload(photo("china"))
    done = home.submit("p1", media)
    assert done.answer.value == "publish"

    home.list(md5(media))
    home.house.match_late()

    assert home.is_absent("p1")
    assert "quarantine" in home.kinds(Subject.item(done.item_id))
    assert home.media(media.id).evidence is EvidenceState.SEALED
    assert home.house.match_late() == 0


def test_a_hash_added_after_the_bytes_are_gone_holds_and_a_later_upload_completes_it(home: Home) -> None:
    """Hidden at once; quarantined when the bytes that were asked for have come."""
    media = home.upload(photo("china"))
    done = home.submit("p1", media)
    home.clock.advance(hours=30)
    assert home.house.retain(OperatorProfile()) == 1

    home.list(md5(media))
    home.house.match_late()
    assert home.is_absent("p1")
    assert "quarantine" not in home.kinds(Subject.item(done.item_id))

    home.upload(photo("china"))
    assert "quarantine" in home.kinds(Subject.item(done.item_id))
    assert home.media(media.id).evidence is EvidenceState.SEALED


@pytest.mark.parametrize("change", [{"is_active": True}, {"threshold_bits": 31}], ids=["switched on", "widened"])
def test_a_bank_that_reaches_further_than_before_finds_stored_items(home: Home, change: dict[str, int]) -> None:
    """Its members are as good as new: switched off, or with a narrow threshold, they found nothing."""
    media, copy = home.upload(photo("china")), home.upload(photo("china", width=160, quality=20))
    home.list(pdq(media))
    home.house.keep_banks.change("known", BankChange(is_active="is_active" not in change, threshold_bits=0))
    home.submit("p1", copy if "threshold_bits" in change else media)
    home.house.match_late()
    assert not home.is_absent("p1")

    home.house.keep_banks.change("known", BankChange(**change))  # type: ignore[arg-type]  # one of two settings
    home.house.match_late()

    assert home.is_absent("p1")


def test_two_changes_of_a_bank_at_once_both_count(home: Home) -> None:
    """One switches it off while the other moves its threshold."""
    home.list()
    keep = home.house.keep_banks
    real, calls = home.house.store, []

    class Interrupted:
        """A store on which somebody else gets in between reading and writing."""

        @contextmanager
        def read(self) -> Iterator[Reader]:
            """Read, and let the other one go first, once."""
            with real.read() as reader:
                yield reader
            if not calls:
                calls.append(keep.change("known", BankChange(is_active=False)))

    replace(keep, store=Interrupted()).change("known", BankChange(threshold_bits=7))

    with real.read() as reader:
        bank = reader.bank_by_name("known")
    assert bank is not None
    assert (bank.is_active, bank.threshold_bits) == (False, 7)


@pytest.mark.both_databases
def test_verification_finds_nothing_wrong_while_items_come_in(home_anywhere: Home) -> None:
    """What grows between two reads is no breach."""
    home, is_over = home_anywhere, Event()

    def load() -> None:
        for number in count():
            if is_over.is_set():
                return
            home.submit(f"t{number}", text="x")
            home.house.sealer.seal()

    loading = Thread(target=load)
    loading.start()
    try:
        found = [home.house.verify().breaches for _ in range(8)]
    finally:
        is_over.set()
        loading.join()

    assert found == [()] * 8


def test_the_same_item_twice_in_one_batch_is_one_item(home: Home) -> None:
    """The second is answered as the first was."""
    first, second = home.submit_all(submission("a", text="x"), submission("a", text="x"))

    assert isinstance(first, Submitted)
    assert isinstance(second, Submitted)
    assert (first.item_id, first.is_new, second.is_new) == (second.item_id, True, False)


@pytest.mark.parametrize(
    "edit",
    [
        {"text": "edited"},
        {"kind": "profile"},
        {"author": Author("mallory")},
        {"media": (MediaReference(digests=Digests(md5="1" * 32)),)},
    ],
    ids=["text", "kind", "author", "media"],
)
def test_an_edited_repetition_is_refused(home: Home, edit: dict[str, object]) -> None:
    """An edit is a new item: otherwise clean text could be swapped out after the look."""
    sent = Submission("a", Author("alice"), "post", text="x")
    home.submit_all(sent)

    [in_time] = home.submit_all(sent)
    [outcome] = home.submit_all(replace(sent, **edit))  # type: ignore[arg-type]  # fields of Submission

    assert isinstance(in_time, Submitted)
    assert isinstance(outcome, Rejected)
    assert names([outcome]) == ["DuplicateItem"]


def test_a_repeated_request_is_answered_as_the_first_was_and_another_under_its_key_refused(home: Home) -> None:
    """Whatever has happened in between."""
    request = Request("owner", "key", "print", lambda outcomes: repr(names(outcomes)).encode())

    first = home.house.submit([submission("a")], request)
    again = home.house.submit([submission("a")], request)

    assert again == ([], first[1])
    with pytest.raises(IdempotencyMismatch):
        home.house.submit([submission("b")], replace(request, fingerprint="other"))


def test_private_channels_are_looked_at_only_under_a_basis_that_holds(home: Home) -> None:
    """P12: no basis, nobody looks; a dated one counts for its dates; the author's region counts as well."""
    media_id = known_bytes(home)
    now = home.clock.now()
    basis = Basis("DE", ChannelKind.PRIVATE, "known_images", "test", "ref", now, now + timedelta(days=1))

    def send(name: str, region: str = "DE") -> str:
        sent = Submission(
            name, Author(name, regions=(region,)), "message", media=(MediaReference(media_id),), channel=PRIVATE
        )
        return names(home.submit_all(sent))[0]

    assert send("before") == "publish"
    home.house.profile.write(OperatorProfile(bases=(basis,)))
    assert send("under") == "refuse"


def test_a_lapsed_basis_ends_the_looking(home: Home) -> None:
    """Nobody has to switch it off."""
    media_id = known_bytes(home)
    now = home.clock.now()
    basis = Basis("*", ChannelKind.PRIVATE, "known_images", "test", "ref", now - timedelta(days=2), now)
    home.house.profile.write(OperatorProfile(bases=(basis,)))

    done = home.submit("m1", MediaReference(media_id), channel=PRIVATE)

    assert (done.answer.value, done.is_detected) == ("publish", False)


def test_a_late_match_reaches_private_items_that_were_looked_at_by_the_authors_region(home: Home) -> None:
    """The same regions count at submission and afterwards."""
    now = home.clock.now()
    home.house.profile.write(
        OperatorProfile(bases=(Basis("DE", ChannelKind.PRIVATE, "known_images", "test", "ref", now),))
    )
    media = home.upload(photo("china"))
    sent = Submission(
        "m1", Author("eve", regions=("DE",)), "message", media=(MediaReference(media.id),), channel=PRIVATE
    )
    assert names(home.submit_all(sent)) == ["publish"]

    home.list(md5(media))
    home.house.match_late()

    assert home.is_absent("m1")


class ForgetfulLookUp:
    """A look-up whose index cannot be brought up; frozen flows take it in place of theirs."""

    def __init__(self, times: int, then: LookUp) -> None:
        self.left, self._then = times, then

    def __call__(self, reader: object, media: object) -> Findings:
        """Raise as the real one does, a number of times."""
        if self.left:
            self.left -= 1
            raise IndexNotReady
        return self._then(reader, media)  # type: ignore[arg-type]  # handed through


def test_without_the_index_a_picture_is_held_and_looked_at_when_it_is_back(home: Home) -> None:
    """Never published as clean; and not held for ever either."""
    look_up = ForgetfulLookUp(1, home.house.look_up)
    submit = replace(home.house.submit, look_up=look_up)
    clean, listed = home.upload(photo("flower")), home.upload(photo("china"))
    home.list(md5(listed))

    outcomes, _ = submit([submission("c", clean), submission("k", listed), submission("t")])
    assert names(outcomes) == ["hold", "hold", "publish"]

    home.house.retry_scans()
    assert (home.answer("c").value, home.is_absent("c")) == ("publish", False)
    assert home.is_absent("k")
    assert home.media(listed.id).evidence is EvidenceState.SEALED


def test_digests_that_cannot_be_of_one_content_are_refused_alone(home: Home) -> None:
    """The same SHA-256 with another MD5 is a mistake of the sender's; the rest of the batch goes in."""
    first = MediaReference(digests=Digests(md5="1" * 32, sha256="a" * 64))
    home.submit("first", first)
    wrong = MediaReference(digests=Digests(md5="2" * 32, sha256="a" * 64))

    outcomes = home.submit_all(submission("wrong", wrong), submission("again", first), submission("text"))
    assert names(outcomes) == ["BadInput", "publish", "publish"]


def test_a_bank_that_changes_between_plan_and_commit_is_asked_again(home: Home) -> None:
    """The list learns of the picture after the look-up: the plan is thrown away."""
    media = home.upload(photo("china"))
    calls = []
    real = home.house.look_up

    def look_up(reader: object, asked: object) -> Findings:
        findings = real(reader, asked)  # type: ignore[arg-type]  # handed through
        if not calls:
            home.list(md5(media))
        calls.append(1)
        return findings

    outcomes, _ = replace(home.house.submit, look_up=look_up)([submission("k", media)])

    assert names(outcomes) == ["refuse"]
    assert len(calls) == 2


def test_a_bank_that_never_stands_still_holds_rather_than_publishes(home: Home) -> None:
    """And the hold ends when it does stand still."""
    media, real = home.upload(photo("flower")), home.house.look_up
    numbers = iter(range(1000))

    def look_up(reader: object, asked: object) -> Findings:
        findings = real(reader, asked)  # type: ignore[arg-type]  # handed through
        home.list((SignalType.MD5, f"{next(numbers):032x}"))
        return findings

    outcomes, _ = replace(home.house.submit, look_up=look_up)([submission("c", media)])
    assert names(outcomes) == ["hold"]

    home.house.retry_scans()
    assert (home.answer("c").value, home.is_absent("c")) == ("publish", False)


def test_what_quotes_something_hidden_is_hidden(home: Home) -> None:
    """Also at the end of a long chain of quotes, and also when it was hidden after it was quoted."""
    media = home.upload(photo("china"))
    home.submit("root", media)
    home.submit("quote", author="bob", contains=("root",))
    home.submit("again0", author="carol", contains=("quote",))
    for number in range(1, 15):
        home.submit(f"again{number}", author="carol", contains=(f"again{number - 1}",))
    assert not home.is_absent("again14")

    home.list(md5(media))
    home.house.match_late()

    assert [home.is_absent(name) for name in ("root", "quote", "again0", "again14")] == [True] * 4


def test_retention_destroys_what_may_go_and_nothing_else(home: Home) -> None:
    """Unmatched bytes and their key of the day go; sealed, held and unscanned ones survive any number of days."""
    listed, near_of, clean, broken = (
        home.upload(photo("china")), home.upload(photo("coffee")), home.upload(photo("flower")), home.upload(BROKEN)
    )  # fmt: skip
    home.list(md5(listed), pdq(near_of))
    near = home.upload(photo("coffee", width=300))
    for name, media in (("k", listed), ("n", near), ("c", clean), ("u", broken)):
        home.submit(name, media)

    for _ in range(5):
        home.clock.advance(days=1)
        home.house.retain(OperatorProfile())

    states = {m.id: home.media(m.id) for m in (listed, near, clean, broken)}
    assert states[clean.id].content_id is None
    for kept in (listed, near, broken):
        assert sum(map(len, home.house.vault.read(states[kept.id].content_id or "")))
    assert home.house.verify().breaches == ()


def test_held_bytes_survive_a_kill_before_they_were_sealed(home: Home) -> None:
    """Bytes of a hidden item that are only received, because a kill came in between, are not transient any more."""
    home.list((SignalType.MD5, (md5(home.upload(photo("china")))[1])))
    home.house.receive_media  # noqa: B018  # wire it, then cut the wire: this is the kill
    held = home.submit("h", MediaReference(digests=home.media(home.upload(photo("china")).id).digests))
    assert held.answer.value == "refuse"
    home.clock.advance(days=5)
    home.house.retain(OperatorProfile())

    with home.house.store.read() as reader:
        kept = reader.media_by_id([reader.items_by_platform_id(["h"])["h"].item.media_ids[0]]).popitem()[1]
    assert sum(map(len, home.house.vault.read(kept.content_id or "")))


def test_bytes_that_no_media_names_are_destroyed_with_their_day(home: Home) -> None:
    """A kill between the vault and the database leaves an orphan; sealed evidence is never one."""
    with home.house.vault.receive(period="transient-2026-03-02", max_bytes=100) as writer:
        writer.write(b"orphan")
        orphan = writer.finish().content_id
    with home.house.vault.receive(period="evidence-2026-03", max_bytes=100) as writer:
        writer.write(b"from a newer backup")
        sealed = writer.finish().content_id

    home.house.retain(OperatorProfile())
    assert set(home.house.vault.contents()) == {orphan, sealed}
    home.clock.advance(days=5)
    home.house.retain(OperatorProfile())

    assert set(home.house.vault.contents()) == {sealed}


def test_an_operator_that_may_not_keep_bytes_keeps_none_of_a_match(home: Home) -> None:
    """Hash and report only: quarantined on the strength of that record, and the bytes go."""
    home.house.profile.write(OperatorProfile(is_report_only=True))
    media_id = known_bytes(home)
    done = home.submit("k", MediaReference(media_id))
    assert "quarantine" in home.kinds(Subject.item(done.item_id))

    home.house.retain(home.house.profile.read())

    stored = home.media(media_id)
    assert (stored.evidence, stored.content_id) == (EvidenceState.REPORT_ONLY, None)
    assert list(home.house.vault.contents()) == []


def test_an_import_takes_the_good_rows_and_names_the_bad_lines(home: Home) -> None:
    """A bad row is told by its line, never by its content."""
    media = home.upload(photo("china"))
    home.submit("p", media)
    home.list(name="bulk")
    lines = ["type,value", f"md5,{media.digests.md5}", "md5,zz", "md4," + "0" * 32, f"md5,{media.digests.md5}"]

    report = home.house.import_members("bulk", rows_of_csv(line + "\n" for line in lines))

    progress = report.progress
    assert (progress.rows_read, progress.rows_added, progress.rows_rejected) == (4, 1, 2)
    assert [error.line for error in report.sift.errors] == [3, 4]
    assert (report.hits.media, report.hits.items, report.hits.accounts) == (1, 1, 1)


def test_a_clock_set_back_breaks_nothing_and_is_noted(home: Home) -> None:
    """Measures keep holding what is still held, the chain goes on, and verification says when it happened."""
    media_id = known_bytes(home)
    home.submit("k", MediaReference(media_id))
    home.house.sealer.seal()

    home.clock.advance(hours=-3)
    assert home.submit("t", text="x").answer.value == "publish"
    assert home.submit("k2", MediaReference(media_id), author="bob").answer.value == "refuse"
    home.house.retain(OperatorProfile())
    home.house.sealer.seal()

    done = home.house.verify()
    assert done.breaches == ()
    assert any("set back" in note for note in done.notes)


def kinds_of(statements: list[str]) -> list[str]:
    """Return what each statement does to which table, without those that read a setting anew after its second."""
    kinds = [" ".join(re.split(r"\bWHERE\b|\bVALUES\b", each)[0].split()) for each in statements]
    is_setting = ["FROM settings" in each for each in kinds]
    begins_one = [*is_setting[1:], False]
    return [kind for kind, *left_out in zip(kinds, is_setting, begins_one, strict=True) if not any(left_out)]


def test_a_batch_of_any_size_takes_the_same_number_of_statements(home_anywhere: Home, statements: list[str]) -> None:
    """Ten items or a hundred, with media of their own or shared; reading them back likewise."""
    home, taken = home_anywhere, []
    media = home.upload(photo("flower"))
    home.submit("warm", media, text="x")
    home.house.profile.read()
    for size in (10, 100):
        batch = [
            submission(
                f"{size}-{n}", media, MediaReference(digests=Digests(md5=f"{size:016x}{n:016x}")),
                author=f"{size}-{n}", text="x",
            )
            for n in range(size)
        ]  # fmt: skip
        statements.clear()
        home.submit_all(*batch)
        submitted = kinds_of(statements)
        statements.clear()
        with home.house.store.read() as reader:
            assert len(reader.item_views([each.platform_id for each in batch])) == size
        taken.append((submitted, kinds_of(statements)))

    assert taken[0] == taken[1]
    assert len(taken[0][1]) <= 9


def test_an_item_that_is_hidden_because_its_scan_ran_out_keeps_its_answer_on_repetition(home: Home) -> None:
    """Idempotent: the platform learns of later changes from the change feed, not from a retry."""
    home.upload(BROKEN)
    media = home.upload(BROKEN)
    first = home.submit("u", media)

    assert replace(home.submit("u", media), is_new=True) == first


def test_the_limits_of_the_scanner_are_part_of_the_house(home: Home) -> None:
    """A file beyond the pixel limit is held like anything else nobody could look at."""
    strict = ChildScanner(Limits(max_pixels=100), children=1)
    home.use(strict)
    try:
        media = home.upload(photo("brick"))
    finally:
        strict.close()

    assert (media.scan, media.failure) == (ScanState.UNSCANNABLE, "too_many_pixels")
    assert home.submit("u", media).answer.value == "hold"


def test_a_near_copy_posted_before_is_held_once_the_other_is_sealed(home: Home) -> None:
    """The list knows digests only; what one seals makes its near copies known, earlier ones included (P1)."""
    home.submit("earlier", home.upload(photo("china", quality=60)), author="ann")
    known = home.upload(photo("china"))
    home.list(md5(known))
    assert home.submit("sealed", known, author="bob").answer.value == "refuse"

    home.house.match_late()

    assert home.answer("earlier").value == "hold"
    assert home.is_absent("earlier")


def test_tags_are_kept_as_they_are_compared(home: Home) -> None:
    """Capitals, full-width letters and the sign make no other tag; the same item said with other tags is another."""
    home.submit("lake", tags=("#Lake", "LAKE", "\uff2cake", "Straße"))

    with home.house.store.read() as reader:
        assert reader.items_by_platform_id(["lake"])["lake"].item.tags == ("lake", "strasse")
    assert not home.submit("lake", tags=("strasse", "lake")).is_new
    outcomes = home.submit_all(submission("lake", tags=("lake",)), submission("none", tags=("#",)))
    assert [each.error.place for each in outcomes if isinstance(each, Rejected)] == ["id", "tags"]


def test_quotes_of_quotes_are_bounded(home: Home) -> None:
    """A chain is stored flat, so that no reader follows it; beyond the bound the item is refused by name."""
    home.submit("q0", text="first")
    for number in range(1, 257):
        assert isinstance(home.submit(f"q{number}", text="more", contains=(f"q{number - 1}",)), Submitted)

    [outcome] = home.submit_all(submission("q257", text="more", contains=("q256",)))
    assert isinstance(outcome, Rejected)
    assert outcome.error.place == "contains"


@pytest.mark.both_databases
def test_of_known_pictures_posted_at_the_same_moment_each_is_refused(home_anywhere: Home) -> None:
    """Each that is decided makes its near copies known, so that the others are planned again until it is their turn."""
    home, tries = home_anywhere, count(1)
    pictures = [home.upload(pattern(number)) for number in range(8)]
    home.list(*map(md5, pictures))
    real = home.house.submit

    class Overtaken:
        """A committer before which all the others are quicker."""

        def commit(self, changeset: Changeset) -> object:
            """Let another one go first."""
            if (number := next(tries)) < len(pictures):
                home.submit(f"quicker-{number}", pictures[number], author=f"a{number}")
            return home.house.committer.commit(changeset)

    [outcome], _ = replace(real, committer=Overtaken())([submission("slow", pictures[0], author="a0")])

    assert isinstance(outcome, Submitted)
    assert (outcome.answer.value, next(tries)) == ("refuse", len(pictures) + 1)
    with home.house.store.read() as reader:
        author = Subject.account(reader.accounts_by_platform_id(["a0"])["a0"].id)
    assert "lock_pending_decision" in home.kinds(author)


def pattern(number: int) -> bytes:
    """Return a picture of soft spots, another one for each number."""
    dice = random.Random(number)  # noqa: S311  # a pattern
    spots = Image.new("L", (8, 8))
    spots.putdata([dice.randrange(256) for _ in range(64)])
    out = io.BytesIO()
    spots.resize((320, 320), Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()
