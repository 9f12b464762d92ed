"""One scenario, from its edits to its row: what a worker does, wherever it runs."""

import math
import threading
import time
import traceback
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

import pandas as pd

from optimizer.counterfactual import displacement
from optimizer.errors import InputError, SolverError
from optimizer.load import with_overrides
from optimizer.load.edits import Edit
from optimizer.plan.plan import INFEASIBLE, SOLVED, STOPPED
from optimizer.planner import solve
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Backend
from optimizer.studies.definition import Keep, Options
from optimizer.studies.result_row import Cell, of_displacement, of_plan

SOLVED_ROW, STOPPED_ROW, INTERRUPTED = "solved", "stopped", "interrupted"
BAD_INPUT, FAILED, CRASHED = "bad_input", "failed", "crashed"
AGAIN = (FAILED, CRASHED, STOPPED_ROW, *STOPPED)
"""Statuses of scenarios that another attempt may end otherwise."""

KEPT_BASES = 2
"""Base instances that a worker keeps: one of the study, one of a study before it."""
REASON_LETTERS = 2000


@dataclass(frozen=True)
class Base:
    """The instance that a study starts from, as it travels to a worker."""

    digest: str
    packed: bytes

    @classmethod
    def of(cls, instance: Instance, digest: str) -> "Base":
        """Pack an instance."""
        return cls(digest, zlib.compress(instance.to_json().encode()))

    def unpack(self) -> Instance:
        """The instance again."""
        return Instance.model_validate_json(zlib.decompress(self.packed))


@dataclass(frozen=True)
class Task:
    """What a worker is given.

    Attributes
    ----------
    digest : str
        Of the base instance.
    base : Base or None
        The base itself; None where the worker is thought to have it.
    edits, keep, options, threads
        As in the study.
    """

    digest: str
    base: Base | None
    edits: tuple[Edit, ...]
    keep: Keep
    options: Options
    threads: int | None


@dataclass(frozen=True)
class Found:
    """What came of a scenario: figures by column, and the tables that are kept."""

    status: str
    reason: str | None
    seconds: float
    cells: Mapping[str, Cell] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    version: str = ""


class NeedsBase:
    """A worker's answer where it does not have the base instance."""


class _Here(threading.local):
    """What a thread of a worker keeps from one scenario to the next."""

    def __init__(self) -> None:
        self.bases: dict[str, Instance] = {}
        self.warm: dict[tuple[str, str], Backend] = {}


_here = _Here()


def perform(task: Task) -> Found | NeedsBase:
    """Work a scenario out.  Whatever goes wrong is a row: no scenario ends its study."""
    begun = time.perf_counter()
    if task.base is not None and task.digest not in _here.bases:
        while len(_here.bases) >= KEPT_BASES:
            _here.bases.pop(next(iter(_here.bases)))
        _here.bases[task.digest] = task.base.unpack()
    if task.digest not in _here.bases:
        return NeedsBase()
    cells: dict[str, Cell] = {}
    tables: dict[str, pd.DataFrame] = {}
    status, reason = SOLVED_ROW, None
    try:
        instance = with_overrides(_here.bases[task.digest], task.edits)
        status, reason = _answer(instance, task, cells, tables)
    except InputError as error:
        status, reason = BAD_INPUT, "; ".join(map(str, error.problems))
    except (SolverError, MemoryError) as error:
        status, reason = FAILED, f"{type(error).__name__}: {error}"
    except KeyboardInterrupt:
        status = INTERRUPTED
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rpartition('optimizer/')[2]}:{last.lineno}"
        status, reason = FAILED, f"a fault of ours: {type(error).__name__}: {error} ({place})"
    if status == FAILED:
        _here.warm.clear()  # whatever went wrong must not go on from where it ended
    return Found(
        status,
        reason[:REASON_LETTERS] if reason else None,
        time.perf_counter() - begun,
        cells,
        tables,
        version("optimizer"),
    )


def _answer(
    instance: Instance, task: Task, cells: dict[str, Cell], tables: dict[str, pd.DataFrame]
) -> tuple[str, str | None]:
    """Fill in the figures of what is kept; the status of it all, and why."""
    keep, options = task.keep, task.options
    limit_s = options.time_limit_s or math.inf
    ends: list[tuple[str, str]] = []
    if keep.plan:
        plan = solve(
            instance,
            gap=options.gap,
            time_limit_s=limit_s,
            backend=_backend(options.backend, "plan"),
            method=options.method,
            threads=task.threads,
            prices="prices" in keep.tables,
        )
        cells |= of_plan(plan)
        tables |= {name: plan.tables[name] for name in keep.tables}
        ends.append((_ended(plan.status, plan.has_point), f"plan: {plan.status}"))
    for name in keep.displacement:
        answer = displacement(
            instance,
            name,
            gap=options.gap,
            time_limit_s=limit_s,
            backend=_backend(options.backend, name),
            method=options.method,
            threads=task.threads,
            attribution=keep.attribution,
            proof=keep.proof,
            elasticity_range=False,
        )
        cells |= of_displacement(answer, name)
        ends.append((_ended(answer.status, bool(answer.plans)), f"{name}: {answer.status}"))
    for worst in (INTERRUPTED, FAILED, *STOPPED, *INFEASIBLE, STOPPED_ROW):
        why = [reason for status, reason in ends if status == worst]
        if why:
            return worst, "; ".join(why)
    return SOLVED_ROW, None


def _ended(status: str, has_point: bool) -> str:
    """Status of a row from that of a plan, or of a displacement."""
    if status in (*SOLVED, SOLVED_ROW):
        return SOLVED_ROW
    if status == INTERRUPTED or status in INFEASIBLE:
        return status
    if has_point:
        return STOPPED_ROW
    return status if status in STOPPED else FAILED


def _backend(name: str, what: str) -> Backend | str:
    """A solver that goes on from where it ended in the scenario before, where it can."""
    if name != "highs":
        return name
    from optimizer.solvers.backends.warm_start import Warm

    warm = _here.warm.setdefault((name, what), Warm())
    if isinstance(warm, Warm):
        warm.begin()
    return warm
