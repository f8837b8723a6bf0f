"""Bring a database to the schema of this version, and refuse one that is newer."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from tutela.adapters.db import answer_tables as answer_tables  # noqa: PLC0414  # the metadata is whole with it
from tutela.adapters.db import appeal_tables as appeal_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import banked_tables as banked_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import case_tables as case_tables  # noqa: PLC0414  # the metadata is whole with it
from tutela.adapters.db import choice_tables as choice_tables  # noqa: PLC0414  # the metadata is whole with it
from tutela.adapters.db import classification_tables as classification_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import clock_tables as clock_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import counter_tables as counter_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import decision_tables as decision_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import destruction_tables as destruction_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import duty_tables as duty_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import edition_tables as edition_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import enforcement_tables as enforcement_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import event_tables as event_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import export_tables as export_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import exposure_tables as exposure_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import facts_tables as facts_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import hold_tables as hold_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import item_tables as item_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import message_tables as message_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import notice_tables as notice_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import order_tables as order_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import people_tables as people_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import quality_tables as quality_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import report_tables as report_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import rota_tables as rota_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import rule_tables as rule_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import undo_tables as undo_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import view_tables as view_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import webhook_tables as webhook_tables  # noqa: PLC0414  # as above
from tutela.adapters.db import word_tables as word_tables  # noqa: PLC0414  # as above
from tutela.adapters.db.engine import is_postgresql, translated
from tutela.errors import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).with_name("migrations")
MIGRATION_LOCK = 0x7475_7465_6C62
"""PostgreSQL: one process migrates, the others wait. The commit lock's number plus one."""


_CURRENT = text("SELECT version_num FROM alembic_version")


def configuration() -> "Config":
    """Return Alembic's configuration; there is no ini file to lose."""
    from alembic.config import Config  # noqa: PLC0415  # loaded only by who migrates: every start waits for it else

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def upgrade(engine: Engine) -> None:
    """Migrate to the newest schema. Idempotent.

    Raises:
        tutela.errors.Misconfigured: The database was made by a later version of Tutela.
    """
    if current_revision(engine) == _revisions()[-1]:
        return
    with translated(), engine.connect() as connection:
        write = connection.execution_options(tutela_write=True)
        if is_postgresql(engine):
            # The snapshot must be newer than the lock: whoever waited for it has to see what the other did.
            write = write.execution_options(isolation_level="READ COMMITTED")
        with write.begin():
            if is_postgresql(engine):
                write.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            _upgrade(write)


def _upgrade(write: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # as above

    current, revisions = _revision(write), _revisions()
    if current == revisions[-1]:
        return
    if current is not None and current not in revisions:
        raise Misconfigured(
            "the database was made by a later version of Tutela",
            remedy="Install that version, or restore a backup made by this one.",
        )
    config = configuration()
    config.attributes["connection"] = write
    command.upgrade(config, "head")


def current_revision(engine: Engine) -> str | None:
    """Return the schema's revision."""
    with translated(), engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(_CURRENT).scalar()
    return found


def _revisions() -> list[str]:
    """Return every revision, oldest first: the number that its file begins with, as a test makes sure."""
    return sorted(each.name.split("_")[0] for each in (_SCRIPTS / "versions").glob("[0-9]*.py"))
