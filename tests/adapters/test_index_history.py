"""A saved index is opened only on the database it was built from: on both databases, with their own marks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete

from make import CLAUSE, Desk, bank, database, media, member
from tutela.adapters.db import tables as t
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.index import keeper
from tutela.adapters.index.files import FORMAT
from tutela.adapters.index.live import LiveIndex
from tutela.bootstrap import build
from tutela.config import Settings
from tutela.core.audit import AuditEvent
from tutela.core.banks import Member, SignalType
from tutela.core.content import PdqHash
from tutela.core.policy import Material, Verification
from tutela.flows.feed_index import StoredHistory, refresh
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.ports.index import FeedMark, IndexName

VALUES = [bytes([number]) * 32 for number in range(1, 9)]


def add(desk: Desk, *values: bytes) -> list[Member]:
    """Commit members of a new bank, with their entry in the audit."""
    of = bank()
    members = [member(of, value.hex(), signal_type=SignalType.PDQ) for value in values]
    event = AuditEvent("system:member:add", of.id, {"count": len(values)})
    desk.commit(banks=(of,), members=tuple(members), audit=(event,))
    return members


def history(desk: Desk) -> StoredHistory:
    """Return the history of what is known."""
    return StoredHistory(desk.store, IndexName.KNOWN)


def newest(desk: Desk) -> int:
    """Return the last number of the feed."""
    with desk.store.read() as reader:
        return reader.feed_seq(IndexName.KNOWN)


def test_a_mark_is_recognised_however_much_comes_after_it(database_url: str) -> None:
    """What was added later does not matter; of an empty database as well."""
    with database(database_url) as desk:
        empty = history(desk).mark(0)
        add(desk, *VALUES[:3])
        mark = history(desk).mark(newest(desk))
        add(desk, *VALUES[3:])
        assert history(desk).has(empty)
        assert history(desk).has(mark)


def test_a_mark_of_another_database_is_not_recognised(new_database: Callable[[], str]) -> None:
    """With the very same numbers, values and owners: the audit's salt tells them apart."""
    with database(new_database()) as one, database(new_database()) as other:
        members = add(one, *VALUES)
        with one.store.read() as reader:
            banks = tuple(reader.banks())
        event = AuditEvent("system:member:add", banks[0].id, {"count": len(members)})
        other.commit(banks=banks, members=tuple(members), audit=(event,))
        assert newest(one) == newest(other)
        assert not history(other).has(history(one).mark(newest(one)))
        assert history(other).has(history(other).mark(newest(other)))


def test_a_mark_is_not_recognised_after_going_back_and_another_way(database_url: str) -> None:
    """A restored backup that has grown again has the same numbers and another history."""
    with database(database_url) as desk:
        add(desk, *VALUES[:3])
        before = newest(desk)
        add(desk, *VALUES[3:])
        mark = history(desk).mark(newest(desk))
        with write_transaction(desk.engine) as connection:
            connection.execute(delete(t.signal_feed).where(t.signal_feed.c.seq > before))
        assert not history(desk).has(mark), "ahead of the database"
        rows = {"index_name": "known", "signal_type": "pdq", "value": VALUES[0], "is_removal": False}
        with write_transaction(desk.engine) as connection:
            connection.execute(
                t.signal_feed.insert(),
                [{"seq": seq, "owner": f"mem_{seq}", **rows} for seq in range(before + 1, mark.seq + 5)],
            )
        assert not history(desk).has(mark), "another row under its number"


@pytest.mark.parametrize("witness", ["", "{}", "[]", "null", '{"heads": 3, "row": ""}', '{"heads": {"main": 1}}'])
def test_a_mark_that_makes_no_sense_is_not_recognised(database_url: str, witness: str) -> None:
    """A manifest that somebody edited is not an error but no manifest."""
    with database(database_url) as desk:
        add(desk, VALUES[0])
        assert not history(desk).has(FeedMark(newest(desk), witness))


def test_a_feed_of_many_pages_is_taken_in_whole(database_url: str) -> None:
    """Page by page, passing over what is no row of a distance index; eight orientations are eight entries."""
    with database(database_url) as desk:
        members = add(desk, *VALUES)
        desk.commit(members=(), media=(media(hashes=(PdqHash(VALUES[0], 90, orientations=tuple(VALUES)),)),))
        known, stored = LiveIndex(), LiveIndex()
        with desk.store.read() as reader:
            assert refresh(reader, known, IndexName.KNOWN, page_rows=3) == known.built_to_seq
            assert refresh(reader, stored, IndexName.STORED, page_rows=3) == stored.built_to_seq
        found = known.search([[value] for value in VALUES], max_distance_bits=0)
        assert [[hit.owner for hit in hits] for hits in found] == [[each.id] for each in members]
        assert (len(known), len(stored)) == (8, 8)


def test_a_house_opens_at_its_next_start_what_it_saved_when_it_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is read from the feed, and with the same answers."""
    monkeypatch.setattr(keeper, "LEAST_CHANGES", 1)
    settings = Settings(var=tmp_path / "var", scanner_processes=1)
    for start in range(2):
        house = build(settings)
        house.start()
        try:
            if start == 0:
                house.keep_banks.create(
                    NewBank("known", CLAUSE, Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test")
                )
                house.keep_banks.add("known", [NewMember(SignalType.PDQ, value.hex()) for value in VALUES])
                house.feed_indexes()
            assert len(house.known) == len(VALUES)
            assert start == 0 or not house.known.parts[0].segment.hashes.flags.owndata, "mapped from its file"
        finally:
            house.close()
        assert (tmp_path / "var" / "index" / f"known-{FORMAT}.json").exists()
