"""What becomes known after an item came in: who is asked again, what follows, and what must not follow."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from make import Home, md5, names, pdq, photo, submission
from tutela.adapters.db import lists
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.banks import Bank, SignalType
from tutela.core.content import Channel, ChannelKind, Digests, Media, ScanState
from tutela.core.ids import MediaId
from tutela.core.operator import Basis, OperatorProfile
from tutela.core.plans import Answer
from tutela.core.signals.digest import digests_of
from tutela.errors import DatabaseBusy, ScannerUnavailable
from tutela.flows import match_late, receive_media, retry_scans
from tutela.flows.keep_banks import BankChange, find
from tutela.flows.look_up import Findings
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission
from tutela.ports.index import IndexName
from tutela.ports.scanner import Scan, ScanFailure
from tutela.ports.store import MemberHit, Reader

PRIVATE = Channel(ChannelKind.PRIVATE)
LISTED = "ab" * 16


class SettableScanner:
    """A scanner that answers what it was told last."""

    def __init__(self, failure: ScanFailure | None = None) -> None:
        self.failure = failure

    def scan(self, content: bytes) -> Scan:  # noqa: ARG002  # of the port
        """Answer as the real one does."""
        if self.failure is None:
            raise ScannerUnavailable
        return Scan(None, None, None, (), failure=self.failure)

    def close(self) -> None:
        """Have nothing to end."""


def lock(home: Home, author: str) -> None:
    """Have an account locked until a person decides."""
    home.list((SignalType.MD5, LISTED))
    home.submit(f"locks {author}", MediaReference(digests=Digests(md5=LISTED)), author=author)


def basis(home: Home, region: str = "DE") -> None:
    """Record a basis for private channels of a region."""
    held = Basis(region, ChannelKind.PRIVATE, "known_images", "test", "ref", home.clock.now() - timedelta(days=1))
    home.house.profile.write(OperatorProfile(bases=(held,)))


def reasons(home: Home, author: str = "alice") -> set[str]:
    """Return why a person is asked to look at what an account did."""
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id([author])[author]
        return {case.reason.value for case in reader.open_cases([account.id]).values()}


def sha256_of(content: bytes) -> Digests:
    """Return the SHA-256 of *content* and nothing else."""
    return Digests(sha256=digests_of(content).sha256)


def test_a_scan_that_succeeds_later_lets_nobody_in_who_was_shut_out(home: Home, scanner: ChildScanner) -> None:
    """Refused for who posted it: that its picture turns out to be clean changes nothing of that (P2)."""
    lock(home, "alice")
    home.use(SettableScanner())
    media = home.upload(photo("flower"))
    assert home.submit("a", media).answer is Answer.REFUSE
    assert home.submit("b", media, author="bob").answer is Answer.HOLD

    home.use(scanner)
    home.house.retry_scans()

    assert (home.answer("a"), home.answer("b")) == (Answer.REFUSE, Answer.PUBLISH)


def test_what_turns_out_to_be_beyond_every_retry_is_laid_before_a_person(home: Home) -> None:
    """When it came, another try might have opened it; now none can, and the hold must not be forgotten."""
    scanner = SettableScanner()
    home.use(scanner)
    home.submit("u", home.upload(photo("flower")))
    assert reasons(home) == set()

    scanner.failure = ScanFailure.DAMAGED
    home.house.retry_scans()

    assert home.answer("u") is Answer.HOLD
    assert reasons(home) == {"not_scanned"}


def test_what_is_too_large_to_decode_is_laid_before_a_person(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It will not become smaller: held, and raised at once."""
    monkeypatch.setattr(receive_media, "SCAN_MAX_BYTES", 1000)

    media = home.upload(photo("flower"))

    assert (media.scan, media.failure) == (ScanState.UNSCANNABLE, "too_large")
    assert home.submit("u", media).answer is Answer.HOLD
    assert reasons(home) == {"not_scanned"}


