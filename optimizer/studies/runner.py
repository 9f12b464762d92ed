"""Run scenarios through a pool, a few at a time, whatever happens to its workers."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from dataclasses import dataclass, replace

from optimizer.errors import StoppedError
from optimizer.studies.executors import Pool, Submitted
from optimizer.studies.scenarios import Scenario
from optimizer.studies.worker import (
    CRASHED,
    INTERRUPTED,
    REASON_LETTERS,
    Base,
    ScenarioOutcome,
    Task,
)

LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class InFlight:
    """A submitted scenario; it runs alone if a worker died while it was in flight before."""

    scenario: Scenario
    alone: bool
    with_base: bool = False


class Runner:
    """Hands scenarios to a pool and yields their outcomes as they arrive.

    Memory is bounded: the pool's window limits the scenarios in flight, and the next one is made
    when another returns.

    Parameters
    ----------
    pool : Pool
    base : Base
    task : callable
        Makes the task of a scenario, without its base.
    should_stop : callable
        Once true, no more scenarios are started, and those that workers have started are finished.
    """

    def __init__(
        self,
        pool: Pool,
        base: Base,
        task: Callable[[Scenario], Task],
        should_stop: Callable[[], bool],
    ) -> None:
        self._pool = pool
        self._base = base
        self._task = task
        self._should_stop = should_stop
        self._in_flight: dict[Submitted, InFlight] = {}
        self._suspects: deque[Scenario] = deque()

    def run(self, scenarios: Iterable[Scenario]) -> Iterator[tuple[Scenario, ScenarioOutcome]]:
        """Yield each scenario with its outcome, except interrupted ones.

        Raises
        ------
        StoppedError
            If no worker is left.
        """
        remaining = iter(scenarios)
        while True:
            if self._should_stop():
                self._withdraw()
            else:
                self._fill(remaining)
            if not self._in_flight:
                return
            wait(self._in_flight, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            for future in [future for future in self._in_flight if future.done()]:
                # A worker's death ends every future of its pool, so one may be handled already.
                if future in self._in_flight:
                    yield from self._collect(future)

    def _fill(self, remaining: Iterator[Scenario]) -> None:
        """Submit what there is room for; a scenario that may kill its worker runs alone."""
        if self._suspects:
            if not self._in_flight:
                self._submit(InFlight(self._suspects.popleft(), alone=True))
            return
        while len(self._in_flight) < self._pool.window() and not self._suspects:
            scenario = next(remaining, None)
            if scenario is None or self._should_stop():
                return
            self._submit(InFlight(scenario, alone=False))

    def _submit(self, flight: InFlight) -> None:
        task = self._task(flight.scenario)
        if flight.with_base:
            task = replace(task, base=self._base)
        try:
            self._in_flight[self._pool.submit(task)] = flight
        except BrokenExecutor:  # a worker died between two scenarios
            self._after_death([flight.scenario])
        except (OSError, RuntimeError) as error:  # no process can start, or the executor ended
            raise StoppedError(
                f"no worker accepts scenarios any more: {_described(error)}"
            ) from error

    def _withdraw(self) -> None:
        """Take back the scenarios that no worker has started."""
        for future in [future for future in self._in_flight if self._pool.withdraw(future)]:
            del self._in_flight[future]

    def _collect(self, future: Submitted) -> Iterator[tuple[Scenario, ScenarioOutcome]]:
        flight = self._in_flight.pop(future)
        try:
            error = future.exception()
        except CancelledError:  # not by this runner
            message = "the executor dropped its scenarios; has its scheduler ended?"
            raise StoppedError(message) from None
        if isinstance(error, BrokenExecutor):
            lost = [other for other in self._in_flight if not _has_outcome(other)]
            others = [self._in_flight.pop(other).scenario for other in lost]
            self._after_death([] if flight.alone else [flight.scenario, *others])
            if flight.alone:
                yield flight.scenario, ScenarioOutcome(CRASHED, "its worker died twice", 0.0)
            return
        if error is not None and not flight.alone:
            # A cluster that loses several workers blames every scenario that waited there.
            self._suspects.append(flight.scenario)
            return
        if error is not None:
            yield flight.scenario, ScenarioOutcome(CRASHED, _described(error)[:REASON_LETTERS], 0.0)
            return
        outcome = future.result()
        if isinstance(outcome, ScenarioOutcome):
            if outcome.status != INTERRUPTED:
                yield flight.scenario, outcome
        elif flight.with_base:
            raise StoppedError("workers do not keep the instance that they receive")
        else:
            self._submit(replace(flight, with_base=True))

    def _after_death(self, scenarios: list[Scenario]) -> None:
        """Restart the pool; scenarios that were in flight are retried one at a time."""
        self._pool.renew()
        self._suspects.extend(scenarios)

    def close(self) -> None:
        """Close the pool, at once if scenarios are still in flight."""
        with contextlib.suppress(Exception):
            for future in self._in_flight:
                future.cancel()
        self._pool.close(at_once=bool(self._in_flight))


def _has_outcome(future: Submitted) -> bool:
    """Whether a scenario returned before its pool broke down."""
    return future.done() and not future.cancelled() and future.exception() is None


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
