"""What the pretend platform does when nobody answers."""

import pytest

from tutela.sandbox.platform import Platform
from tutela_client import Client, TutelaClientError


def test_a_post_without_an_answer_waits_and_is_on_no_page() -> None:
    """The first rule of connecting a platform."""
    with Client("http://127.0.0.1:9", "tutela_nobody", timeout_seconds=1, retries=0) as client:
        platform = Platform(client)

        with pytest.raises(TutelaClientError):
            platform.post("user-1", b"picture")

        assert list(platform.waiting.values()) == [("user-1", b"picture")]
        assert platform.published == {}
        assert platform.page("user-2") == []
