"""Saying that one is still at it, beside work that takes long."""

import threading

import pytest

from tutela.errors import DatabaseBusy, TakenOver
from tutela.flows.keep_alive import kept_alive

QUICK = 0.005


def test_it_is_said_as_long_as_the_work_lasts_and_no_longer() -> None:
    """Also when it could not be said once."""
    said, is_enough = list[threading.Thread](), threading.Event()

    def renew() -> None:
        said.append(threading.current_thread())
        if len(said) == 2:
            raise DatabaseBusy
        if len(said) == 5:
            is_enough.set()

    with kept_alive(renew, QUICK):
        assert is_enough.wait(60)

    assert len(set(said)) == 1
    assert not said[0].is_alive()


def test_it_ends_when_somebody_else_has_taken_over() -> None:
    """The work hears of it when it stores."""
    said, is_over = list[threading.Thread](), threading.Event()

    def renew() -> None:
        said.append(threading.current_thread())
        is_over.set()
        raise TakenOver

    with kept_alive(renew, QUICK):
        assert is_over.wait(60)
        said[0].join(60)
        assert not said[0].is_alive(), "while the work goes on"

    assert len(said) == 1


def test_it_ends_with_work_that_fails() -> None:
    """Nothing goes on saying that it is alive."""
    said, is_begun = list[threading.Thread](), threading.Event()

    def renew() -> None:
        said.append(threading.current_thread())
        is_begun.set()

    def work() -> None:
        with kept_alive(renew, QUICK):
            assert is_begun.wait(60)
            raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        work()
    assert not said[0].is_alive()
