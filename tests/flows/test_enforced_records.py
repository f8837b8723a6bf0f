"""What enforcement remembers, changed by hand on each database: `tutela audit verify` names each."""

import pytest

from flows.test_decide import ACTOR, ADA, BEN, K, asked, on
from make import Home, md5, photo
from tutela.core.bulks import BulkAsk, BulkMeasure
from tutela.core.findings import Facts
from tutela.core.ids import ClauseId
from tutela.core.policy import Verification
from tutela.core.reversals import Reversal
from tutela.core.verifications import VerificationKind
from tutela.flows.bulk import AskedInBulk
from tutela.flows.record_verification import RecordVerification

TAMPERED = {
    "strike gone": "DELETE FROM strikes",
    "strike that weighs more": "UPDATE strikes SET points = points + 1",
    "strike of another ladder": "UPDATE strikes SET ladder = 'x'",
    "strike of another clause": "UPDATE strikes SET clause_id = 'house.conduct'",
    "strike of long ago": "UPDATE strikes SET at_us = 1",
    "strike that goes sooner": "UPDATE strikes SET decay_days = 1",
    "strike that goes otherwise": "UPDATE strikes SET decay = 'x'",
    "strike of another account": (
        "UPDATE strikes SET account_id = (SELECT id FROM accounts WHERE platform_id = 'bob')"
    ),
    "strike that a machine's decision counted": (
        "INSERT INTO strikes SELECT decisions.id, accounts.id, 'house.spam', 'x', 1, 1, 'expires', 1 "
        "FROM decisions, accounts WHERE decisions.source = 'match' AND accounts.platform_id = 'bob'"
    ),
    "clearance gone": "DELETE FROM clearances",
    "clearance of another list": "UPDATE clearances SET bank_id = 'x'",
    "clearance of another match": "UPDATE clearances SET match = 'near'",
    "clearance of another time": "UPDATE clearances SET at_us = 1",
    "clearance that nobody gave": (
        "INSERT INTO clearances SELECT decision_id, item_id, media_id, clause_id, match, 'x', resembles, at_us "
        "FROM clearances"
    ),
    "verification gone": "DELETE FROM verifications",
    "verification of another kind": "UPDATE verifications SET kind = 'identity'",
    "verification of another time": "UPDATE verifications SET at_us = at_us + 1",
    "verification recorded at another time": "UPDATE verifications SET recorded_us = recorded_us + 1",
    "verification by another decision": (
        "UPDATE verifications SET decision_id = (SELECT max(id) FROM decisions WHERE source = 'match')"
    ),
    "verification of another account": (
        "UPDATE verifications SET account_id = (SELECT id FROM accounts WHERE platform_id = 'bob')"
    ),
    "verification that nobody recorded": (
        "INSERT INTO verifications SELECT account_id, 'identity', at_us, recorded_us, NULL FROM verifications"
    ),
    "quota emptied": "DELETE FROM quota_uses",
    "quota of which less was taken": "UPDATE quota_uses SET used = used - 1 WHERE kind = 'quarantine'",
    "quota of which more was taken": "UPDATE quota_uses SET used = used + 1",
    "quota for which less was held": "UPDATE quota_uses SET held = held + 1",
    "quota of another day": "UPDATE quota_uses SET day = '2001-01-01'",
    "quota of a list that there is not": "INSERT INTO quota_uses VALUES ('2026-03-02', 'x', 'hold', 1, 0)",
    "quotas set higher": "UPDATE settings SET body = '{\"lock_pending_decision\":99}' WHERE name = 'quotas'",
    "quotas as they ship again": "DELETE FROM settings WHERE name = 'quotas'",
    "case closed by hand": "UPDATE cases SET closed_by = (SELECT max(id) FROM decisions WHERE source = 'match')",
    "reversal proposed by hand": (
        "INSERT INTO proposals SELECT id, 'key_eve', 1, 'x', '' FROM decisions "
        "WHERE id NOT IN (SELECT decision_id FROM proposals)"
    ),
    "reversal proposed by another": "UPDATE proposals SET proposed_by = 'key_eve'",
    "bulk that nobody began": (
        "INSERT INTO bulks SELECT 'blk_x', decided_by, is_senior, at_us, body, 'cancelled', 1, 0, 0, 0, 0, 1 FROM bulks"
    ),
    "bulk of somebody else": "UPDATE bulks SET decided_by = 'key_eve'",
    "bulk of a senior person": "UPDATE bulks SET is_senior = NOT is_senior",
    "bulk of another measure": "UPDATE bulks SET body = replace(body, 'de_emphasise', 'remove')",
    "setting that nobody made": "INSERT INTO settings VALUES ('x', '{}')",
}


REMEMBERED = ("strikes", "clearances", "verifications", "quota_uses", "settings", "proposals", "bulks", "cases")


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house that remembers something of each kind."""
    home = home_anywhere
    home.house.quotas.set({"lock_pending_decision": 5})
    listed = home.upload(photo("china"))
    home.list(md5(listed), verification=Verification.SEVERAL_ANALYSTS)
    matched = home.submit("bobs", listed, author="bob").decision_id
    assert matched is not None
    for by in (ADA, BEN):
        home.house.reverse(Reversal(matched, Facts("mistaken"), by))
    home.submit("post", author="alice", text="buy now")
    home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR))
    dim = BulkAsk(ClauseId("house.spam"), Facts("dull"), (BulkMeasure(K.DE_EMPHASISE),))
    home.house.decide_in_bulk(AskedInBulk(dim, ADA, ("post",)), 1)
    house = home.house
    record = RecordVerification(house.store, house.committer, house.policy, house.clock, house.entropy)
    record("alice", VerificationKind.EMAIL, home.clock.now())
    return home


@pytest.mark.both_databases
def test_what_nobody_touched_is_sound(home: Home) -> None:
    """With a strike, a clearance, a verification, a quota and a setting."""
    with home.house.engine.connect() as connection:
        for table in REMEMBERED:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608  # ours
    assert home.house.verify().breaches == ()


def test_a_row_changed_by_hand_is_a_breach(home: Home) -> None:
    """The chain still verifies: the rows no longer say what it says. Each is put back before the next one."""
    engine, silent = home.house.engine, []
    is_postgresql = engine.dialect.name == "postgresql"
    unchecked = "SET LOCAL session_replication_role = replica" if is_postgresql else "PRAGMA defer_foreign_keys = ON"
    with engine.connect() as connection:
        kept = {table: connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in REMEMBERED}  # noqa: S608  # ours
    for name, statement in TAMPERED.items():
        with engine.begin() as connection:
            assert connection.exec_driver_sql(statement).rowcount > 0, name
        if not home.house.verify(read_contents=False).breaches:
            silent.append(name)
        with engine.begin() as connection:
            connection.exec_driver_sql(unchecked)
            for table, rows in kept.items():
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # ours
                for row in rows:
                    marks = ", ".join(["%s" if is_postgresql else "?"] * len(row))
                    connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", tuple(row))  # noqa: S608  # ours

    assert silent == []
    assert home.house.verify().breaches == ()
