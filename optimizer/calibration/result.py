"""A calibration: the markups found, how well they give D again, and how they are saved."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.calibration.markups import with_markup
from optimizer.errors import InputError, Problem
from optimizer.plan.plan import Plan
from optimizer.schema.base import EVERY_YEAR
from optimizer.schema.instance import Instance
from optimizer.schema.references import unknown

CALIBRATION_FORMAT = 1
ANSWER = "calibration.json"
CALIBRATED, STOPPED, IMPOSSIBLE = "calibrated", "stopped", "impossible"


@dataclass(frozen=True)
class ClassMarkup:
    """The markup of a class before and after, and how near it brings demand to D.

    Markups are a ratio where the kind is multiplicative, and $/Mtok in the base year where it
    is additive.

    Attributes
    ----------
    id, kind : str
    before : float
    after : float or None
        None where the class is left as it is.
    why : str
        Why it is left as it is; empty where it is not.
    reference_usd_per_mtok : float or None
        Price in the base year at which demand is D.
    cost_low_usd_per_mtok, cost_high_usd_per_mtok : float or None
        Long-run marginal cost of serving D, lowest and highest over the class's workloads.
    asked_over_d : float or None
        Demand of the whole class at these costs with the markup, over D: 1, unless the choke
        price cuts a workload off.
    residual : float or None
        Largest distance of one workload's demand from its D, over its D.
    accepted_over_d : float or None
        What the base year accepts of the class when it is planned again with the markups.
    step_over_d : float or None
        Width of the demand steps that hold the demand asked for, over D: how far acceptance may
        stand off without anything being wrong.
    standing_over_d : float or None
        As `accepted_over_d`, in the base year as it stands; only of a calibration on full cost.
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
    """Markups with which the base year's demand is D again.

    Attributes
    ----------
    instance : str
    year : int
        The base year.
    full_cost : bool
        Whether hardware that stands was counted as if it had to be bought.
    status : str
        ``calibrated``; ``stopped`` where a plan did not reach the gap in time; ``impossible``
        where a class has no markup that gives D; otherwise why the base year has no plan that
        serves D, or no prices (``infeasible``, ``time_limit``, ...).
    classes : tuple of ClassMarkup
    workloads : DataFrame
        Columns region, class, demand_gtok_per_year, cost_usd_per_mtok, price_usd_per_mtok,
        asked_multiple, accepted_multiple: of each workload of a calibrated class.
    plans : mapping of str to Plan
        ``held``, the base year with D served; ``check``, planned again with the markups;
        ``standing``, the same of the base year as it stands, where the check is on full cost;
        ``most``, where D cannot be served, what can.
    unserved : mapping of str to float
        Workloads that cannot be served in full, and the share of D that can, where there is no
        plan.
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
            Where it lacks a calibrated class, or its markup is of another kind.
        """
        groups = {group.id: group for group in instance.classes}
        problems = []
        for one in self.classes:
            if one.after is None:
                continue
            if one.id not in groups:
                message = unknown(one.id, groups, "classes")
                problems.append(Problem(instance.name, None, "classes", one.id, message))
            elif groups[one.id].markup_kind != one.kind:
                path, found = f"classes.{one.id}.markup_kind", groups[one.id].markup_kind
                message = f"must be {one.kind}, as it was calibrated"
                problems.append(Problem(instance.name, None, path, found, message))
            else:
                groups[one.id] = with_markup(groups[one.id], self.year, one.after)
        if problems:
            raise InputError(problems)
        return instance.model_copy(update={"classes": tuple(groups.values())})

    def summary(self) -> dict[str, Any]:
        """What JSON output holds: attributes by name, without the plans."""
        return {
            "instance": self.instance,
            "year": self.year,
            "full_cost": self.full_cost,
            "status": self.status,
            "classes": [asdict(one) for one in self.classes],
            "unserved": dict(self.unserved),
            "settings": list(self.settings),
            "warnings": list(self.warnings),
        }

    def save(self, folder: str | Path) -> None:
        """Write ``calibration.json`` and the tables ``classes.csv`` and ``workloads.csv``."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ANSWER).unlink(missing_ok=True)
        rows = pd.DataFrame([asdict(one) for one in self.classes])
        rows.to_csv(folder / "classes.csv", index=False)
        self.workloads.to_csv(folder / "workloads.csv", index=False)
        text = json.dumps({"format": CALIBRATION_FORMAT, **self.summary()}, indent=2)
        part = folder / f"{ANSWER}.part"
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(folder / ANSWER)


def setting(instance: Instance, group: str, year: int, markup: float) -> str:
    """The ``--set`` argument that gives a class its calibrated markup."""
    before = next(one for one in instance.classes if one.id == group)
    after = with_markup(before, year, markup)
    if after.markup_kind == "multiplicative":
        return f"classes.{group}.markup={after.markup!r}"
    path = after.markup_usd_per_mtok
    if set(path) == {EVERY_YEAR}:
        return f"classes.{group}.markup_usd_per_mtok={path[EVERY_YEAR]!r}"
    by_year = ", ".join(f"{key}: {value!r}" for key, value in sorted(path.items()))
    return f"classes.{group}.markup_usd_per_mtok={{{by_year}}}"