def test_what_can_never_be_opened_keeps_no_other_from_its_retry(
    home: Home, scanner: ChildScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files of unknown types lie there, what waits behind them is tried."""
    monkeypatch.setattr(retry_scans, "PAGE_MEDIA", 2)
    monkeypatch.setattr(retry_scans, "PAGE_READ", 2)
    for number in range(6):
        home.upload(b"no picture %d" % number)
    home.use(SettableScanner())
    media = home.upload(photo("flower"))
    home.submit("waits", media)
    home.use(scanner)

    assert home.house.retry_scans() == 1

    assert home.answer("waits") is Answer.PUBLISH


def test_a_hold_of_a_private_item_ends_only_when_it_was_looked_at(home: Home, scanner: ChildScanner) -> None:
    """The author's region came with this item, not with the account: it counts for the item from then on (P12)."""
    home.submit("first", text="an account without a region")
    basis(home)
    known = home.upload(photo("china"))
    home.use(SettableScanner())
    media = home.upload(photo("china", width=300))
    sent = Submission("m", Author("alice", regions=("DE",)), "message", media=(MediaReference(media.id),),
                      channel=PRIVATE)  # fmt: skip
    assert names(home.submit_all(sent)) == ["hold"]

    home.list(pdq(known))
    home.use(scanner)
    home.house.retry_scans()

    assert home.is_absent("m")


def test_a_region_that_is_known_of_the_author_counts_although_this_item_names_another(home: Home) -> None:
    """Nobody becomes a member of another region by sending another code (P12)."""
    home.submit_all(Submission("first", Author("alice", regions=("FR",)), "post", text="x"))
    basis(home, "DE")
    media = home.upload(photo("china"))
    home.list(md5(media))
    sent = Submission("m", Author("alice", regions=("DE",)), "message", media=(MediaReference(media.id),),
                      channel=PRIVATE)  # fmt: skip

    assert names(home.submit_all(sent)) == ["publish"]


def test_nothing_is_looked_up_of_what_nobody_may_look_at(home: Home) -> None:
    """A late match with a public item asks the banks about that item's media only (P12)."""
    shared, private = home.upload(photo("china")), home.upload(photo("flower"))
    home.submit("public", shared)
    home.submit("private", shared, private, author="bob", channel=PRIVATE)
    asked: list[MediaId] = []
    real = home.house.look_up

    def look_up(reader: object, media: Sequence[Media], **how: bool) -> Findings:
        asked.extend(each.id for each in media)
        return real(reader, media, **how)  # type: ignore[arg-type]  # handed through

    replace(home.house.reconsider, look_up=look_up)([shared.id])  # type: ignore[arg-type]  # takes its place

    assert asked == [shared.id]


@pytest.mark.both_databases
def test_bytes_that_come_while_an_item_is_being_decided_are_looked_at(home_anywhere: Home) -> None:
    """The plan was made from digests alone; what the picture shows must not slip in between plan and commit (P1)."""
    home = home_anywhere
    home.list(pdq(home.upload(photo("china"))))
    copy = photo("china", width=300)
    digests = sha256_of(copy)
    home.submit("before", MediaReference(digests=digests), author="ann")
    real, calls = home.house.look_up, list[str]()

    def look_up(reader: object, media: Sequence[Media]) -> Findings:
        findings = real(reader, media)  # type: ignore[arg-type]  # handed through
        if not calls:
            calls.append(home.upload(copy).id)
        return findings

    submit = replace(home.house.submit, look_up=look_up)  # type: ignore[arg-type]  # takes its place
    outcomes, _ = submit([submission("during", MediaReference(digests=digests))])

    assert names(outcomes) == ["hold"]
    assert [home.is_absent(name) for name in ("before", "during")] == [True, True]


def test_a_failure_right_after_bytes_came_loses_no_decision(home: Home) -> None:
    """They are recorded, then the database is busy: what must follow from them follows all the same."""
    home.list(pdq(home.upload(photo("china"))))
    copy = photo("china", width=300)
    home.submit("early", MediaReference(digests=sha256_of(copy)))
    home.house.match_late()
    assert home.answer("early") is Answer.PUBLISH

    def fails(_: MediaId) -> None:
        raise DatabaseBusy

    with replace(home.house.receive_media, on_evidence=fails).open() as reception:
        reception.write(copy)
        with pytest.raises(DatabaseBusy):
            reception.finish()
    home.house.follow_media()

    assert home.answer("early") is Answer.HOLD
    assert home.is_absent("early")
    assert home.house.follow_media() == 0


def test_near_copies_are_known_once_the_picture_of_what_was_blocked_has_come(home: Home) -> None:
    """Blocked by its digest, without bytes: when they come, they make its near copies known (P1)."""
    content = photo("china")
    home.list((SignalType.SHA256, sha256_of(content).sha256))
    sealed = MediaReference(digests=sha256_of(content), is_held_by_platform=True)
    home.submit("earlier", home.upload(photo("china", quality=60)), author="ann")
    assert home.submit("sealed", sealed, author="bob").answer is Answer.REFUSE

    home.upload(content)
    home.house.match_late()

    assert home.submit("later", home.upload(photo("china", width=300)), author="carol").answer is Answer.HOLD
    assert home.is_absent("earlier")


def test_another_digest_or_hash_of_the_same_bytes_is_looked_up_as_well(home: Home) -> None:
    """Of what a platform never sends, all that it ever said counts: for this item and for those before it."""
    known = home.upload(photo("china"))
    home.list((SignalType.MD5, LISTED), pdq(known))
    one, two = Digests(sha256="1" * 64), Digests(sha256="2" * 64)
    assert names(home.submit_all(
        submission("a", MediaReference(digests=one)), submission("b", MediaReference(digests=two), author="bob")
    )) == ["publish", "publish"]  # fmt: skip

    more = MediaReference(digests=replace(one, md5=LISTED))
    near = MediaReference(digests=two, pdq=replace(known.hashes[0], orientations=()))
    assert home.submit("c", more, author="carol").answer is Answer.REFUSE
    assert home.submit("d", near, author="dora").answer is Answer.HOLD
    home.house.follow_media()

    assert [home.is_absent(name) for name in "abcd"] == [True] * 4


def test_a_file_made_to_share_the_md5_of_another_is_not_taken_for_it(home: Home) -> None:
    """The harmless twin was here first; the other is known by its SHA-256 and must be met."""
    home.list((SignalType.SHA256, "f" * 64))
    home.submit("harmless", MediaReference(digests=Digests(md5=LISTED, sha256="0" * 64)))

    twin = MediaReference(digests=Digests(md5=LISTED, sha256="f" * 64))

    assert home.submit("twin", twin).answer is Answer.REFUSE


def test_a_picture_hash_alone_names_the_same_media_each_time(home: Home) -> None:
    """No digest at all: the second item refers to the media of the first, alone or in one batch."""
    hash_alone = MediaReference(pdq=replace(home.upload(photo("flower")).hashes[0], orientations=()))
    first = home.submit("a", hash_alone)

    again = home.submit_all(submission("b", hash_alone), submission("c", hash_alone))

    assert (first.answer.value, names(again)) == ("publish", ["publish", "publish"])


def test_two_names_of_new_bytes_in_one_batch_are_one_media(home: Home) -> None:
    """One item names more digests of them than the other."""
    less, more = Digests(sha256="3" * 64), Digests(sha256="3" * 64, md5="4" * 32)

    outcomes = home.submit_all(
        submission("a", MediaReference(digests=less)), submission("b", MediaReference(digests=more), author="bob")
    )

    assert names(outcomes) == ["publish", "publish"]
    with home.house.store.read() as reader:
        carried = {each.item.media_ids for each in reader.items_by_platform_id(["a", "b"]).values()}
        [stored] = reader.media_by_digest(SignalType.MD5, ["4" * 32])
    assert carried == {(stored.id,)}


def test_a_batch_is_answered_as_its_items_one_by_one_would_be(home: Home) -> None:
    """Who is locked by the first posts nothing behind it, and nobody quotes what it hides."""
    home.list((SignalType.MD5, LISTED))
    sealed = MediaReference(digests=Digests(md5=LISTED), is_held_by_platform=True)

    def batch(name: str) -> list[Submission]:
        return [
            submission(f"{name}1", sealed, author=f"{name} alice"),
            submission(f"{name}2", author=f"{name} alice", text="x"),
            submission(f"{name}3", author=f"{name} bob", contains=(f"{name}1",)),
            submission(f"{name}4", author=f"{name} carol", text="x"),
        ]

    at_once = names(home.submit_all(*batch("a")))
    one_by_one = [names(home.submit_all(each))[0] for each in batch("b")]

    assert at_once == one_by_one == ["refuse", "refuse", "refuse", "publish"]


@pytest.mark.both_databases
def test_two_items_at_once_open_one_case(home_anywhere: Home) -> None:
    """Neither saw the other's case: one plans again and joins."""
    home = home_anywhere
    home.list(pdq(home.upload(photo("china"))))
    copies = [home.upload(photo("china", width=width)) for width in (300, 310)]
    home.submit("an account", text="x")
    real, calls = home.house.look_up, list[str]()

    def look_up(reader: object, media: Sequence[Media]) -> Findings:
        findings = real(reader, media)  # type: ignore[arg-type]  # handed through
        if not calls:
            calls.append("second")
            home.submit("second", copies[1])
        return findings

    home.house.submit  # noqa: B018  # wired with the real look-up
    replace(home.house.submit, look_up=look_up)([submission("first", copies[0])])  # type: ignore[arg-type]  # as above

    with home.house.store.read() as reader:
        [case] = reader.open_cases_page(None, 10)
    assert set(case.item_platform_ids) == {"first", "second"}


def test_a_bank_that_changed_is_looked_through_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many steps the members take that were added before it."""
    monkeypatch.setattr(match_late, "CHUNK_MEMBERS", 3)
    home.list(*((SignalType.MD5, f"{number:032x}") for number in range(2)))
    home.house.match_late()
    home.list(*((SignalType.MD5, f"{number:032x}") for number in range(2, 12)), name="other")
    home.house.keep_banks.change("known", BankChange(threshold_bits=7))
    looked_through = note_banks(monkeypatch)

    home.house.match_late()

    assert looked_through == ["known"]


def note_banks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each bank is added that is looked through as a whole."""
    looked_through: list[str] = []
    whole = match_late.MatchLate._whole

    def noted(flow: match_late.MatchLate, bank: Bank, changed_at: int, must_end: Callable[[], bool]) -> int:
        looked_through.append(bank.name)
        return whole(flow, bank, changed_at, must_end)

    monkeypatch.setattr(match_late.MatchLate, "_whole", noted)
    return looked_through


def test_a_bank_is_looked_through_when_what_it_matches_changes_and_for_nothing_else(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its brake nor the end of a licence that runs; yet every change moves the version of the banks."""
    home = home_anywhere
    home.list((SignalType.MD5, "1" * 32))
    home.house.match_late()
    looked_through = note_banks(monkeypatch)
    ends_at = home.clock.now() + timedelta(days=90)
    for change in (
        BankChange(brake_accounts=5),
        BankChange(brake_window_hours=5),
        BankChange(licence_ends_at=ends_at),
        BankChange(is_licence_open=True),
        BankChange(is_active=False),
    ):
        before = known_version(home)
        home.house.keep_banks.change("known", change)
        home.house.match_late()
        assert (looked_through, known_version(home) > before) == ([], True)

    home.house.keep_banks.change("known", BankChange(is_active=True))
    home.house.match_late()
    assert looked_through == ["known"]


def known_version(home: Home) -> int:
    """Return the version of the banks."""
    with home.house.store.read() as reader:
        return reader.feed_seq(IndexName.KNOWN)


def test_a_bank_that_changed_is_left_after_a_page_and_gone_on_with(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop waits for one page; the next start goes on behind it, and leaves no place when it is through."""
    home = home_anywhere
    members = [(SignalType.MD5, f"{number:032x}") for number in range(7)]
    for each in members:
        home.list(each)
    home.house.match_late()
    monkeypatch.setattr(match_late, "CHUNK_MEMBERS", 3)
    home.house.keep_banks.change("known", BankChange(threshold_bits=7))
    looked_up = note_members(monkeypatch)

    answers = iter([False, True, True])
    home.house.match_late(lambda: next(answers))
    assert len(looked_up) == 3
    home.house.match_late()

    assert looked_up[3] == looked_up[2]  # a place is just before the last that was looked up
    assert sorted(set(looked_up)) == [value for _, value in members]
    assert len(looked_up) == len(members) + 1
    assert places(home) == {-1}


def test_a_bank_that_changes_again_is_looked_through_from_its_beginning(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first pages were compared by is not what they must be compared by now."""
    members = [(SignalType.MD5, f"{number:032x}") for number in range(7)]
    home.list(*members)
    home.house.match_late()
    monkeypatch.setattr(match_late, "CHUNK_MEMBERS", 3)
    home.house.keep_banks.change("known", BankChange(threshold_bits=7))
    answers = iter([False, True, True])
    home.house.match_late(lambda: next(answers))
    assert -1 not in places(home)
    home.house.keep_banks.change("known", BankChange(threshold_bits=9))
    looked_up = note_members(monkeypatch)

    home.house.match_late()

    assert sorted(looked_up) == [value for _, value in members]
    assert places(home) == {-1}


def note_members(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the value of each member is added that is looked up."""
    looked_up: list[str] = []
    carried = match_late.MatchLate._carried

    def noted(flow: match_late.MatchLate, reader: Reader, hits: Sequence[MemberHit]) -> set[MediaId]:
        looked_up.extend(hit.member.value for hit in hits)
        return carried(flow, reader, hits)

    monkeypatch.setattr(match_late.MatchLate, "_carried", noted)
    return looked_up


def places(home: Home) -> set[int]:
    """Return the checkpoints of the one bank that is being looked through; -1 for none."""
    with home.house.store.read() as reader:
        bank = find(reader, "known")
        return {reader.checkpoint(name + bank.id) for name in (match_late.PLACE, match_late.PLACE_OF)}


def test_a_question_about_any_number_of_ids_is_asked_in_parts(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases take only so many parameters: the answer is the same, in whatever parts it was asked."""
    home = home_anywhere
    media = home.upload(photo("china"))
    batch = [submission(f"i{number}", media, author=f"u{number}") for number in range(7)]
    monkeypatch.setattr(lists, "MOST_IDS", 2)

    assert names(home.submit_all(*batch)) == ["publish"] * 7
    home.list(md5(media))
    home.house.match_late()

    assert all(home.is_absent(each.platform_id) for each in batch)
