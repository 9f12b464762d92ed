"""What a worker does, wherever it runs: one scenario, from its edits to its row."""

import math
import threading
import time
import traceback
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

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
"""Statuses of scenarios that may succeed if rerun."""

KEPT_BASES = 2
"""Base instances that a worker keeps: those of its study and of the one before."""
REASON_LETTERS = 2000


@dataclass(frozen=True)
class Base:
    """Base instance of a study, packed for transfer to a worker."""

    digest: str
    packed: bytes

    @classmethod
    def of(cls, instance: Instance, digest: str) -> "Base":
        """Pack an instance."""
        return cls(digest, zlib.compress(instance.to_json().encode()))

    def unpack(self) -> Instance:
        """Return the instance."""
        return Instance.model_validate_json(zlib.decompress(self.packed))


@dataclass(frozen=True)
class Task:
    """A scenario for a worker.

    Attributes
    ----------
    digest : str
        Digest of the base instance.
    base : Base or None
        The base itself; None if the worker should have it already.
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
class ScenarioOutcome:
    """Outcome of a scenario: figures by column, and the tables kept."""

    status: str
    reason: str | None
    seconds: float
    cells: Mapping[str, Cell] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    version: str = ""


class NeedsBase:
    """Reply of a worker without the base instance."""


class _ThreadState(threading.local):
    """State of a worker's thread between scenarios."""

    def __init__(self) -> None:
        self.bases: dict[str, Instance] = {}
        self.warm: dict[tuple[str, str], Backend] = {}


_state = _ThreadState()


def perform(task: Task) -> ScenarioOutcome | NeedsBase:
    """Run a scenario.  Any failure becomes a row: no scenario ends its study."""
    begun = time.perf_counter()
    if task.base is not None and task.digest not in _state.bases:
        while len(_state.bases) >= KEPT_BASES:
            _state.bases.pop(next(iter(_state.bases)))
        _state.bases[task.digest] = task.base.unpack()
    if task.digest not in _state.bases:
        return NeedsBase()
    cells: dict[str, Cell] = {}
    tables: dict[str, pd.DataFrame] = {}
    status, reason = SOLVED_ROW, None
    try:
        instance = with_overrides(_state.bases[task.digest], task.edits)
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
        status, reason = FAILED, f"internal error: {type(error).__name__}: {error} ({place})"
    if status == FAILED:
        _state.warm.clear()  # no scenario must continue from a failed solve
    return ScenarioOutcome(
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
    """Fill in the figures and tables kept; return the overall status and its reason."""
    keep, options = task.keep, task.options
    common: dict[str, Any] = {
        "gap": options.gap,
        "time_limit_s": options.time_limit_s or math.inf,
        "method": options.method,
        "threads": task.threads,
    }
    ends: list[tuple[str, str]] = []
    if keep.plan:
        plan = solve(
            instance,
            backend=_backend(options.backend, "plan"),
            prices="prices" in keep.tables,
            **common,
        )
        cells |= of_plan(plan)
        tables |= {name: plan.tables[name] for name in keep.tables}
        ends.append((_ended(plan.status, plan.has_point), f"plan: {plan.status}"))
    for name in keep.displacement:
        answer = displacement(
            instance,
            name,
            backend=_backend(options.backend, name),
            attribution=keep.attribution,
            proof=keep.proof,
            elasticity_range=False,
            flip=False,
            **common,
        )
        cells |= of_displacement(answer, name)
        ends.append((_ended(answer.status, bool(answer.plans)), f"{name}: {answer.status}"))
    for worst in (INTERRUPTED, FAILED, *STOPPED, *INFEASIBLE, STOPPED_ROW):
        reasons = [reason for status, reason in ends if status == worst]
        if reasons:
            return worst, "; ".join(reasons)
    return SOLVED_ROW, None


def _ended(status: str, has_point: bool) -> str:
    """Convert the status of a plan or displacement to that of a row."""
    if status in (*SOLVED, SOLVED_ROW):
        return SOLVED_ROW
    if status == INTERRUPTED or status in INFEASIBLE:
        return status
    if has_point:
        return STOPPED_ROW
    return status if status in STOPPED else FAILED


def _backend(name: str, question: str) -> Backend | str:
    """Return a solver that warm-starts from the previous scenario, if it can."""
    if name != "highs":
        return name
    from optimizer.solvers.backends.warm_start import Warm

    warm = _state.warm.setdefault((name, question), Warm())
    if isinstance(warm, Warm):
        warm.begin()
    return warm
