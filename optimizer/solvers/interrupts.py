"""Ctrl-C as a wish to stop with the best plan so far."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class _Listener:
    """What hears Ctrl-C: the first asks to stop; the second aborts, unless the search is over."""

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
            # The signal may have come in the middle of a write, which cannot be begun again
            # before it has ended; a thread waits for that.
            threading.Thread(target=self._on_ask).start()


@contextmanager
def stop_on_interrupt(on_ask: Callable[[], None] | None = None) -> Iterator[Callable[[], bool]]:
    """Yield a question that turns true at the first Ctrl-C; the second one aborts.

    Within another such context, the inner one (the search) shares the question of the outer.
    What the outer one does after the search, saving what was found, no Ctrl-C ends.  Outside the
    main thread, where Python delivers no signals, the question stays false.

    Parameters
    ----------
    on_ask : callable, optional
        Called at the first Ctrl-C, in a thread of its own.
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
    """Begin processes that hear no Ctrl-C: a terminal sends it to all, and the parent decides.

    What a process blocks, those that it begins block from their first instruction on.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Begun by and by, the tracker would end the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
