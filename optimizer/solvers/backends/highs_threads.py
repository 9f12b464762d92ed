"""The threads of HiGHS, which all models that a thread of this process runs share."""

import threading

import highspy


class _Shared(threading.local):
    threads: int | None = None


_shared = _Shared()


def share_threads(threads: int | None) -> None:
    """Give HiGHS a number of threads, its own choice where None, before it runs.

    Each thread of the process has a scheduler, which keeps its first number: another number needs
    another scheduler.
    """
    if _shared.threads != threads:
        highspy.Highs.resetGlobalScheduler(True)
        _shared.threads = threads
