"""Ctrl-C as a request to stop with the best plan so far."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class _Listener:
    """Handler of Ctrl-C: the first asks to stop, the second aborts unless the search is over."""

    def __init__(self, on_ask: Callable[[], None] | None) -> None:
        self.asked = threading.Event()
        self.search_is_over = False
        self._on_ask = on_ask

    def __call__(self, _: int, __: FrameType | None) -> None:
        if self.search_is_over:
            return
        if self.asked.is_set():
            raise KeyboardInterrupt
        self.asked.set()
        if self._on_ask is not None:
            # The signal may interrupt a write, which is not reentrant; a thread waits for its end.
            threading.Thread(target=self._on_ask).start()


@contextmanager
def stop_on_interrupt(on_ask: Callable[[], None] | None = None) -> Iterator[Callable[[], bool]]:
    """Yield a function that returns true after the first Ctrl-C; the second Ctrl-C aborts.

    A nested context (the search) shares the function of the outer one.  After the search, while
    the outer context saves results, Ctrl-C is ignored.  Outside the main thread, where Python
    delivers no signals, the function always returns false.

    Parameters
    ----------
    on_ask : callable, optional
        Called at the first Ctrl-C, in its own thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield threading.Event().is_set
        return
    previous = signal.getsignal(signal.SIGINT)
    if isinstance(previous, _Listener):
        previous.search_is_over = False
        try:
            yield previous.asked.is_set
        finally:
            previous.search_is_over = True
        return
    listener = _Listener(on_ask)
    signal.signal(signal.SIGINT, listener)
    try:
        yield listener.asked.is_set
    finally:
        signal.signal(signal.SIGINT, previous)


@contextmanager
def ignore_sigint_in_children() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, which a terminal sends to all; the parent decides.

    Child processes inherit the blocked signals of their parent.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Started later, the tracker would unblock the signal.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
