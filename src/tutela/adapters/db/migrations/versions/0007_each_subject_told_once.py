"""Each changed subject is told once: its last number stands in its standing row, and the table of changes goes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LAST = """
    UPDATE standing SET
        change_seq = (SELECT max(seq) FROM changes
            WHERE changes.subject_kind = standing.subject_kind AND changes.subject_id = standing.subject_id),
        changed_us = (SELECT max(at_us) FROM changes
            WHERE changes.subject_kind = standing.subject_kind AND changes.subject_id = standing.subject_id)
"""
_UNTOLD = "SELECT subject_kind, subject_id FROM standing WHERE change_seq IS NULL ORDER BY subject_kind, subject_id"
_NUMBER = "UPDATE standing SET change_seq = :seq, changed_us = 0 WHERE subject_kind = :kind AND subject_id = :id"

# What was never published and has no row yet: a reader that evaluates by itself must not take it for clear.
_UNPUBLISHED = """
    INSERT INTO standing (subject_kind, subject_id, version, kinds, next_change_us, measures, change_seq, changed_us)
    SELECT 'item', items.id, 1, 0, NULL, '[]', :newest + row_number() OVER (ORDER BY items.id), items.submitted_us
    FROM items
    WHERE items.answer <> 'publish' AND NOT EXISTS (
        SELECT 1 FROM standing AS known WHERE known.subject_kind = 'item' AND known.subject_id = items.id
    )
"""
# What a change touches is read in the order of items, and from where the page before ended.
_INDEXES = {
    "ix_item_media_media_id": ("item_media", "media_id", "item_id"),
    "ix_items_account_id": ("items", "account_id", "id"),
    "ix_item_inside_inside_id": ("item_inside", "inside_id", "item_id"),
    "ix_item_tags_tag": ("item_tags", "tag", "item_id"),
}


def upgrade() -> None:
    """Number the rows as they were last told, and go on behind the last number."""
    op.add_column("standing", sa.Column("change_seq", sa.BigInteger))
    op.add_column("standing", sa.Column("changed_us", sa.BigInteger))
    op.create_index("ix_changes_subject", "changes", ["subject_kind", "subject_id", "seq"])
    op.execute(_LAST)
    _number_the_rest()
    with op.batch_alter_table("standing") as batch:
        batch.alter_column("change_seq", nullable=False)
        batch.alter_column("changed_us", nullable=False)
    op.create_index("uq_standing_change_seq", "standing", ["change_seq"], unique=True)
    op.drop_table("changes")
    for name, (table, *columns) in _INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)


def _number_the_rest() -> None:
    connection = op.get_bind()
    newest = connection.execute(sa.text("SELECT coalesce(max(seq), 0) FROM changes")).scalar_one()
    for kind, subject_id in connection.execute(sa.text(_UNTOLD)).all():
        newest += 1
        connection.execute(sa.text(_NUMBER), {"seq": newest, "kind": kind, "id": subject_id})
    connection.execute(sa.text(_UNPUBLISHED), {"newest": newest})


def downgrade() -> None:
    """Tell every subject as if its last change were its only one."""
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO changes (seq, subject_kind, subject_id, at_us) "
        "SELECT change_seq, subject_kind, subject_id, changed_us FROM standing ORDER BY change_seq"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('changes', 'seq'), "
            "(SELECT coalesce(max(seq), 0) + 1 FROM changes), false)"
        )
    op.drop_index("uq_standing_change_seq", table_name="standing")
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("change_seq")
        batch.drop_column("changed_us")
    for name, (table, first, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [first])
