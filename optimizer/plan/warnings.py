"""Warnings about a plan."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.load.input_warnings import input_warnings
from optimizer.plan.curve_ends import classes_at_end, end_of_curve
from optimizer.problem.parameters.case import Case
from optimizer.problem.unserved import unserved_classes

NOISE = 1e-6
"""Share of a quantity that is numerical noise."""


def plan_warnings(case: Case, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Return the warnings about a case and the tables of its plan."""
    warnings = list(input_warnings(case.instance))
    if case.grid.overloaded_hours:
        warnings.append(
            f"other load alone exceeds the limit in {case.grid.overloaded_hours} zone-slots;"
            " headroom for modelled load is 0 MW there"
        )
    if case.grid.uncovered_areas:
        warnings.append(
            f"other load alone exceeds the accredited capacity in {case.grid.uncovered_areas}"
            " area-years; the limit on the modelled peak is 0 MW there"
        )
    return (
        *warnings,
        *map(str, unserved_classes(case.instance, case.arcs)),
        *_without_failover(case),
        *filter(None, [end_of_curve(classes_at_end(case.instance, tables["acceptance"]))]),
        *_shed(case, tables["demand"]),
    )


def _without_failover(case: Case) -> list[str]:
    """Workloads that must survive an outage, at sites whose work no other site can take over."""
    failover = case.failover
    taken_over = np.bincount(failover.lost, minlength=len(failover.site))
    exposed = dict.fromkeys(failover.workload[taken_over == 0].tolist())
    if not exposed:
        return []
    names = [case.instance.workloads[w].id for w in exposed]
    return [
        "no second site can take over work that must survive an outage, so none of it is served"
        f" there: {_some(names)}"
    ]


def _shed(case: Case, demand: pd.DataFrame) -> list[str]:
    """Demand accepted but not served; no alarm if shedding costs no more than it is worth."""
    if not len(demand):
        return []
    hours = demand["length_h"] * demand["days_per_year"]
    shed, accepted = (
        (demand[column] * hours).groupby(demand["class"]).sum()
        for column in ("shed_gtok_per_h", "accepted_gtok_per_h")
    )
    classes = case.instance.classes
    free = [
        g.id
        for g in classes
        if g.shed_penalty_usd_per_mtok == 0
        and g.markup <= 1
        and max(g.markup_usd_per_mtok.values()) <= 0
    ]
    of_free = shed.index.isin(free)
    warnings = []
    for lost, message in (
        (float(shed[~of_free].sum()), "is shed"),
        (
            float(shed[of_free].sum()),
            "is not served; with a shed penalty of 0 that costs no more than its value at the choke"
            " price, so read it as uneconomic demand",
        ),
    ):
        total = float(accepted.sum())
        if lost > NOISE * max(total, NOISE):
            warnings.append(f"{100 * lost / total:.2g}% of accepted demand {message}")
    return warnings


def _some(names: list[str], most: int = 6) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
