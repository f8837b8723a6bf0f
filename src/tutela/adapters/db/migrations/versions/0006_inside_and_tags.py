"""What is inside an item, found in both directions, and the tags of items."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_QUOTED = {
    "sqlite": "json_each(items.contains) AS quoted",
    "postgresql": "json_array_elements_text(items.contains::json) AS quoted(value)",
}
# A quote of a quote may have been stored before what is inside was flattened: each round looks twice as deep.
_DEEPER = sa.text(
    "INSERT INTO item_inside (item_id, inside_id) "
    "SELECT DISTINCT outer_pair.item_id, inner_pair.inside_id "
    "FROM item_inside AS outer_pair JOIN item_inside AS inner_pair ON inner_pair.item_id = outer_pair.inside_id "
    "WHERE NOT EXISTS (SELECT 1 FROM item_inside AS known "
    "WHERE known.item_id = outer_pair.item_id AND known.inside_id = inner_pair.inside_id)"
)


def upgrade() -> None:
    """Add the tables, and fill in what is quoted already."""
    op.create_table(
        "item_inside",
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("inside_id", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_inside_item_id"),
        sa.ForeignKeyConstraint(["inside_id"], ["items.id"], name="fk_item_inside_inside_id"),
        sa.PrimaryKeyConstraint("item_id", "inside_id", name="pk_item_inside"),
    )
    op.create_table(
        "item_tags",
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_tags_item_id"),
        sa.PrimaryKeyConstraint("item_id", "tag", name="pk_item_tags"),
    )
    _fill()
    op.create_index("ix_item_inside_inside_id", "item_inside", ["inside_id"])
    op.create_index("ix_item_tags_tag", "item_tags", ["tag"])


def _fill() -> None:
    connection = op.get_bind()
    connection.execute(sa.text(
        "INSERT INTO item_inside (item_id, inside_id) "  # noqa: S608  # one of two literals
        f"SELECT DISTINCT items.id, found.id FROM items, {_QUOTED[connection.dialect.name]} "
        "JOIN items AS found ON found.id = quoted.value WHERE items.contains IS NOT NULL"
    ))  # fmt: skip
    while connection.execute(_DEEPER).rowcount > 0:
        pass


def downgrade() -> None:
    """Take them away; what is quoted stays in the items themselves, and tags are lost."""
    op.drop_table("item_tags")
    op.drop_table("item_inside")
