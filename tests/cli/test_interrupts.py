"""Ctrl-C: the first asks to stop, the second aborts the search, and none ends the saving."""

import signal
import threading
from collections.abc import Iterator

import pytest

from optimizer.solvers.interrupts import stop_on_interrupt


@pytest.fixture(autouse=True)
def handler_is_restored() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_first_ctrl_c_asks_and_the_second_aborts() -> None:
    with stop_on_interrupt() as asked:
        assert not asked()
        press()
        assert asked()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_the_callback_is_called_once() -> None:
    told = threading.Event()
    with stop_on_interrupt(on_ask=told.set):
        press()
        assert told.wait(10)


def test_a_nested_search_shares_the_request() -> None:
    told = threading.Event()
    with stop_on_interrupt(on_ask=told.set):
        with stop_on_interrupt() as asked:
            press()
            assert asked()
            assert told.wait(10)
            with pytest.raises(KeyboardInterrupt):
                press()
        press()


def test_ctrl_c_after_the_search_aborts_nothing() -> None:
    told: list[int] = []
    with stop_on_interrupt(on_ask=lambda: told.append(1)) as outer:
        with stop_on_interrupt():
            pass
        for _ in range(3):
            press()
        assert not outer()
        with stop_on_interrupt() as asked:  # another search hears again
            press()
            assert asked()


def test_the_second_ctrl_c_before_the_search_aborts() -> None:
    with stop_on_interrupt():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_another_thread_receives_no_request() -> None:
    answers = []

    def ask() -> None:
        with stop_on_interrupt() as asked:
            answers.append(asked())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answers == [False]
