import multiprocessing
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from tutela.adapters.db.engine import is_postgresql, open_engine
from tutela.adapters.db.migrate import configuration, current_revision, upgrade
from tutela.adapters.db.tables import metadata
from tutela.errors import Misconfigured

APPEND_ONLY = [
    ("audit_entries", "UPDATE audit_entries SET kind = 'x'"),
    ("audit_entries", "DELETE FROM audit_entries"),
    ("audit_payloads", "UPDATE audit_payloads SET body = salt"),
    ("audit_seals", "UPDATE audit_seals SET signature = body"),
    ("audit_seals", "DELETE FROM audit_seals"),
]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a copy of a database that was migrated step by step from nothing."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def migrate(url: str, gate: "multiprocessing.synchronize.Barrier") -> None:
    """Migrate in a process of its own, at the same moment as the others."""
    engine = open_engine(url)
    gate.wait()
    upgrade(engine)
    engine.dispose()


def down_and_up(engine: Engine, verb: Callable[..., None], target: str) -> None:
    """Run an Alembic command in one writing transaction."""
    with engine.connect() as raw:
        connection = raw.execution_options(tutela_write=True)
        with connection.begin():
            config = configuration()
            config.attributes["connection"] = connection
            verb(config, target)


def test_the_newest_schema_is_what_the_code_believes(engine: Engine) -> None:
    """Every table, column, type, default, index and unique constraint; nothing more and nothing less."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_each_file_begins_with_its_revision_and_follows_the_one_before() -> None:
    """Whether a database is current is told by the names, without loading Alembic."""
    scripts = ScriptDirectory.from_config(configuration())
    chain = [(each.revision, each.down_revision) for each in scripts.walk_revisions()][::-1]
    numbers = sorted(Path(each.path).name[:4] for each in scripts.walk_revisions())
    assert chain == list(zip(numbers, [None, *numbers], strict=False))


def test_every_constraint_by_which_the_database_backs_a_promise_is_there(engine: Engine) -> None:
    """Alembic does not compare checks and foreign keys by name, so this does."""
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        checks = {found["name"] for found in inspector.get_check_constraints(table.name)}
        keys = {found["name"] for found in inspector.get_foreign_keys(table.name)}
        assert {str(c.name) for c in table.constraints if c.__visit_name__ == "check_constraint"} <= checks
        assert {str(c.name) for c in table.foreign_key_constraints} == keys
        assert inspector.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]


def test_partial_indexes_keep_their_condition(engine: Engine) -> None:
    """A removed bank member may be added again, and two active ones may not be the same."""
    with engine.connect() as connection:
        source = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_indexes"
        columns = "name, sql" if engine.dialect.name == "sqlite" else "indexname, indexdef"
        found = {row[0]: row[1] for row in connection.execute(text(f"SELECT {columns} FROM {source}"))}  # noqa: S608  # two literals

    assert re.search(r"UNIQUE .*WHERE is_active", found["uq_members_active"])
    assert re.search(r"WHERE .*ops\.unscanned.*revoked_by IS NULL", found["ix_measures_technical"])


@pytest.mark.parametrize(("table", "statement"), APPEND_ONLY)
def test_the_database_refuses_to_change_the_audit(engine: Engine, table: str, statement: str) -> None:
    """P9: whoever edits by hand has to take the triggers away first, and the chain still shows it."""
    _fill_audit(engine)

    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1  # noqa: S608  # a literal


def test_a_payload_can_still_be_erased_when_the_law_says_so(engine: Engine) -> None:
    """The entry stays; what it says about a person goes."""
    _fill_audit(engine)

    with engine.begin() as connection:
        assert connection.execute(text("DELETE FROM audit_payloads")).rowcount == 1


@pytest.mark.parametrize("table", ["audit_entries", "audit_seals"])
def test_the_audit_cannot_be_emptied_by_a_shortcut(engine: Engine, table: str) -> None:
    """TRUNCATE passes row triggers by; SQLite has none, and an unlimited DELETE runs its triggers."""
    if not is_postgresql(engine):
        pytest.skip("SQLite has no TRUNCATE")

    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table}"))


def _fill_audit(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entries (chain, seq, at_us, kind, subject, commitment, previous, digest) "
                "VALUES ('main', 1, 0, 'a:b:c', 's', :b, :b, :b)"
            ),
            {"b": b"\0" * 32},
        )
        connection.execute(
            text("INSERT INTO audit_payloads (chain, seq, salt, body) VALUES ('main', 1, :b, :b)"), {"b": b"\1" * 32}
        )
        connection.execute(text("INSERT INTO audit_seals (number, body, signature) VALUES (1, :b, :b)"), {"b": b"\2"})


def test_down_to_nothing_and_up_again_gives_the_same(engine: Engine) -> None:
    """Nothing is left behind that would be in the way."""
    down_and_up(engine, command.downgrade, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}

    down_and_up(engine, command.upgrade, "head")

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_old_items_quote_is_found_in_both_directions(engine: Engine) -> None:
    """Also at the end of a chain that was stored before what is inside was flattened; what is not there is left out."""
    down_and_up(engine, command.downgrade, "0005")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO accounts VALUES ('acc', 'alice', 'adult', 'declared', '[]', 0)"))
        for name, contains in (("a", None), ("b", '["a"]'), ("c", '["b", "b", "lost"]'), ("d", '["c"]'), ("e", "[]")):
            connection.execute(
                text(
                    "INSERT INTO items (id, platform_id, account_id, kind, contains, channel_kind, is_encrypted, "
                    "regions, submitted_us, answer, is_detected) "
                    "VALUES (:id, :id, 'acc', 'post', :contains, 'public', false, '[]', 0, 'publish', true)"
                ),
                {"id": name, "contains": contains},
            )

    down_and_up(engine, command.upgrade, "head")

    with engine.connect() as connection:
        found = connection.execute(text("SELECT item_id, inside_id FROM item_inside")).all()
    assert {f"{outer}{inner}" for outer, inner in found} == {"ba", "cb", "ca", "dc", "db", "da"}


def test_numbers_of_the_change_feed_continue_and_nothing_untold_is_left_behind(engine: Engine) -> None:
    """Each subject stands under its last number; what nobody was told of, or was never published, gets a new one."""
    down_and_up(engine, command.downgrade, "0006")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO accounts VALUES ('acc', 'alice', 'adult', 'declared', '[]', 0)"))
        for name, answer in (("a", "publish"), ("b", "refuse"), ("c", "hold")):
            connection.execute(
                text(
                    "INSERT INTO items (id, platform_id, account_id, kind, channel_kind, is_encrypted, "
                    "regions, submitted_us, answer, is_detected) "
                    "VALUES (:id, :id, 'acc', 'post', 'public', false, '[]', 5, :answer, true)"
                ),
                {"id": name, "answer": answer},
            )
        for kind, name in (("account", "acc"), ("item", "c"), ("tag", "untold")):
            connection.execute(
                text("INSERT INTO standing VALUES (:kind, :id, 1, 0, NULL, '[]')"), {"kind": kind, "id": name}
            )
        for seq, kind, name in ((1, "account", "acc"), (4, "item", "c"), (7, "account", "acc")):
            connection.execute(
                text("INSERT INTO changes (seq, subject_kind, subject_id, at_us) VALUES (:seq, :kind, :id, :seq)"),
                {"seq": seq, "kind": kind, "id": name},
            )

    down_and_up(engine, command.upgrade, "head")

    with engine.connect() as connection:
        found = connection.execute(text("SELECT change_seq, subject_id, changed_us FROM standing ORDER BY change_seq"))
        assert [tuple(row) for row in found] == [(4, "c", 4), (7, "acc", 7), (8, "untold", 0), (9, "b", 5)]


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    """Every start of the server does it."""
    before = current_revision(engine)

    upgrade(engine)

    assert current_revision(engine) == before is not None


def test_a_database_of_a_later_version_is_refused(engine: Engine) -> None:
    """An old server on new tables would drop what it does not know."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Misconfigured, match="later version"):
        upgrade(engine)


def test_two_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    """One waits for the other and then finds it done."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    processes = [context.Process(target=migrate, args=(empty_database_url, gate)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)

    assert [process.exitcode for process in processes] == [0, 0]
    engine = open_engine(empty_database_url)
    assert current_revision(engine) is not None
    engine.dispose()
