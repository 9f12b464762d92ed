"""A plan: a solution in the planner's words, with its proof, and how it is saved."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from optimizer.errors import InputError, Problem
from optimizer.io.atomic import replacing, write_atomic, write_json
from optimizer.io.file_versions import fault_of_format
from optimizer.io.tables import NO_FILE, read_text
from optimizer.load import load_instance
from optimizer.load.error_messages import in_general
from optimizer.load.raw_instance import shown
from optimizer.plan.migration import GROWN, from_format_1
from optimizer.schema.instance import Instance

PLAN_FORMAT = 2
SUMMARY, INSTANCE = "plan.json", "instance.json"
TABLES = (
    "placement",
    "demand",
    "acceptance",
    "capacity",
    "sites",
    "generators",
    "generation",
    "storage",
    "power",
    "zones",
    "areas",
    "contracts",
    "connections",
    "policy",
    "prices",
)
"""Tables of a plan, in the order in which they are read."""

HELD, STARTED = "held", "started_from"
"""Options of a run that was planned anew: what it holds of a plan, and where it started from."""

SOLVED, STOPPED, INFEASIBLE = (
    ("optimal", "gap_reached"),
    ("time_limit", "interrupted"),
    ("infeasible",),
)


@dataclass(frozen=True)
class Run:
    """How a plan was made.

    Attributes
    ----------
    digest : str
        SHA-256 of the resolved instance.
    versions : mapping
        Package and solver versions.
    options : mapping
        Gap, limits, backend and method asked for.
    seconds : mapping
        Wall-clock seconds of each stage.
    size : mapping
        Columns, rows, entries and integers of the program, and arcs.
    warnings : tuple of str
        What the planner should know before acting on the plan.
    """

    digest: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    size: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A solution, or word that there is none.

    Money is present value at the end of the first year, in real dollars.  Without a point every
    number but the bound is None and every table is empty.

    Attributes
    ----------
    status : str
        ``optimal``, ``gap_reached``, ``time_limit``, ``interrupted``, ``infeasible``,
        ``unbounded`` or ``failed``: why the solver stopped.
    welfare_usd : float or None
        Value of what is accepted less system cost and penalties: what is maximised.
    bound_usd : float or None
        No plan has a higher welfare than this, the demand curve being cut into its steps.
    cost_usd : float or None
        System cost, without penalties for shed demand.
    cost_bound_usd : float or None
        No plan costs less; only where all demand is forced.
    gap : float or None
        (bound - welfare) / system cost.
    parts_usd : mapping of str to float
        Welfare by part; costs are negative.
    tables : mapping of str to DataFrame
        See `TABLES`.
    """

    instance: Instance
    status: str
    welfare_usd: float | None
    bound_usd: float | None
    cost_usd: float | None
    cost_bound_usd: float | None
    gap: float | None
    parts_usd: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    run: Run

    @property
    def has_point(self) -> bool:
        """Whether there is a plan to act on."""
        return self.welfare_usd is not None

    @property
    def placement(self) -> pd.DataFrame:
        """Work carried: one row for each arc and slot with flow."""
        return self.tables["placement"]

    @property
    def capacity(self) -> pd.DataFrame:
        """Hardware by site, type and year: there, built, in use."""
        return self.tables["capacity"]

    @property
    def power(self) -> pd.DataFrame:
        """Site power, grid draw and own generation by slot."""
        return self.tables["power"]

    @property
    def prices(self) -> pd.DataFrame:
        """Short-run and long-run prices, undiscounted."""
        return self.tables["prices"]

    def summary(self) -> dict[str, Any]:
        """What JSON output holds: attributes by name, without tables."""
        return {
            "status": self.status,
            "welfare_usd": self.welfare_usd,
            "bound_usd": self.bound_usd,
            "cost_usd": self.cost_usd,
            "cost_bound_usd": self.cost_bound_usd,
            "gap": self.gap,
            "parts_usd": dict(self.parts_usd),
            "run": asdict(self.run),
        }

    def save(self, folder: str | PathLike[str]) -> None:
        """Write the plan to a folder: resolved instance, summary and tables.

        The summary is removed first and written last, so a folder that has one is whole.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SUMMARY).unlink(missing_ok=True)
        write_atomic(folder / INSTANCE, self.instance.to_json())
        for name in TABLES:
            with replacing(folder / f"{name}.parquet") as file:
                self.tables[name].to_parquet(file, index=False)
        write_json(folder / SUMMARY, {"format": PLAN_FORMAT, **self.summary()})


def load_plan(folder: str | PathLike[str]) -> Plan:
    """Read a saved plan, of this format or of one before it (see `optimizer.plan.migration`).

    Raises
    ------
    InputError
        Where the folder holds no whole plan, or one of another format; with every problem.
    """
    folder = Path(folder)
    text = read_text(folder / SUMMARY, str(folder / SUMMARY))
    if isinstance(text, Problem):
        hint = "is this the folder that solve wrote?"
        raise InputError([replace(text, message=f"{text.message}; {hint}")])
    summary, found, problems = _read_summary(text, str(folder / SUMMARY))
    if found is None:
        raise InputError(problems)
    tables, missing = {}, []
    for name in TABLES:
        file = folder / f"{name}.parquet"
        if found == 1 and name in GROWN and not file.exists():
            missing.append(name)
            continue
        try:
            tables[name] = pd.read_parquet(file)
        except FileNotFoundError:
            problems.append(Problem(str(file), None, "", None, NO_FILE))
        except Exception:  # a damaged file may fail in any way
            message = "cannot be read: is damaged, or no table in Parquet"
            problems.append(Problem(str(file), None, "", None, message))
    try:
        instance = load_instance(folder / INSTANCE)
    except InputError as error:
        problems += error.problems
    if found == 1 and not problems:
        told = from_format_1(tables, instance, missing)
        problems += [Problem(str(folder), None, "", None, message) for message in told]
    if problems:
        raise InputError(problems)
    run = _of_this_version(Run(**summary.pop("run")), folder / INSTANCE, instance)
    return Plan(instance=instance, tables=tables, run=run, **summary)


def _of_this_version(run: Run, file: Path, instance: Instance) -> Run:
    """Give the instance that was solved its digest as this version writes it, newer fields too."""
    if sha256(file.read_bytes()).hexdigest() != run.digest:
        return run
    return replace(run, digest=instance.digest())


def _read_summary(text: str, file: str) -> tuple[dict[str, Any], int | None, list[Problem]]:
    """Attributes that a summary holds, its format, and everything that is wrong with it.

    There is no format where the summary is of none that is read.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return {}, None, [Problem(file, error.lineno, "", None, f"is not JSON: {error.msg}")]
    except (RecursionError, ValueError):
        message = "is not JSON: nested too deeply or a number too long"
        return {}, None, [Problem(file, None, "", None, message)]
    found = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(found, PLAN_FORMAT, "plan"):
        return {}, None, [Problem(file, None, "format", str(found), message)]
    run = _record("Run", get_type_hints(Run))
    hints = get_type_hints(Plan)
    figures = {name: hints[name] for name in hints if name not in ("instance", "tables", "run")}
    try:
        read = _record("Summary", {**figures, "run": run}).model_validate_json(text)
    except ValidationError as error:
        return {}, found, problems_of(error, file)
    return read.model_dump(), found, []


def problems_of(error: ValidationError, file: str) -> list[Problem]:
    """Everything that is wrong with what a file holds, field by field."""
    problems = []
    for one in error.errors(include_url=False):
        path = ".".join(map(str, one["loc"]))
        missing = one["type"] == "missing"
        value = None if missing else shown(one["input"])
        message = "is missing" if missing else in_general(one)
        problems.append(Problem(file, None, path, value, message))
    return problems


def _record(name: str, hints: Mapping[str, Any]) -> type[BaseModel]:
    """Record in which every field must be given, of exactly its type and finite."""
    fields: dict[str, Any] = {field: (hint, ...) for field, hint in hints.items()}
    config = ConfigDict(strict=True, allow_inf_nan=False)
    return create_model(name, __config__=config, **fields)


def finite_or_none(value: float) -> float | None:
    """The value, or None where it is infinite or not a number: JSON has neither."""
    return value if math.isfinite(value) else None
