"""Runs scenarios through a pool: a few at a time, whatever happens to the workers."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, replace

from optimizer.errors import StoppedError
from optimizer.studies.pools import Pool
from optimizer.studies.scenarios import Scenario
from optimizer.studies.work import CRASHED, INTERRUPTED, Base, Found, NeedsBase, Task

LOOK_EVERY_S = 0.2
MOST_REFUSALS = 100
"""Times in a row that workers may say they lack the base that they were given."""


@dataclass(frozen=True)
class Flight:
    """A scenario under way; alone where a worker died when it was under way before."""

    scenario: Scenario
    alone: bool


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
        Once true no scenario is begun any more, and those under way are waited for.
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
        self._refusals = 0

    def run(self, scenarios: Iterable[Scenario]) -> Iterator[tuple[Scenario, Found]]:
        """Yield each scenario with what came of it; one that was interrupted is left out."""
        coming = iter(scenarios)
        while True:
            if not self._should_stop():
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

    def _begin(self, flight: Flight, with_base: bool = False) -> None:
        task = self._task(flight.scenario)
        if with_base:
            task = replace(task, base=self._base)
        try:
            self._flying[self._pool.submit(task)] = flight
        except BrokenExecutor:  # a worker died between two scenarios
            self._after_death([flight.scenario])

    def _come(self, future: "Future[Found | NeedsBase]") -> Iterator[tuple[Scenario, Found]]:
        flight = self._flying.pop(future)
        try:
            found = future.result()
        except BrokenExecutor:
            others = [one.scenario for one in self._flying.values()]
            self._flying.clear()
            self._after_death([] if flight.alone else [flight.scenario, *others])
            if flight.alone:
                yield flight.scenario, Found(CRASHED, "its worker died, twice", 0.0)
            return
        except Exception as error:  # an executor's own: a cluster lost worker after worker on it
            yield flight.scenario, Found(CRASHED, f"{type(error).__name__}: {error}", 0.0)
            return
        if isinstance(found, NeedsBase):
            self._refusals += 1
            if self._refusals > MOST_REFUSALS:
                raise StoppedError("workers do not keep the instance that they are given")
            self._begin(flight, with_base=True)
            return
        self._refusals = 0
        if found.status != INTERRUPTED:
            yield flight.scenario, found

    def _after_death(self, scenarios: list[Scenario]) -> None:
        """Begin the pool anew; who was under way is tried again, one at a time."""
        if not self._pool.renew():
            raise StoppedError("the executor broke down when a worker died")
        self._suspects.extend(scenarios)

    def close(self) -> None:
        """End the pool, at once where scenarios are still under way."""
        with contextlib.suppress(Exception):
            for future in self._flying:
                future.cancel()
        self._pool.close(at_once=bool(self._flying))
