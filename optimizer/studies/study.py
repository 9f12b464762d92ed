"""A study: what-ifs as data, and their runs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pyarrow as pa

from optimizer.errors import InputError, Problem, StoppedError
from optimizer.load import load_instance
from optimizer.schema.instance import Instance
from optimizer.solvers.interrupts import stop_on_interrupt
from optimizer.studies.cluster import threads_of
from optimizer.studies.definition import STUDY_FORMAT, Definition
from optimizer.studies.executors import GivenPool, LocalPool, Pool
from optimizer.studies.preflight import check
from optimizer.studies.reading import Written, define, read_definition, saved_definition
from optimizer.studies.result_schema import schema_of
from optimizer.studies.rows import Row, Tally, frame_of, is_failure, row_of, standing, tally_of
from optimizer.studies.runner import Runner
from optimizer.studies.scenarios import Scenario, Scenarios, digest_of_base
from optimizer.studies.store import INSTANCE, Store
from optimizer.studies.worker import Base, Task

DEFAULT_JOBS = 2
THREADS = 1
"""Solver threads per scenario: parallel scenarios use the cores better than threads do."""


class Study:
    """What-ifs as data.

    Parameters
    ----------
    instance : Instance
        Base instance of all scenarios.
    **definition
        Fields of a study file: ``name``, ``overrides``, ``scenarios``, ``axes``, ``sample``,
        ``keep``, ``options``, ...

    Raises
    ------
    InputError
        With every problem of the definition.
    """

    def __init__(self, instance: Instance, **definition: Any) -> None:
        self._settle(define({"name": "study", **definition}), instance)

    def _settle(self, written: Written, instance: Instance) -> None:
        self.definition: Definition = written.definition
        self.instance = instance
        self._places = written.places
        self.scenarios = Scenarios(written, instance)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a study file and its instance.

        Raises
        ------
        InputError
            With every problem: file, line, field, value and what is allowed.
        """
        file = Path(path)
        written = read_definition(file)
        if not written.definition.instance:
            raise InputError(
                [written.places.problem(("instance",), "is required: a folder or a file")]
            )
        study = cls.__new__(cls)
        study._settle(written, load_instance(file.parent / written.definition.instance))
        return study

    @classmethod
    def open(cls, out: str | PathLike[str]) -> Self:
        """Read a study from the folder of its results, which also contains its instance.

        Raises
        ------
        InputError
            If the folder contains no study.
        """
        folder = Path(out)
        written = define(*saved_definition(folder))
        study = cls.__new__(cls)
        study._settle(written, load_instance(folder / INSTANCE))
        return study

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.definition.name

    @property
    def columns(self) -> pa.Schema:
        """Columns of the results."""
        return schema_of(self.definition, dict(self.scenarios.distributions))

    def __len__(self) -> int:
        return len(self.scenarios)

    def check(self) -> None:
        """Apply each change once, to find wrong paths before the study starts.

        Every scenario, every value of an axis and both ends of each number drawn are applied to
        the first scenario of the grid, one at a time.  Whether they go together shows when they
        run.

        Raises
        ------
        InputError
            With every problem found.
        """
        check(self.instance, self.scenarios, self._places)

    def run(
        self,
        out: str | PathLike[str],
        *,
        jobs: int = DEFAULT_JOBS,
        executor: Executor | None = None,
        again: bool = False,
        on_row: Callable[[Row, Tally], None] | None = None,
    ) -> pd.DataFrame:
        """Run the scenarios without a row, and return all results.

        Parameters
        ----------
        out : path
            Folder for the results; a folder with part of this study is resumed.
        jobs : int
            Number of processes on this machine.
        executor : concurrent.futures.Executor, optional
            Runs the scenarios instead, `jobs` at a time.  That of a Dask client,
            ``client.get_executor()``, runs as many as its workers have threads.
        again : bool
            Whether to rerun scenarios that failed or ran out of time.
        on_row : callable, optional
            Called with each row once it is saved, and the progress of the study.

        Returns
        -------
        DataFrame
            As returned by `results`.

        Raises
        ------
        InputError
            If a change has a wrong path, or the folder cannot be written.
        StoppedError
            If the study stops early, by Ctrl-C or because it cannot continue; rows are kept.
        """
        for row, tally in self.stream(out, jobs=jobs, executor=executor, again=again):
            if on_row is not None:
                on_row(row, tally)
        tally = self.tally(out)
        if not tally.complete:
            raise StoppedError(f"{tally.done} of {tally.distinct} scenarios have a result in {out}")
        return self.results(out)

    def stream(
        self,
        out: str | PathLike[str],
        *,
        jobs: int = DEFAULT_JOBS,
        executor: Executor | None = None,
        again: bool = False,
    ) -> Iterator[tuple[Row, Tally]]:
        """Run the scenarios without a row, and yield each row once it is saved; see `run`.

        Rows come in the order in which scenarios finish.  After Ctrl-C, scenarios started on this
        machine finish and no other starts: the rows then end without an error.
        """
        check_jobs(jobs)
        self.check()
        store = Store(Path(out), self.columns)
        store.prepare(self.record(), self.instance.to_json())
        done, failures = standing(store, self.scenarios, again)
        before = len(done)
        total, distinct = len(self), len({scenario.digest for scenario in self.scenarios})
        if before == distinct:
            return
        with stop_on_interrupt() as should_stop:
            base = Base.of(self.instance, digest_of_base(self.instance))
            tasks = self._task_of(base)
            runner = Runner(_pool(jobs, executor), base, tasks, should_stop)
            with closing(runner):
                for scenario, outcome in runner.run(self._fresh(done, store)):
                    row = row_of(scenario, outcome)
                    with _writing(store):
                        store.write(row, outcome.tables)
                    done.add(scenario.digest)
                    failures += is_failure(row)
                    yield row, Tally(total, distinct, len(done), before, failures)

    def _fresh(self, done: set[str], store: Store) -> Iterator[Scenario]:
        """Yield the scenarios to run, each once, unless another writer has saved it meanwhile."""
        started = set(done)
        for scenario in self.scenarios:
            if scenario.digest not in started:
                started.add(scenario.digest)
                if store.read(scenario.digest) is None:
                    yield scenario

    def _task_of(self, base: Base) -> Callable[[Scenario], Task]:
        keep, options = self.definition.keep, self.definition.options
        return lambda scenario: Task(base.digest, None, scenario.edits, keep, options, THREADS)

    def tally(self, out: str | PathLike[str]) -> Tally:
        """Count the rows of the study in a folder."""
        return tally_of(Store(Path(out), self.columns), self.scenarios)

    def results(self, out: str | PathLike[str]) -> pd.DataFrame:
        """Return all results so far: one row per scenario, in the study's order.

        Parameters
        ----------
        out : path
            Folder of the results.

        Returns
        -------
        DataFrame
            Columns ``scenario``, ``case`` and ``draw``, one for each axis and parameter, how the
            scenario ended, and figures with their unit in their name.
        """
        return frame_of(Store(Path(out), self.columns), self.scenarios)

    def save_results(self, out: str | PathLike[str]) -> Path:
        """Write all results so far as one table, ``results.parquet``; return its path.

        Raises
        ------
        StoppedError
            If it cannot be written.
        """
        store = Store(Path(out), self.columns)
        with _writing(store):
            return store.save(self.results(out))

    def record(self) -> dict[str, Any]:
        """Return the record of the study that is saved beside its results."""
        return {
            "format": STUDY_FORMAT,
            "study": self.definition.dump(),
            "scenarios": len(self),
            "instance": {
                "name": self.instance.name,
                "title": self.instance.title,
                "digest": digest_of_base(self.instance),
            },
            "drawn": sorted(self.scenarios.distributions),
            "assumptions_left_out": self.scenarios.left_out,
        }


@contextmanager
def _writing(store: Store) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoppedError(f"{store.folder} cannot be written: {error.strerror}") from error


def _pool(jobs: int, executor: Executor | None) -> Pool:
    if executor is None:
        return LocalPool(jobs)
    threads = threads_of(executor)
    return GivenPool(executor, lambda: max(jobs, threads()))


def check_jobs(jobs: int) -> None:
    """Raise InputError if the number of processes is out of range."""
    if not 1 <= jobs <= 1024:
        message = "must be at least 1 and at most 1024"
        raise InputError([Problem("options", None, "jobs", str(jobs), message)])
