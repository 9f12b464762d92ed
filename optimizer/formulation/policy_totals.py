"""Emissions, outlay, capped draw and edge tokens of a point, as family 11 counts them."""

import numpy as np

from optimizer.formulation.capital_budget import outlays
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Indices


def emissions_t(case: Case, layout: Layout, x: Floats) -> Floats:
    """Yearly CO2 of grid draw and on-site generation, t; shape (Y,)."""
    policy, hours = case.policy, case.horizon.hours_per_year
    drawn = ((policy.draw_t_per_mwh * layout.draw.of(x)) @ hours).sum(axis=0)
    return np.asarray(drawn + policy.stack_t_per_mwh @ (layout.generation.of(x) @ hours))


def outlay_kusd(case: Case, layout: Layout, x: Floats) -> Floats:
    """Overnight cost of the commissioning of each period, k$; shape (Y,)."""
    *built, (opened, opening) = [(np.round(x[c]), price) for c, price in outlays(case, layout)]
    rises = np.diff(opened, axis=1, prepend=0.0)
    spent = (rises * opening).sum(axis=0)
    return np.asarray(sum(((units * price).sum(axis=0) for units, price in built), start=spent))


def capped_draw_mw(case: Case, layout: Layout, x: Floats) -> Floats:
    """Draw counted by each zone cap, MW; shape (caps, Y, K)."""
    counted = case.policy.cap_site.astype(float)
    return np.asarray(np.einsum("cs,syk->cyk", counted, layout.draw.of(x)))


def edge_gtok(case: Case, layout: Layout, x: Floats, workloads: Indices) -> tuple[Floats, Floats]:
    """Yearly tokens of whole classes, at device and edge sites and in total, Gtok; shape (Y,).

    `workloads` holds all workloads of these classes.
    """
    hours, carriers = case.horizon.hours_per_year, case.hubs.carriers
    member = np.isin(case.arcs.workload[carriers], workloads) & case.policy.edge_arc[carriers]
    edge = x[layout.carriers[member]].sum(axis=0) @ hours
    return np.asarray(edge), np.asarray(layout.served.of(x)[workloads].sum(axis=0) @ hours)
