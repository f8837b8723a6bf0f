"""What a licence allows: how long a bank is asked, and what stays of a member that was taken out."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog

from make import CLAUSE, Home, md5, pdq, photo
from tutela.core.banks import SignalType
from tutela.core.content import Digests
from tutela.core.policy import Material, Verification
from tutela.errors import BadInput, Forbidden
from tutela.flows.export_bank import check_may_share
from tutela.flows.keep_banks import BankChange, NewBank, NewMember, find
from tutela.flows.look_up_hashes import LookUpHashes
from tutela.flows.refer import MediaReference
from tutela.flows.take_stock import alarms, has_members, take_stock

LISTED = "ab" * 16


def borrow(home: Home, *members: NewMember, name: str = "borrowed", **fields: object) -> None:
    """Create a bank that may not be kept beyond a day from now."""
    ends_at = home.clock.now() + timedelta(days=1)
    new = NewBank(name, CLAUSE, Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test", may_keep=False)
    home.house.keep_banks.create(replace(new, licence_ends_at=ends_at, **fields))  # type: ignore[arg-type]  # of NewBank
    home.house.keep_banks.add(name, members or [NewMember(SignalType.MD5, LISTED)])


def named(number: int = 1) -> MediaReference:
    """Return media that is known by its MD5."""
    return MediaReference(digests=Digests(md5=LISTED, sha256=f"{number:064x}"))


def test_a_bank_whose_licence_is_over_is_not_asked_and_says_so(home: Home) -> None:
    """By digest and by likeness, at the very moment; the others go on."""
    media = home.upload(photo("china"))
    known = [(SignalType.MD5, LISTED), (SignalType.MD5, "cd" * 16), (SignalType.PDQ, str(pdq(media)[1]))]
    borrow(home, *(NewMember(*each) for each in known))
    assert home.submit("before", named()).answer.value == "refuse"
    assert home.submit("near-before", media, author="ann").answer.value == "hold"

    home.clock.advance(days=1)
    asked = LookUpHashes(home.house.store, home.house.known, home.house.clock)

    assert home.submit("after", MediaReference(digests=Digests(md5="cd" * 16)), author="bob").answer.value == "publish"
    assert home.submit("near-after", home.upload(photo("china", width=300)), author="bob").answer.value == "publish"
    assert asked([(SignalType.MD5, LISTED)]).lapsed == ("borrowed",)
    assert asked([(SignalType.MD5, LISTED)]).results == ((),)
    with pytest.raises(BadInput, match="licence"):
        asked([(SignalType.MD5, LISTED)], ["borrowed"])
    with home.house.store.read() as reader:
        assert home.house.look_up(reader, []).lapsed == ("borrowed",)


def test_what_is_kept_may_be_asked_beyond_the_end(home: Home) -> None:
    """The agreement is over, the hashes may stay: a line on the checklist, and nothing more."""
    borrow(home)
    home.list((SignalType.MD5, "cd" * 16), name="kept")
    home.house.keep_banks.change("kept", BankChange(licence_ends_at=home.clock.now()))

    assert home.submit("one", MediaReference(digests=Digests(md5="cd" * 16))).answer.value == "refuse"


def test_a_lapse_is_an_alarm_a_number_and_one_entry(home: Home) -> None:
    """However often anybody looks; a renewal and another end are news again."""
    borrow(home)
    watch = home.house.watch_licences
    assert watch() == 0
    home.clock.advance(days=1)
    with structlog.testing.capture_logs() as logs:
        assert [watch(), watch()] == [1, 0]

    with home.house.store.read() as reader:
        now, bank = home.clock.now(), find(reader, "borrowed")
        assert alarms(reader, now) == {"licences_renewed"}
        assert not has_members(reader, now)
        assert take_stock(reader, {}, {}, now).lapsed == 1
    told = [each for each in logs if each["event"] == "bank_lapsed"]
    assert told == [{"event": "bank_lapsed", "log_level": "error", "bank": bank.id}]

    home.house.keep_banks.change("borrowed", BankChange(licence_ends_at=home.clock.now() + timedelta(days=9)))
    assert watch() == 0
    home.clock.advance(days=9)
    assert watch() == 1
    assert home.house.verify().breaches == ()


def test_a_renewed_bank_finds_what_was_posted_meanwhile(home: Home) -> None:
    """Nothing slips through the gap between two agreements."""
    borrow(home)
    home.clock.advance(days=1)
    assert home.submit("one", named()).answer.value == "publish"
    home.house.match_late()
    assert not home.is_absent("one")

    home.house.keep_banks.change("borrowed", BankChange(is_licence_open=True))
    home.house.match_late()

    assert home.is_absent("one")


def test_what_may_not_be_kept_is_erased_when_it_is_taken_out(home: Home) -> None:
    """Neither its row nor the audit holds the value; the other banks keep theirs."""
    borrow(home)
    home.list((SignalType.MD5, LISTED), name="kept")
    for name in ("borrowed", "kept"):
        home.house.keep_banks.remove(name, SignalType.MD5, LISTED)

    with closing(sqlite3.connect(home.house.engine.url.database or "")) as connection:
        rows = connection.execute(
            "SELECT banks.name, members.value, members.is_active FROM members JOIN banks ON banks.id = bank_id"
        ).fetchall()
        [entries] = connection.execute(
            "SELECT count(*) FROM audit_payloads WHERE instr(body, ?)", (LISTED.encode(),)
        ).fetchone()
    assert sorted(rows) == [("borrowed", "", 0), ("kept", LISTED, 0)]
    assert entries == 0


@pytest.mark.both_databases
def test_ten_thousand_members_are_taken_out_at_once(home_anywhere: Home) -> None:
    """One transaction; what was not there is counted, and nothing matches afterwards."""
    home = home_anywhere
    values = [(SignalType.MD5, f"{number:032x}") for number in range(10_000)]
    home.list(*values)
    removed = home.house.keep_banks.remove_all("known", [*values, (SignalType.MD5, LISTED)])

    assert (len(removed.removed), removed.unknown) == (10_000, 1)
    assert home.submit("one", MediaReference(digests=Digests(md5=values[77][1]))).answer.value == "publish"
    assert home.house.keep_banks.remove_all("known", values).removed == ()
    assert home.house.verify().breaches == ()


def test_a_list_that_may_not_be_shared_is_not_handed_on(home: Home) -> None:
    """Its own bank an operator may always take along; for the rest there is the backup."""
    borrow(home)
    home.list(md5(home.upload(photo("china"))), name="own", verification=Verification.OWN)
    with home.house.store.read() as reader:
        borrowed, own = find(reader, "borrowed"), find(reader, "own")

    with pytest.raises(Forbidden, match="licence") as refused:
        check_may_share(borrowed)
    assert "tutela backup" in str(refused.value)
    check_may_share(own)
    check_may_share(replace(borrowed, may_share=True))


def test_a_moment_without_its_offset_is_refused(home: Home) -> None:
    """Midnight is another moment in each country."""
    borrow(home)
    with pytest.raises(BadInput, match="offset"):
        home.house.keep_banks.change("borrowed", BankChange(licence_ends_at=home.clock.now().replace(tzinfo=None)))


SLIPS = ["0001-01-05T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "3000-01-01T00:00:00Z"]


@pytest.mark.parametrize("end", [*SLIPS, "1999-12-31T23:59:59Z"])
def test_an_end_that_is_a_slip_of_the_pen_is_refused(home: Home, end: str) -> None:
    """With its place and the years that can be meant; nothing is stored that submissions would fall over."""
    borrow(home)
    with pytest.raises(BadInput, match="2000 to 2999") as refused:
        home.house.keep_banks.change("borrowed", BankChange(licence_ends_at=datetime.fromisoformat(end)))
    assert (refused.value.place, refused.value.remedy is not None) == ("licence_ends_at", True)
    new = NewBank("other", CLAUSE, Material.APPARENT_CSAM, Verification.OWN, "test")
    with pytest.raises(BadInput, match="2000 to 2999"):
        home.house.keep_banks.create(replace(new, licence_ends_at=datetime.fromisoformat(end)))

    assert home.submit("one", named()).answer.value == "refuse"
