"""What a list would do, before it does it: a poisoned one is noticed in its preview."""

import hashlib

import pytest

from make import Home, md5, pdq, photo, photo_md5, submission
from tutela.core.banks import SignalType
from tutela.core.content import Channel, ChannelKind, Digests
from tutela.flows.foresee import Hits
from tutela.flows.import_members import ImportReport
from tutela.flows.keep_banks import BankChange
from tutela.flows.read_rows import rows_of_csv
from tutela.flows.refer import MediaReference

MEADOW, HILL = (hashlib.md5(word, usedforsecurity=False).hexdigest() for word in (b"meadow", b"hill"))


def take_in(home: Home, *rows: str, **fields: bool) -> ImportReport:
    """Import rows of a CSV into the bank."""
    return home.house.import_members("known", rows_of_csv(["type,value\n", *(f"{row}\n" for row in rows)]), **fields)


@pytest.fixture
def crowd(home: Home) -> Home:
    """Return a house in which nine accounts posted one file, and one of them another picture as well."""
    home.list()
    home.house.keep_banks.change("known", BankChange(brake_accounts=8))
    home.submit_all(
        *(
            submission(f"p{n}", MediaReference(digests=Digests(md5=MEADOW, sha256=f"{n:064x}")), author=f"user-{n}")
            for n in range(9)
        )
    )
    home.submit("picture", home.upload(photo("china")), author="user-0")
    return home


def test_a_preview_says_what_would_be_hit_and_braked(crowd: Home) -> None:
    """Media, items and accounts once each, and how many members hit more than the bank allows."""
    picture = pdq(crowd.upload(photo("china")))[1]
    preview = take_in(crowd, f"md5,{MEADOW}", f"md5,{HILL}", f"pdq,{picture}", is_preview=True)

    assert (preview.hits.media, preview.hits.items, preview.hits.accounts) == (10, 10, 9)
    assert preview.hits.braked == 1
    assert (preview.progress.rows_added, preview.progress.rows_known) == (3, 0)
    crowd.house.match_late()
    assert not crowd.is_absent("p1")


def test_what_nobody_may_look_at_is_not_foreseen(home: Home) -> None:
    """P12: neither counted, nor does who posted it in private bring a member to its brake."""
    home.list()
    home.house.keep_banks.change("known", BankChange(brake_accounts=1))
    picture, private = home.upload(photo("china")), Channel(ChannelKind.PRIVATE)
    home.submit("private", picture, author="eve", channel=private)
    home.submit("alone", home.upload(photo("brick")), author="eve", channel=private)
    hidden = take_in(home, f"pdq,{pdq(picture)[1]}", f"md5,{photo_md5('brick')}", is_preview=True)
    home.submit("public", picture, author="ann")
    shown = take_in(home, f"pdq,{pdq(picture)[1]}", f"md5,{md5(picture)[1]}", is_preview=True)

    assert hidden.hits == Hits()
    assert shown.hits == Hits(media=1, items=1, accounts=1, braked=0)


def test_what_is_braked_is_what_the_preview_said(crowd: Home) -> None:
    """The same list for real: the ninth account is held, and one member waits for a person."""
    report = take_in(crowd, f"md5,{MEADOW}")
    crowd.house.match_late()

    with crowd.house.store.read() as reader:
        assert len(reader.open_trips()) == report.hits.braked == 1
    assert all(crowd.is_absent(f"p{number}") for number in range(9))


def test_a_flat_hash_is_refused_unless_its_sender_says_so(home: Home) -> None:
    """It would hold every flat picture of everybody: named by its line, never by its value."""
    home.list()
    flat = [f"pdq,{'0' * 64}", f"pdq,{'f' * 64}", f"md5,{MEADOW}"]
    refused = take_in(home, *flat)
    accepted = take_in(home, *flat, accepts_flat=True)

    assert [error.line for error in refused.sift.errors] == [2, 3]
    assert (refused.progress.rows_added, refused.progress.rows_rejected) == (1, 2)
    assert (accepted.progress.rows_added, accepted.progress.rows_rejected) == (2, 0)
    assert not any("0000" in error.message for error in refused.sift.errors)


def test_odd_and_repeated_values_are_warned_of_by_line(home: Home) -> None:
    """They go in: the sender may know better."""
    home.list()
    report = take_in(home, f"pdq,{'00ff' * 16}", f"md5,{MEADOW}", f"md5,{MEADOW}", f"pdq,{'0' * 60}8421")

    assert [warning.line for warning in report.sift.warnings] == [2, 4, 5]
    assert (report.sift.suspicious, report.sift.repeated) == (2, 1)
    assert (report.progress.rows_added, report.progress.rows_known) == (3, 1)


def test_a_value_that_comes_again_in_a_later_chunk_is_noticed_in_a_preview_as_well(home: Home) -> None:
    """A preview writes nothing, and counts it once all the same."""
    home.list()
    rows = [*(f"md5,{number:032x}" for number in range(1, 1500)), f"md5,{1:032x}"]
    preview = take_in(home, *rows, is_preview=True)
    real = take_in(home, *rows)

    for report in (preview, real):
        assert (report.progress.rows_added, report.progress.rows_known, report.sift.repeated) == (1499, 1, 1)


def test_a_poisoned_list_of_a_thousand_harmless_files_locks_few(home: Home) -> None:
    """Every popular file of a platform on one list: each member stops by itself, and every one waits for a person."""
    home.list()
    home.house.keep_banks.change("known", BankChange(brake_accounts=1))
    files = [f"{number:032x}" for number in range(1, 1001)]
    for start in range(0, 1000, 250):
        home.submit_all(
            *(
                submission(f"p{value}-{n}", MediaReference(digests=Digests(md5=value)), author=f"user-{value}-{n}")
                for value in files[start : start + 250]
                for n in range(2)
            )
        )
    assert take_in(home, *(f"md5,{value}" for value in files)).hits.braked == 1000
    home.house.match_late()

    with home.house.store.read() as reader:
        assert len(reader.open_trips()) == 1000
        assert reader.bank_counts(reader.banks()[0].id).braked == 1000
    assert home.is_absent(f"p{files[7]}-1")


def test_media_of_a_listed_picture_are_hit_by_digest_and_likeness_once(home: Home) -> None:
    """The same file by two members is one media."""
    media = home.upload(photo("china"))
    home.list()
    home.submit("one", media)
    report = take_in(home, f"md5,{md5(media)[1]}", f"pdq,{pdq(media)[1]}", is_preview=True)

    assert (report.hits.media, report.hits.items, report.hits.accounts, report.hits.braked) == (1, 1, 1, 0)
    assert md5(media)[0] is SignalType.MD5
