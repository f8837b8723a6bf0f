"""An index that turns out to be damaged: what comes meanwhile is held, and looked at when it is built anew."""

from make import Home, md5, photo
from tutela.ports.index import IndexName


def test_what_comes_while_an_index_is_built_anew_is_held_and_then_decided(home: Home) -> None:
    """Neither waited for nor published: the request is answered at once, and the answer follows by itself."""
    clean, listed = home.upload(photo("flower")), home.upload(photo("china"))
    home.list(md5(listed))
    home.house.known.forget()

    assert [home.submit("c", clean).answer.value, home.submit("k", listed).answer.value] == ["hold", "hold"]
    assert home.house.known.built_to_seq == -1, "no request builds ten million hashes anew"
    assert home.house.why_not_ready() == [f"the index {IndexName.KNOWN.value} is not loaded"]

    home.house.feed_indexes()
    home.house.retry_scans()
    assert home.house.why_not_ready() == []
    assert (home.answer("c").value, home.is_absent("c")) == ("publish", False)
    assert home.is_absent("k")
