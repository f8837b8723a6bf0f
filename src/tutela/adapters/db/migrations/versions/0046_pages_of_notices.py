"""Pages about notices that lie in no case."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_us IS NULL")
ABOUT_ONE = "(case_id IS NULL) <> (notice_id IS NULL)"


def upgrade() -> None:
    """Let a page be about a notice instead of a case."""
    _lay_tries_aside()
    op.drop_index("uq_pages_open", table_name="pages")
    with op.batch_alter_table("pages") as batch:
        batch.alter_column("case_id", existing_type=sa.Text(), nullable=True)
        batch.add_column(sa.Column("notice_id", sa.Text()))
        batch.create_foreign_key("fk_pages_notice_id", "notices", ["notice_id"], ["id"])
        batch.create_check_constraint(op.f("ck_pages_about_one"), ABOUT_ONE)
    _index("uq_pages_open", "case_id")
    _index("uq_pages_open_notice", "notice_id")
    _put_tries_back()


def downgrade() -> None:
    """Forget pages about notices."""
    op.execute("DELETE FROM page_tries WHERE page_id IN (SELECT id FROM pages WHERE case_id IS NULL)")
    op.execute("DELETE FROM pages WHERE case_id IS NULL")
    _lay_tries_aside()
    op.drop_index("uq_pages_open_notice", table_name="pages")
    op.drop_index("uq_pages_open", table_name="pages")
    with op.batch_alter_table("pages") as batch:
        batch.drop_constraint(op.f("ck_pages_about_one"), type_="check")
        batch.drop_constraint("fk_pages_notice_id", type_="foreignkey")
        batch.drop_column("notice_id")
        batch.alter_column("case_id", existing_type=sa.Text(), nullable=False)
    _index("uq_pages_open", "case_id")
    _put_tries_back()


def _index(name: str, column: str) -> None:
    op.create_index(name, "pages", [column], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _lay_tries_aside() -> None:
    """Empty what refers to pages: SQLite alters a table by making it anew, and lets nothing refer to what goes."""
    if _is_sqlite():
        op.execute("CREATE TABLE page_tries_aside AS SELECT * FROM page_tries")
        op.execute("DELETE FROM page_tries")


def _put_tries_back() -> None:
    if _is_sqlite():
        op.execute(
            "INSERT INTO page_tries (page_id, number, round, person_id, at_us, sent_by, failure) "
            "SELECT page_id, number, round, person_id, at_us, sent_by, failure FROM page_tries_aside"
        )
        op.drop_table("page_tries_aside")
