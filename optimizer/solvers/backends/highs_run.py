"""How HiGHS runs: its threads, what it reports on the way, and how it is stopped."""

import math
import threading
import time

import highspy
import numpy as np

from optimizer.solvers.backends.base import Progress, SolveOptions
from optimizer.solvers.milp import Floats, Program

PROGRESS_EVERY_S = 1.0
DUAL, PRIMAL = 1, 4
"""Values of HiGHS's option simplex_strategy."""
KEPT = 4
"""Points of branch and bound that are kept, including the last, which is the best."""


class Watch:
    """Callbacks of one run: progress, `Program.gap`, and stopping."""

    def __init__(
        self,
        highs: highspy.Highs,
        program: Program,
        options: SolveOptions,
        begun: float,
        is_mip: bool,
    ) -> None:
        self.gap_reached = False
        self._highs = highs
        self._program = program
        self._options = options
        self._begun = begun
        self._reported = begun
        self._point: Floats | None = None
        self.points: list[Floats] = []
        self._events = [highs.cbSimplexInterrupt, highs.cbIpmInterrupt]
        if is_mip:
            self._events = [highs.cbMipInterrupt, highs.cbMipImprovingSolution]

    def __enter__(self) -> None:
        for event in self._events:
            event.subscribe(self._called)

    def __exit__(self, *_: object) -> None:
        for event in self._events:
            event.unsubscribe(self._called)

    def _called(self, event: highspy.HighsCallbackEvent) -> None:
        # HiGHS carries a request to stop over to the next run.
        event.interrupt(False)
        kind = highspy.cb.HighsCallbackType
        if event.callback_type == kind.kCallbackMipImprovingSolution:
            self._point = np.array(event.data_out.mip_solution)
            self.points = [*self.points, self._point][-KEPT:]
            return
        if self._options.should_stop is not None and self._options.should_stop():
            event.interrupt()
        if event.callback_type == kind.kCallbackMipInterrupt:
            gap = self._look(event.data_out.mip_dual_bound)
            if gap <= self._options.gap:
                self.gap_reached = True
                event.interrupt()

    def _look(self, dual_bound: float) -> float:
        """Return the gap of the best point so far, and report progress."""
        program = self._program
        bound = dual_bound + program.constant
        gap = objective = math.nan
        if self._point is not None:
            objective = program.value(self._point)
            if math.isfinite(bound):
                gap = program.gap(self._point, bound)
        now = time.perf_counter()
        if self._options.on_progress is not None and now - self._reported >= PROGRESS_EVERY_S:
            self._reported = now
            self._options.on_progress(Progress(now - self._begun, objective, bound, gap))
        return gap


class _Shared(threading.local):
    threads: int | None = None


_shared = _Shared()


def share_threads(threads: int | None) -> None:
    """Set the number of threads of HiGHS before it runs; HiGHS chooses if it is None.

    All models that a thread of this process runs share one scheduler, which keeps its first number
    of threads: another number needs another scheduler.
    """
    if _shared.threads != threads:
        highspy.Highs.resetGlobalScheduler(True)
        _shared.threads = threads
