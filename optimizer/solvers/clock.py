"""The time limit of a solve, shared by its parts."""

import math
import time
from dataclasses import dataclass, field, replace

from optimizer.solvers.backends.base import SolveOptions


@dataclass(frozen=True)
class Clock:
    """Counts from its making."""

    limit_s: float = math.inf
    begun: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begun

    @property
    def expired(self) -> bool:
        """Whether the limit has passed."""
        return self.seconds >= self.limit_s

    def share(self, options: SolveOptions, at_least_s: float = 0.05) -> SolveOptions:
        """Return the options with the time that is left, never quite none."""
        return replace(options, time_limit_s=max(self.limit_s - self.seconds, at_least_s))
