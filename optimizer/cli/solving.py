"""What the commands that solve share: their options, progress and last lines."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.cli.options import Backend, Gap, Method, Out, Set, Threads, TimeLimit
from optimizer.cli.progress import SolveProgress
from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.schema.instance import Instance

STOPPING = "Stopping with the best plan so far; press Ctrl-C again to abort"


@dataclass(frozen=True)
class Solving:
    """Options of every command that solves an instance and saves the result."""

    out: Out = None
    overrides: Set = None
    gap: Gap = 1e-3
    time_limit: TimeLimit = None
    threads: Threads = None
    backend: Backend = "highs"
    method: Method = "auto"

    @property
    def keywords(self) -> dict[str, Any]:
        """The options as keyword arguments of the library."""
        return {
            "gap": self.gap,
            "time_limit_s": math.inf if self.time_limit is None else self.time_limit,
            "backend": self.backend,
            "method": self.method,
            "threads": self.threads,
        }

    def load(self, path: Path, file: str, result: str) -> tuple["Instance", Path]:
        """Check the options, read the instance and choose the folder of its result.

        Parameters
        ----------
        path : Path
            The instance.
        file, result : str
            As of `optimizer.cli.folder.result_folder`.

        Raises
        ------
        InputError
            If any of them is not valid.
        """
        from optimizer.cli.folder import result_folder
        from optimizer.load import load_instance
        from optimizer.solvers.context import check_options

        check_options(**self.keywords)
        instance = load_instance(path, self.overrides or ())
        return instance, result_folder(self.out, instance.name, file, result)

    def conclude(
        self,
        terminal: Terminal,
        folder: Path,
        summary: Mapping[str, Any],
        warnings: Sequence[str] = (),
        saved: str = "",
    ) -> None:
        """Print overrides, warnings and where the result is saved, or the JSON document."""
        if self.overrides:
            terminal.say_unwrapped("\nOverrides: " + ", ".join(self.overrides))
        for warning in warnings:
            terminal.say(f"\nWarning: {warning}.")
        terminal.say_unwrapped(f"\nSaved in {folder}{saved or '.'}")
        terminal.document({"set": self.overrides or [], "out": str(folder), **summary})


@contextmanager
def shown_progress(terminal: Terminal) -> Iterator[SolveProgress]:
    """Show progress while solving and saving; the first Ctrl-C asks the search to stop."""
    from optimizer.solvers.interrupts import stop_on_interrupt

    progress = SolveProgress(terminal)
    with stop_on_interrupt(on_ask=lambda: progress.say(STOPPING)), progress:
        yield progress
