"""The classes' markets, from the base year and the prices of the plan that serves D."""

from collections.abc import Collection

import numpy as np

from optimizer.calibration.market import Market
from optimizer.plan.plan import Plan
from optimizer.plan.prices import LONG_RUN, WORKLOAD_MTOK
from optimizer.problem.horizon import Floats, resolve_time
from optimizer.problem.parameters.demand import DemandSide, demand_side
from optimizer.problem.parameters.tokens_per_query import demand_tokens
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance


def yearly_demand(instance: Instance) -> tuple[DemandSide, Floats]:
    """Demand of the base year in arrays, and D of each workload, Gtok a year, shape (W,)."""
    horizon = resolve_time(instance)
    demand = demand_side(instance, horizon)
    return demand, demand.level[:, 0] @ horizon.hours_per_year


def markets(base: Instance, held: Plan, classes: Collection[str]) -> dict[str, Market]:
    """Markets of some classes by id.

    Parameters
    ----------
    base : Instance
        The base year, with its demand curves.
    held : Plan
        Its plan with D of these classes served, and prices.
    classes : collection of str
        Elastic ones that ask for something.

    Returns
    -------
    dict of str to Market
        In $/Mtok of an answer as long as the instance's prices are stated for.
    """
    _, tokens = yearly_demand(base)
    longer = demand_tokens(base, resolve_time(base))[:, 0]
    year = base.time.years[0]
    rows = held.prices
    rows = rows[(rows["run"] == LONG_RUN) & (rows["measure"] == WORKLOAD_MTOK)]
    cost = rows.set_index("where")["value"]
    groups = {group.id: group for group in base.classes}
    found = {}
    for name in classes:
        group = groups[name]
        some = [
            w
            for w, workload in enumerate(base.workloads)
            if workload.workload_class == name and tokens[w] > 0
        ]
        ids = tuple(base.workloads[w].id for w in some)
        found[name] = Market(
            workload=ids,
            demand=tokens[some],
            cost=np.asarray(cost.loc[list(ids)], dtype=float) * longer[some],
            reference=at_year(group.reference_price_usd_per_mtok, year),
            choke=group.choke_price_usd_per_mtok,
            elasticity=group.elasticity,
            most=group.max_demand_multiple,
        )
    return found
