"""Saying that one is still at it, beside work that takes long."""

import threading

import pytest

from tutela.errors import DatabaseBusy, TakenOver
from tutela.flows.keep_alive import kept_alive

QUICK = 0.005


def test_it_is_said_as_long_as_the_work_lasts_and_no_longer() -> None:
    """Also when it could not be said once."""
    said, is_enough = [], threading.Event()

    def renew() -> None:
        said.append(len(said))
        if len(said) == 2:
            raise DatabaseBusy
        if len(said) == 5:
            is_enough.set()

    with kept_alive(renew, QUICK):
        assert is_enough.wait(30)

    assert not [each for each in threading.enumerate() if each.name == "heartbeat"]


def test_it_ends_when_somebody_else_has_taken_over() -> None:
    """The work hears of it when it stores."""
    said, is_over = [], threading.Event()

    def renew() -> None:
        said.append(1)
        is_over.set()
        raise TakenOver

    with kept_alive(renew, QUICK):
        assert is_over.wait(30)
        [beat] = [each for each in threading.enumerate() if each.name == "heartbeat"] or [None]
        if beat is not None:
            beat.join(30)

    assert said == [1]


def test_it_ends_with_work_that_fails() -> None:
    """Nothing goes on saying that it is alive."""
    with pytest.raises(ValueError, match="broke"), kept_alive(lambda: None, QUICK):
        raise ValueError("broke")
    assert not [each for each in threading.enumerate() if each.name == "heartbeat"]
