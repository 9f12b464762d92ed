"""Progress of a solve or a batch: a live line on a terminal, a plain line now and then in a log."""

import math
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.solvers.backends.base import Progress as SolverProgress
    from optimizer.studies import Tally

EVERY_S = 5.0
"""Time between two lines in a log."""

DESCRIPTION = "{task.description}"


class _Display(ABC):
    """A line about one task.  Used as a context; safe to call from any thread."""

    def __init__(self, terminal: Terminal, *columns: ProgressColumn, total: int | None) -> None:
        self._terminal = terminal
        self._display = Progress(
            *columns,
            console=terminal.err,
            transient=True,
            refresh_per_second=2,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=terminal.quiet or not terminal.err.is_terminal,
        )
        self._id = self._display.add_task("", total=total)
        self._task = self._display.tasks[0]
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def say(self, text: str) -> None:
        """Print a line that stays, above the live one."""
        if self._display.live.is_started:
            self._display.console.print(text)
        else:
            self._terminal.note(text)

    @abstractmethod
    def line(self) -> str:
        """Return the line for a log."""

    def __enter__(self) -> Self:
        self._display.start()
        if self._display.disable and not self._terminal.quiet:
            self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._display.stop()
        self._over.set()
        if self._ticker.is_alive():
            self._ticker.join()

    def _tick(self) -> None:
        before = ""
        while not self._over.wait(EVERY_S):
            if (line := self.line()) != before:
                self._terminal.note(line)
            before = line


class SolveProgress(_Display):
    """Reports what the solver reports, and that time passes while it reports nothing."""

    def __init__(self, terminal: Terminal) -> None:
        description = TextColumn(DESCRIPTION, markup=False)
        super().__init__(terminal, TimeElapsedColumn(), description, total=None)
        self._welfare, self._bound, self._gap = -math.inf, math.inf, math.inf
        self._stage = "no plan yet"
        self._display.update(self._id, description=self._stage)

    def __call__(self, progress: "SolverProgress") -> None:
        from optimizer.report.numbers import money, percent
        from optimizer.units import USD_PER_KUSD

        first_plan = math.isinf(self._welfare) and math.isfinite(progress.objective)
        # A later part of the solve may begin with less than an earlier one has proven.
        self._welfare = _known(max, self._welfare, progress.objective)
        self._bound = _known(min, self._bound, progress.bound)
        self._gap = _known(min, self._gap, progress.gap)
        parts = [
            f"{name} {money(value * USD_PER_KUSD, 6)}"
            for name, value in (("welfare", self._welfare), ("bound", self._bound))
            if math.isfinite(value)
        ]
        if math.isinf(self._welfare):
            parts.append(self._stage)
        elif math.isfinite(self._gap):
            parts.append(f"gap {percent(self._gap, 2)} of cost")
        self._display.update(self._id, description="  ".join(parts))
        if first_plan and self._ticker.is_alive():
            self.say(self.line())

    def begin(self, stage: str) -> None:
        """Announce a stage that solves another program: earlier figures no longer apply."""
        self._welfare, self._bound, self._gap = -math.inf, math.inf, math.inf
        self._stage = stage
        self._display.update(self._id, description=stage)
        self.say(stage)

    def line(self) -> str:
        """Elapsed time; welfare, bound and gap once known."""
        return f"{self._task.elapsed or 0.0:6,.0f} s  {self._task.description}"


class StudyProgress(_Display):
    """Reports scenarios done, rate, time left and failures."""

    def __init__(self, terminal: Terminal, scenarios: int) -> None:
        columns = (
            BarColumn(30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn(DESCRIPTION),
        )
        super().__init__(terminal, *columns, total=scenarios)
        self._counted = False

    def count(self, row: Mapping[str, Any], tally: "Tally") -> None:
        """Take note of a row."""
        if not self._counted:  # rows of an earlier run say nothing about the rate of this one
            self._display.reset(self._id, total=tally.distinct, completed=tally.before)
            self._counted = True
        self._display.update(self._id, completed=tally.done)
        speed = self._task.speed
        rate = "" if speed is None else f"{60 * speed:,.1f} a minute, "
        self._display.update(self._id, description=f"{rate}{tally.failures:,} failed")
        if row["status"] != "solved":
            self.say(f"  {row['scenario']}: {row['status']}: {row['reason']}"[:300])

    def line(self) -> str:
        """Scenarios done, rate, failures and time left."""
        task = self._task
        line = f"{task.completed:,.0f} of {task.total or 0:,.0f} scenarios"
        if task.description:
            line += f", {task.description}"
        left = task.time_remaining
        return f"{line}, {timedelta(seconds=left)} left" if left else line

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        if self._counted:
            self._terminal.note(self.line())


def _known(better: Callable[[float, float], float], before: float, now: float) -> float:
    """The better of two figures, of which the later may be missing."""
    return before if math.isnan(now) else better(before, now)
