"""A calibration: the markups, how closely they reproduce D, and how they are saved."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.errors import InputError, Problem
from optimizer.io.atomic import write_json
from optimizer.plan.plan import Plan
from optimizer.schema.base import EVERY_YEAR, at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.schema.references import unknown

CALIBRATION_FORMAT = 1
ANSWER = "calibration.json"
CALIBRATED, STOPPED, IMPOSSIBLE = "calibrated", "stopped", "impossible"


@dataclass(frozen=True)
class ClassMarkup:
    """The markup of a class before and after, and how closely demand matches D.

    A multiplicative markup is a ratio, an additive one is in $/Mtok of the base year.

    Attributes
    ----------
    id, kind : str
    before : float
    after : float or None
        None if the class is left unchanged.
    why : str
        Why it is left unchanged; otherwise empty.
    reference_usd_per_mtok : float or None
        Price in the base year at which demand is D.
    cost_low_usd_per_mtok, cost_high_usd_per_mtok : float or None
        Long-run marginal cost of serving D, lowest and highest of the class's workloads.
    asked_over_d : float or None
        Demand of the class at these costs with the markup, over D: 1, unless the choke price
        cuts off a workload.
    residual : float or None
        Largest deviation of a workload's demand from its D, over its D.
    accepted_over_d : float or None
        Demand that the base year accepts when planned again with the markups, over D.
    step_over_d : float or None
        Width of the demand steps that contain this demand, over D: the deviation of
        `accepted_over_d` that the steps alone explain.
    standing_over_d : float or None
        As `accepted_over_d`, with existing hardware paid for; only when calibrated at full cost.
    """

    id: str
    kind: str
    before: float
    after: float | None = None
    why: str = ""
    reference_usd_per_mtok: float | None = None
    cost_low_usd_per_mtok: float | None = None
    cost_high_usd_per_mtok: float | None = None
    asked_over_d: float | None = None
    residual: float | None = None
    accepted_over_d: float | None = None
    step_over_d: float | None = None
    standing_over_d: float | None = None


@dataclass(frozen=True)
class Calibration:
    """Markups at which the base year reproduces reference demand D.

    Attributes
    ----------
    instance : str
    year : int
        The base year.
    full_cost : bool
        Whether existing hardware counts as bought in the base year.
    status : str
        ``calibrated``; ``stopped`` if a plan did not reach the gap in time; ``impossible`` if
        a class has no markup that gives D; otherwise why the base year has no plan that serves
        D, or no prices (``infeasible``, ``time_limit``, ...).
    classes : tuple of ClassMarkup
    workloads : DataFrame
        Columns region, class, demand_gtok_per_year, cost_usd_per_mtok, price_usd_per_mtok,
        asked_multiple, accepted_multiple: one row per workload of a calibrated class.
    plans : mapping of str to Plan
        ``held``, the base year with D served; ``check``, planned again with the markups;
        ``standing``, the same with existing hardware paid for, if the check is at full cost;
        ``most``, the plan that serves as much as possible, if D cannot be served.
    unserved : mapping of str to float
        Workloads that cannot be served in full, and the share of D that can, if D cannot be
        served.
    settings : tuple of str
        The ``--set`` arguments that give an instance these markups.
    warnings : tuple of str
    """

    instance: str
    year: int
    full_cost: bool
    status: str
    classes: tuple[ClassMarkup, ...]
    workloads: pd.DataFrame = field(default_factory=pd.DataFrame)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    unserved: Mapping[str, float] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def apply(self, instance: Instance) -> Instance:
        """Return the instance with the calibrated markups.

        Raises
        ------
        InputError
            If it lacks a calibrated class, or the class's markup is of another kind.
        """
        groups = {group.id: group for group in instance.classes}
        problems = []
        for row in self.classes:
            if row.after is None:
                continue
            if row.id not in groups:
                message = unknown(row.id, groups, "classes")
                problems.append(Problem(instance.name, None, "classes", row.id, message))
            elif groups[row.id].markup_kind != row.kind:
                path, kind = f"classes.{row.id}.markup_kind", groups[row.id].markup_kind
                message = f"must be {row.kind}, as it was calibrated"
                problems.append(Problem(instance.name, None, path, kind, message))
            else:
                groups[row.id] = with_markup(groups[row.id], self.year, row.after)
        if problems:
            raise InputError(problems)
        return instance.model_copy(update={"classes": tuple(groups.values())})

    def summary(self) -> dict[str, Any]:
        """Return what JSON output holds: attributes by name, without the plans."""
        return {
            "instance": self.instance,
            "year": self.year,
            "full_cost": self.full_cost,
            "status": self.status,
            "classes": [asdict(row) for row in self.classes],
            "unserved": dict(self.unserved),
            "settings": list(self.settings),
            "warnings": list(self.warnings),
        }

    def save(self, folder: str | Path) -> None:
        """Write ``calibration.json`` and the tables ``classes.csv`` and ``workloads.csv``."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ANSWER).unlink(missing_ok=True)
        rows = pd.DataFrame([asdict(row) for row in self.classes])
        rows.to_csv(folder / "classes.csv", index=False)
        self.workloads.to_csv(folder / "workloads.csv", index=False)
        write_json(folder / ANSWER, {"format": CALIBRATION_FORMAT, **self.summary()})


def with_markup(group: WorkloadClass, year: int, markup: float) -> WorkloadClass:
    """Return the class with a markup calibrated for a year.

    An additive markup follows the reference price in other years.  Both kinds then agree on
    those years: demand is D if cost is the same share of the reference price as in the base
    year.

    Raises
    ------
    ValidationError
        If the class may not have this markup.
    """
    if group.markup_kind == "multiplicative":
        fields: dict[str, object] = {"markup": markup}
    else:
        reference = group.reference_price_usd_per_mtok
        # Every year that either path names, so that no year of the previous markup is left.
        years = {*reference, *group.markup_usd_per_mtok} - {EVERY_YEAR} or {EVERY_YEAR}
        base = at_year(reference, year)
        fields = {
            "markup_usd_per_mtok": {y: markup * at_year(reference, y) / base for y in sorted(years)}
        }
    kept = {name: value for name, value in group if name not in fields}
    return WorkloadClass.model_validate(kept | fields)


def set_argument(group: WorkloadClass, year: int, markup: float) -> str:
    """Return the ``--set`` argument that gives a class its calibrated markup."""
    after, path = with_markup(group, year, markup), f"classes.{group.id}"
    if after.markup_kind == "multiplicative":
        return f"{path}.markup={after.markup!r}"
    values = after.markup_usd_per_mtok
    if set(values) == {EVERY_YEAR}:
        return f"{path}.markup_usd_per_mtok={values[EVERY_YEAR]!r}"
    by_year = ", ".join(f"{key}: {value!r}" for key, value in sorted(values.items()))
    return f"{path}.markup_usd_per_mtok={{{by_year}}}"
