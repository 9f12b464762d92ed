"""The threads of HiGHS, which all of its models in a process share."""

import highspy


class _Shared:
    threads: int | None = None


def share_threads(threads: int | None) -> None:
    """Give HiGHS a number of threads, its own choice where None.

    The scheduler is global and keeps its first number, so another one needs another scheduler.
    """
    if _Shared.threads != threads:
        highspy.Highs.resetGlobalScheduler(True)
        _Shared.threads = threads
