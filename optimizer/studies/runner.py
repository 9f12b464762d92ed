"""Runs scenarios through a pool: a few at a time, whatever happens to the workers."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, replace

from optimizer.errors import StoppedError
from optimizer.studies.executors import Pool
from optimizer.studies.scenarios import Scenario
from optimizer.studies.worker import (
    CRASHED,
    INTERRUPTED,
    REASON_LETTERS,
    Base,
    Found,
    NeedsBase,
    Task,
)

LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Flight:
    """A scenario under way; alone where a worker died when it was under way before."""

    scenario: Scenario
    alone: bool
    with_base: bool = False


class Runner:
    """Hands scenarios to a pool and yields what comes of them, as it comes.

    Memory is bounded: as many scenarios are under way as the pool's window, and the next is made
    when one has come back.

    Parameters
    ----------
    pool : Pool
    base : Base
    task : callable
        Makes a task of a scenario, without its base.
    should_stop : callable
        Once true no scenario is begun any more, and those that workers have begun are waited for.
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
        self._flying: dict[Future[Found | NeedsBase], Flight] = {}
        self._suspects: deque[Scenario] = deque()

    def run(self, scenarios: Iterable[Scenario]) -> Iterator[tuple[Scenario, Found]]:
        """Yield each scenario with what came of it; one that was interrupted is left out.

        Raises
        ------
        StoppedError
            Where there is nobody any more who works scenarios out.
        """
        coming = iter(scenarios)
        while True:
            if self._should_stop():
                self._withdraw()
            else:
                self._fill(coming)
            if not self._flying:
                return
            wait(self._flying, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            for future in [one for one in self._flying if one.done()]:
                # A worker's death ends every future of a pool, those handled already too.
                if future in self._flying:
                    yield from self._come(future)

    def _fill(self, coming: Iterator[Scenario]) -> None:
        """Begin what there is room for; a scenario that may kill its worker, all alone."""
        if self._suspects:
            if not self._flying:
                self._begin(Flight(self._suspects.popleft(), alone=True))
            return
        while len(self._flying) < self._pool.window() and not self._suspects:
            scenario = next(coming, None)
            if scenario is None or self._should_stop():
                return
            self._begin(Flight(scenario, alone=False))

    def _begin(self, flight: Flight) -> None:
        task = self._task(flight.scenario)
        if flight.with_base:
            task = replace(task, base=self._base)
        try:
            self._flying[self._pool.submit(task)] = flight
        except BrokenExecutor:  # a worker died between two scenarios
            self._after_death([flight.scenario])
        except (OSError, RuntimeError) as error:  # no process to be had, or an executor that ended
            raise StoppedError(f"no worker takes scenarios any more: {_said(error)}") from error

    def _withdraw(self) -> None:
        """Take back what no worker has begun."""
        for future in [one for one in self._flying if self._pool.withdraw(one)]:
            del self._flying[future]

    def _come(self, future: "Future[Found | NeedsBase]") -> Iterator[tuple[Scenario, Found]]:
        flight = self._flying.pop(future)
        try:
            error = future.exception()
        except CancelledError:  # not by us
            message = "the executor dropped what it was given; has its scheduler ended?"
            raise StoppedError(message) from None
        if isinstance(error, BrokenExecutor):
            others = [self._flying.pop(one).scenario for one in [*self._flying] if not _came(one)]
            self._after_death([] if flight.alone else [flight.scenario, *others])
            if flight.alone:
                yield flight.scenario, Found(CRASHED, "its worker died, twice", 0.0)
            return
        if error is not None and not flight.alone:
            # A cluster that lost worker after worker blames all that waited there.
            self._suspects.append(flight.scenario)
            return
        if error is not None:
            yield flight.scenario, Found(CRASHED, _said(error)[:REASON_LETTERS], 0.0)
            return
        found = future.result()
        if isinstance(found, Found):
            if found.status != INTERRUPTED:
                yield flight.scenario, found
        elif flight.with_base:
            raise StoppedError("workers do not keep the instance that they are given")
        else:
            self._begin(replace(flight, with_base=True))

    def _after_death(self, scenarios: list[Scenario]) -> None:
        """Begin the pool anew; who was under way is tried again, one at a time."""
        self._pool.renew()
        self._suspects.extend(scenarios)

    def close(self) -> None:
        """End the pool, at once where scenarios are still under way."""
        with contextlib.suppress(Exception):
            for future in self._flying:
                future.cancel()
        self._pool.close(at_once=bool(self._flying))


def _came(future: "Future[Found | NeedsBase]") -> bool:
    """Whether something came of a scenario before its pool broke down."""
    return future.done() and not future.cancelled() and future.exception() is None


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
