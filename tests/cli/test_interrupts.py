"""Ctrl-C: the first asks to stop, the second aborts the search, none ends the saving."""

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


def test_the_first_asks_and_the_second_aborts() -> None:
    with stop_on_interrupt() as asked:
        assert not asked()
        press()
        assert asked()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_the_wish_is_told_once() -> None:
    told = threading.Event()
    with stop_on_interrupt(on_ask=told.set):
        press()
        assert told.wait(10)


def test_a_search_within_shares_the_question() -> None:
    told = threading.Event()
    with stop_on_interrupt(on_ask=told.set):
        with stop_on_interrupt() as asked:
            press()
            assert asked()
            assert told.wait(10)
            with pytest.raises(KeyboardInterrupt):
                press()
        press()


def test_no_press_ends_what_follows_the_search() -> None:
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


def test_before_the_search_the_second_aborts() -> None:
    with stop_on_interrupt():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_another_thread_hears_nothing() -> None:
    answers = []

    def ask() -> None:
        with stop_on_interrupt() as asked:
            answers.append(asked())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answers == [False]
