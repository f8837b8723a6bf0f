"""What reaches an item from elsewhere: the items inside it, and its tags. Written once, when it is submitted."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from tutela.adapters.db.tables import metadata

# Everything that an item quotes, and all that is quoted in there: a reader follows no chain, in either direction.
item_inside = Table(
    "item_inside",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("inside_id", Text, ForeignKey("items.id"), primary_key=True),
    Index("ix_item_inside_inside_id", "inside_id", "item_id"),
)

# As `core.content.tag_of` writes them, so that a measure on a tag finds every item that carries it.
item_tags = Table(
    "item_tags",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_item_tags_tag", "tag", "item_id"),
)
