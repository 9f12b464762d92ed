"""What a point emits, spends and places at the edge, as the policies of family 11 count it."""

import numpy as np

from optimizer.formulation.capital_budget import outlays
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Indices


def emissions_t(case: Case, layout: Layout, x: Floats) -> Floats:
    """CO2 of a year, of what is drawn and of own generation, t; shape (Y,)."""
    policy, hours = case.policy, case.horizon.hours_per_year
    drawn = (policy.draw_t_per_mwh * (layout.draw.of(x) @ hours)).sum(axis=0)
    return np.asarray(drawn + policy.stack_t_per_mwh @ (layout.generation.of(x) @ hours))


def outlay_kusd(case: Case, layout: Layout, x: Floats) -> Floats:
    """Overnight cost of what each period commissions, k$; shape (Y,)."""
    *built, (opened, opening) = [(np.round(x[c]), price) for c, price in outlays(case, layout)]
    rises = np.diff(opened, axis=1, prepend=0.0)
    spent = (rises * opening).sum(axis=0)
    return np.asarray(sum(((units * price).sum(axis=0) for units, price in built), start=spent))


def capped_draw_mw(case: Case, layout: Layout, x: Floats) -> Floats:
    """Draw that each zone cap counts, MW; shape (caps, Y, K)."""
    counted = case.policy.cap_site.astype(float)
    return np.asarray(np.einsum("cs,syk->cyk", counted, layout.draw.of(x)))


def edge_gtok(case: Case, layout: Layout, x: Floats, workloads: Indices) -> tuple[Floats, Floats]:
    """Tokens of a year of some workloads at device and edge sites, and all, Gtok; shapes (Y,)."""
    hours = case.horizon.hours_per_year
    member = np.isin(case.arcs.workload, workloads) & case.policy.edge_arc
    edge = layout.flow.of(x)[member].sum(axis=0) @ hours
    return np.asarray(edge), np.asarray(layout.served.of(x)[workloads].sum(axis=0) @ hours)
