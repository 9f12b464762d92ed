"""How far a solve is: a line that changes on a terminal, elsewhere a line now and then."""

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.text import Text

from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.solvers.backends.base import Progress

EVERY_S = 5.0


class Follower:
    """Tells what `optimizer.solve` reports, and that time passes where it reports nothing.

    Called from the solver's threads; used as a context.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._begun = time.monotonic()
        self._welfare = -math.inf
        self._bound = math.inf
        self._gap = math.inf
        self._meanwhile = "no plan yet"
        self._over = threading.Event()
        self._live: Live | None = None
        self._ticker: threading.Thread | None = None

    def __call__(self, progress: "Progress") -> None:
        first_plan = math.isinf(self._welfare) and math.isfinite(progress.objective)
        # A later part of the solve may begin with less than an earlier one has proven.
        self._welfare = _known(max, self._welfare, progress.objective)
        self._bound = _known(min, self._bound, progress.bound)
        self._gap = _known(min, self._gap, progress.gap)
        if first_plan and self._ticker is not None:
            self.say(self.line())

    def forget(self, meanwhile: str) -> None:
        """Leave behind what was reported: what comes next is about another program.

        `meanwhile` is told until a plan of it is reported.
        """
        self._welfare, self._bound, self._gap = -math.inf, math.inf, math.inf
        self._meanwhile = meanwhile

    def say(self, text: str) -> None:
        """Print a line that stays, above the one that changes."""
        if self._live is not None:
            self._live.console.print(text)
        else:
            self._terminal.note(text)

    def __enter__(self) -> Self:
        if self._terminal.quiet:
            return self
        if self._terminal.err.is_terminal:
            self._live = Live(
                console=self._terminal.err,
                get_renderable=lambda: Text(self.line(), no_wrap=True),
                refresh_per_second=2,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        else:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._live is not None:
            self._live.stop()
        if self._ticker is not None:
            self._ticker.join()

    def line(self) -> str:
        """Elapsed time, and welfare, bound and gap where there are any."""
        from optimizer.report.numbers import money, percent
        from optimizer.units import USD_PER_KUSD

        said = [f"{time.monotonic() - self._begun:6,.0f} s "]
        for name, value in (("welfare", self._welfare), ("bound", self._bound)):
            if math.isfinite(value):
                said.append(f"{name} {money(value * USD_PER_KUSD, 6)} ")
        if math.isinf(self._welfare):
            said.append(self._meanwhile)
        elif math.isfinite(self._gap):
            said.append(f"gap {percent(self._gap, 2)} of cost")
        return " ".join(said)

    def _tick(self) -> None:
        while not self._over.wait(EVERY_S):
            self.say(self.line())


def _known(better: Callable[[float, float], float], before: float, now: float) -> float:
    """The better of two figures, of which the later may be missing."""
    return before if math.isnan(now) else better(before, now)
