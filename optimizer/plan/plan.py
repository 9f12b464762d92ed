"""A plan: a solution in the planner's terms, with its proof of quality."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.io.atomic import replacing, write_atomic, write_json
from optimizer.plan.output_tables import TABLES
from optimizer.schema.instance import Instance

PLAN_FORMAT = 3
SUMMARY, INSTANCE = "plan.json", "instance.json"

HELD, STARTED = "held", "started_from"
"""Options of a re-planned run: the builds it fixes, and the plan it starts from."""

SOLVED, STOPPED, INFEASIBLE = (
    ("optimal", "gap_reached"),
    ("time_limit", "search_limit", "interrupted"),
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
        Gap, limits, backend and method requested.
    seconds : mapping
        Wall-clock seconds of each stage.
    size : mapping
        Columns, rows, nonzeros and integers of the program, and arcs.
    warnings : tuple of str
        Warnings to read before acting on the plan.
    """

    digest: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    size: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A solution, or the status of a run that found none.

    Money is present value at the end of the first year, in real dollars.  Without a solution every
    figure except the bound is None and every table is empty.

    Attributes
    ----------
    status : str
        ``optimal``, ``gap_reached``, ``time_limit``, ``search_limit``, ``interrupted``,
        ``infeasible``, ``unbounded`` or ``failed``: why the solver stopped.
    welfare_usd : float or None
        The objective: value of accepted demand less system cost and penalties.
    bound_usd : float or None
        No plan has a higher welfare, with demand valued on its curve.
    cost_usd : float or None
        System cost, without penalties for shed demand.
    cost_bound_usd : float or None
        No plan costs less; only if all demand must be served.
    gap : float or None
        (bound - welfare) / system cost.
    parts_usd : mapping of str to float
        Welfare by part; costs are negative.
    tables : mapping of str to DataFrame
        As described in `optimizer.plan.output_tables.TABLES`.
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
        """Whether there is a solution to act on."""
        return self.welfare_usd is not None

    @property
    def placement(self) -> pd.DataFrame:
        """Work served: one row for each arc and slot with flow."""
        return self.tables["placement"]

    @property
    def capacity(self) -> pd.DataFrame:
        """Hardware by site, type and year: built, installed, in use."""
        return self.tables["capacity"]

    @property
    def power(self) -> pd.DataFrame:
        """Site power, grid draw and own generation by slot."""
        return self.tables["power"]

    @property
    def prices(self) -> pd.DataFrame:
        """Short-run and long-run shadow prices of each year, on both sides, and of all years."""
        return self.tables["prices"]

    def summary(self) -> dict[str, Any]:
        """Return the attributes by name, without tables, as JSON output has them."""
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
        """Write the resolved instance, the summary and the tables to a folder.

        The summary is removed first and written last, so a folder that has one is complete.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SUMMARY).unlink(missing_ok=True)
        write_atomic(folder / INSTANCE, self.instance.to_json())
        for name in TABLES:
            with replacing(folder / f"{name}.parquet") as file:
                self.tables[name].to_parquet(file, index=False)
        write_json(folder / SUMMARY, {"format": PLAN_FORMAT, **self.summary()})


def finite_or_none(value: float) -> float | None:
    """Return the value, or None if it is infinite or NaN, which JSON does not have."""
    return value if math.isfinite(value) else None
