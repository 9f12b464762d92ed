"""What a planner should know before acting on a plan."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.load.profile_checks import profile_warnings
from optimizer.problem.parameters.case import Case
from optimizer.problem.unserved import unreached

FULL = 1e-6


def cautions(case: Case, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Collect warnings about a case and the tables of its plan."""
    found = [*case.instance.reading.notes, *profile_warnings(case.instance)]
    if case.grid.overloaded_hours:
        found.append(
            f"other load alone exceeds the limit in {case.grid.overloaded_hours} zone-steps;"
            " headroom for modelled load counts as 0 MW there"
        )
    if case.grid.uncovered_areas:
        found.append(
            f"other load alone exceeds the accredited capacity in {case.grid.uncovered_areas}"
            " area-years; the modelled peak it leaves room for counts as 0 MW there"
        )
    found += map(str, unreached(case.instance, case.arcs))
    found += _alone(case)
    found += _full_curves(case, tables["acceptance"])
    found += _shed(case, tables["demand"])
    return tuple(found)


def _alone(case: Case) -> list[str]:
    """Workloads that must survive an outage and have a site whose work nothing could take over."""
    failover = case.failover
    taken_over = np.bincount(failover.lost, minlength=len(failover.site))
    alone = dict.fromkeys(failover.workload[taken_over == 0].tolist())
    if not alone:
        return []
    names = [case.instance.workloads[w].id for w in alone]
    return [
        "work must survive an outage and no second site could take it over, so none is served"
        f" there: {_some(names)}"
    ]


def _shed(case: Case, demand: pd.DataFrame) -> list[str]:
    """Demand accepted and not served; where it costs what it is worth, a tie and no alarm."""
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
    found = []
    for lost, message in (
        (float(shed[~of_free].sum()), "is shed"),
        (
            float(shed[of_free].sum()),
            "is not served; with a shed penalty of 0 this forgoes its value at the choke price and"
            " costs nothing more, so read it as demand priced out",
        ),
    ):
        total = float(accepted.sum())
        if lost > FULL * max(total, FULL):
            found.append(f"{100 * lost / total:.2g}% of accepted demand {message}")
    return found


def _full_curves(case: Case, acceptance: pd.DataFrame) -> list[str]:
    """Classes whose curve is filled to its end: their demand may be higher than modelled."""
    if not len(acceptance):
        return []
    elastic = {g.id for g in case.instance.classes if g.elasticity < 0 and not g.must_serve}
    last = acceptance.groupby(["region", "class", "year"])["step"].transform("max")
    width = acceptance["to_multiple"] - acceptance["from_multiple"]
    full = acceptance[
        (acceptance["step"] == last)
        & acceptance["class"].isin(elastic)
        & (acceptance["accepted_multiple"] >= width * (1 - FULL))
    ]
    if not len(full):
        return []
    classes = sorted(full["class"].unique())
    return [
        f"the demand curve is filled to its end for {_some(classes)}: raise"
        " max_demand_multiple, or read their demand as a lower end"
    ]


def _some(names: list[str], most: int = 6) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
