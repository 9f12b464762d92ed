"""A study: what-ifs as data, and how they are run."""

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
"""Of each scenario's solver: scenarios side by side use the cores better than threads do."""


class Study:
    """What-ifs as data.

    Parameters
    ----------
    instance : Instance
        What they start from.
    **definition
        The fields of a study file: ``name``, ``overrides``, ``scenarios``, ``axes``, ``sample``,
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
        """Read a study file, and the instance that it names.

        Raises
        ------
        InputError
            With every problem: file, line, field, value, and what is allowed.
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
        """Read a study back from the folder of its results, which holds its instance too.

        Raises
        ------
        InputError
            Where the folder holds no study.
        """
        folder = Path(out)
        written = define(*saved_definition(folder))
        study = cls.__new__(cls)
        study._settle(written, load_instance(folder / INSTANCE))
        return study

    @property
    def name(self) -> str:
        """Its name."""
        return self.definition.name

    @property
    def columns(self) -> pa.Schema:
        """Columns of its results."""
        return schema_of(self.definition, dict(self.scenarios.distributions))

    def __len__(self) -> int:
        return len(self.scenarios)

    def check(self) -> None:
        """Make each change once: a path that leads nowhere ends the study before it begins.

        Every scenario, every value of an axis, and the ends of what is drawn are put over the
        first scenario of the grid, one at a time.  Whether they go together shows when they are
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
        """Run what has no row yet, and return all results.

        Parameters
        ----------
        out : path
            Folder of the results; one that holds some of this study is gone on with.
        jobs : int
            Processes of this machine.
        executor : concurrent.futures.Executor, optional
            Works scenarios out instead; `jobs` is how many at a time.  That of a Dask client,
            ``client.get_executor()``, takes as many as its workers have threads.
        again : bool
            Whether scenarios that failed, or were stopped by the time limit, are run again.
        on_row : callable, optional
            Called with each row as it is kept, and how far the study is.

        Returns
        -------
        DataFrame
            As `results` does.

        Raises
        ------
        InputError
            Where a change leads nowhere, or the folder cannot be written.
        StoppedError
            Where it ended early, by Ctrl-C or because it could not go on: what is done is kept.
        """
        for row, tally in self.stream(out, jobs=jobs, executor=executor, again=again):
            if on_row is not None:
                on_row(row, tally)
        tally = self.tally(out)
        if not tally.complete:
            raise StoppedError(f"{tally.done} of {tally.distinct} scenarios have a row in {out}")
        return self.results(out)

    def stream(
        self,
        out: str | PathLike[str],
        *,
        jobs: int = DEFAULT_JOBS,
        executor: Executor | None = None,
        again: bool = False,
    ) -> Iterator[tuple[Row, Tally]]:
        """Run what has no row yet, and yield each row once it is kept; see `run`.

        Rows come in the order in which they end.  At Ctrl-C those that this machine has begun end,
        and no other begins: the rows then stop, without an error.
        """
        check_jobs(jobs)
        self.check()
        store = Store(Path(out), self.columns)
        store.prepare(self.facts(), self.instance.to_json())
        done, failures = standing(store, self.scenarios, again)
        before = len(done)
        names = {scenario.digest for scenario in self.scenarios}
        total, distinct = len(self), len(names)
        del names
        if before == distinct:
            return
        with stop_on_interrupt() as should_stop:
            base = Base.of(self.instance, digest_of_base(self.instance))
            tasks = self._task_of(base)
            runner = Runner(_pool(jobs, executor), base, tasks, should_stop)
            with closing(runner):
                for scenario, found in runner.run(self._fresh(done, store)):
                    row = row_of(scenario, found)
                    with _kept_in(store):
                        store.write(row, found.tables)
                    done.add(scenario.digest)
                    failures += is_failure(row)
                    yield row, Tally(total, distinct, len(done), before, failures)

    def _fresh(self, done: set[str], store: Store) -> Iterator[Scenario]:
        """Scenarios to be run, each once: another writer of the folder may have been there."""
        begun = set(done)
        for scenario in self.scenarios:
            if scenario.digest not in begun:
                begun.add(scenario.digest)
                if store.read(scenario.digest) is None:
                    yield scenario

    def _task_of(self, base: Base) -> Callable[[Scenario], Task]:
        keep, options = self.definition.keep, self.definition.options
        return lambda scenario: Task(base.digest, None, scenario.edits, keep, options, THREADS)

    def tally(self, out: str | PathLike[str]) -> Tally:
        """How far the study is that a folder holds."""
        return tally_of(Store(Path(out), self.columns), self.scenarios)

    def results(self, out: str | PathLike[str]) -> pd.DataFrame:
        """All that is done so far: one row a scenario, in the study's order.

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
        """Write all that is done so far as one table, ``results.parquet``; its file.

        Raises
        ------
        StoppedError
            Where it cannot be written.
        """
        store = Store(Path(out), self.columns)
        with _kept_in(store):
            return store.save(self.results(out))

    def facts(self) -> dict[str, Any]:
        """The study as it is written down beside its results."""
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
def _kept_in(store: Store) -> Iterator[None]:
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
    """Raise InputError where there cannot be so many processes."""
    if not 1 <= jobs <= 1024:
        raise InputError(
            [Problem("options", None, "jobs", str(jobs), "must be at least 1 and at most 1024")]
        )
