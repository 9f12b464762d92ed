"""Family 11, capital budget: a limit on the overnight cost of what each period commissions.

Rows are in M$, which is closer in size to the other rows.  They hold only integer columns, so
that with integers fixed no row links one year to another.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis, Floats, Indices
from optimizer.solvers.writer import Writer
from optimizer.units import KUSD_PER_MUSD


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum overnight cost <= budget * span``, for each period, if there is a budget."""
    budget = case.policy.budget
    axes = (Axis.of(policy=["budget"] * len(budget)), *layout.axes.by_year)
    rows = writer.add_rows("capital_budget", axes, -np.inf, budget / KUSD_PER_MUSD).index
    opened = layout.is_open.index
    for row in rows:
        for columns, overnight in outlays(case, layout):
            writer.add_entries(row[None], columns, overnight / KUSD_PER_MUSD)
        # A site is paid for in the period in which it opens: o less its value one period before.
        before = case.policy.opening_overnight[:, None] / KUSD_PER_MUSD
        writer.add_entries(row[None, 1:], opened[:, :-1], -before)


def outlays(case: Case, layout: Layout) -> tuple[tuple[Indices, Floats], ...]:
    """Columns (n, Y) that cost money when they rise, and overnight cost per unit, k$ (n, Y).

    Pods, generators, storage and connection steps, then the opening of sites: a level, which is
    paid for only when it rises.
    """
    opening = np.repeat(case.policy.opening_overnight[:, None], layout.is_open.shape[1], axis=1)
    return (
        (layout.built.index, case.pool.pod_overnight),
        (layout.units_built.index, case.generator.unit_overnight),
        (layout.storage_built.index, case.storage.unit_overnight),
        (layout.connection_built.index, case.connection.overnight),
        (layout.is_open.index, opening),
    )
