"""What tests of notices say to a house: somebody tells, somebody looks."""

from dataclasses import dataclass
from typing import Any

from make import Home, photo
from tutela.core.content import Media
from tutela.core.measures import Subject
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.notice import Notice
from tutela.flows.take_notice import Receipt, Teller

ANYBODY = Teller("192.0.2.7")


@dataclass(frozen=True, slots=True)
class Noticing:
    """A house with pictures in it, and people outside."""

    home: Home

    def posted(self, name: str, picture: str = "china", author: str = "alice", **photo_fields: Any) -> Media:
        """Have somebody post a picture."""
        media = self.home.upload(photo(picture, **photo_fields))
        self.home.submit(name, media, author=author)
        self.home.house.feed_indexes()
        return media

    def tell(self, *items: str, branch: Branch = Branch.IT_SHOWS_ME, by: Teller = ANYBODY, **fields: Any) -> Receipt:
        """Have somebody outside tell us of items."""
        receipt = self.home.house.notices.take(NoticeDraft(branch, items=items, **fields), by)
        self.home.clock.advance(seconds=1)  # what is decided from now on is decided after it was told
        return receipt

    def notice(self, receipt: Receipt) -> Notice:
        """Return a notice as it is stored."""
        with self.home.house.store.read() as reader:
            found = reader.notice_of(receipt.notice_id)
        assert found is not None
        return found

    def kinds(self, name: str) -> set[str]:
        """Return what holds on an item."""
        with self.home.house.store.read() as reader:
            item = reader.items_by_platform_id([name])[name].item
        return self.home.kinds(Subject.item(item.id))
