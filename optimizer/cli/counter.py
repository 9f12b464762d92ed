"""How far a batch is: a bar on a terminal, elsewhere a line now and then."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.studies import Tally

EVERY_S = 5.0
BAR_LETTERS = 30


class Counter:
    """Tells how many scenarios are done, how fast, how long it still takes, and what failed."""

    def __init__(self, terminal: Terminal, scenarios: int) -> None:
        self._terminal = terminal
        self._scenarios = scenarios
        self._begun = self._told = time.monotonic()
        self._tally: Tally | None = None
        self._live: Live | None = None

    def count(self, row: Mapping[str, Any], tally: "Tally") -> None:
        """Take note of a row."""
        self._tally = tally
        if row["status"] != "solved":
            self.say(f"  {row['scenario']}: {row['status']}: {row['reason']}"[:300])
        if self._live is None and time.monotonic() - self._told >= EVERY_S:
            self._told = time.monotonic()
            self._terminal.note(self.line())

    def say(self, text: str) -> None:
        """Print a line that stays."""
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False)
        else:
            self._terminal.note(text)

    def line(self) -> str:
        """Rows done, rate, time that remains, and failures."""
        tally, seconds = self._tally, time.monotonic() - self._begun
        if tally is None:
            return f"0 of {self._scenarios:,} scenarios, {seconds:,.0f} s"
        rate = (tally.done - tally.before) / seconds if seconds > 0 else 0.0
        left = (tally.distinct - tally.done) / rate if rate > 0 else float("inf")
        return (
            f"{tally.done:,} of {tally.distinct:,}, {_rate(rate)}, {_duration(left)} left,"
            f" {tally.failures:,} failed"
        )

    def __enter__(self) -> Self:
        if not self._terminal.quiet and self._terminal.err.is_terminal:
            self._live = Live(
                console=self._terminal.err,
                get_renderable=self._bar,
                refresh_per_second=2,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._tally is not None:
            self._terminal.note(self.line())

    def _bar(self) -> Table:
        done, total = 0, self._scenarios
        if self._tally is not None:
            done, total = self._tally.done, self._tally.distinct
        grid = Table.grid(padding=(0, 1))
        grid.add_row(ProgressBar(total, done, width=BAR_LETTERS), Text(self.line(), no_wrap=True))
        return grid


def _rate(rate: float) -> str:
    """A rate, by the second or by the minute."""
    return f"{rate:,.1f} a second" if rate >= 1 else f"{60 * rate:,.1f} a minute"


def _duration(seconds: float) -> str:
    """A time in hours, minutes or seconds."""
    if seconds == float("inf"):
        return "unknown time"
    if seconds >= 3600:
        return f"{seconds / 3600:,.1f} h"
    return f"{seconds / 60:,.0f} min" if seconds >= 120 else f"{seconds:,.0f} s"
