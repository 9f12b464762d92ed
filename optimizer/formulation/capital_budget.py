"""Family 11, capital budget: the overnight cost of what each period commissions.

In M$, nearer in size to the other rows.  Only whole numbers stand in these rows, so with these
held nothing ties one year to another.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Indices, Writer
from optimizer.units import KUSD_PER_MUSD


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum overnight cost <= budget * span``, for each period, where there is a budget."""
    budget = case.policy.budget
    rows = writer.add_rows("capital_budget", budget.shape, -np.inf, budget / KUSD_PER_MUSD).index
    opened = layout.is_open.index
    for row in rows:
        for columns, overnight in outlays(case, layout):
            writer.add_entries(row[None], columns, overnight / KUSD_PER_MUSD)
        # A site is paid for in the period in which it opens: o less what it was before.
        before = case.policy.opening_overnight[:, None] / KUSD_PER_MUSD
        writer.add_entries(row[None, 1:], opened[:, :-1], -before)


def outlays(case: Case, layout: Layout) -> tuple[tuple[Indices, Floats], ...]:
    """Columns (n, Y) that cost when they rise, and the overnight cost of one, k$ (n, Y).

    Pods, generators, storage, steps of connection, and last the opening of sites, which is a
    level that is paid for only where it rises.
    """
    opening = np.repeat(case.policy.opening_overnight[:, None], layout.is_open.shape[1], axis=1)
    return (
        (layout.built.index, case.pool.pod_overnight),
        (layout.units_built.index, case.generator.unit_overnight),
        (layout.storage_built.index, case.storage.unit_overnight),
        (layout.connection_built.index, case.connection.overnight),
        (layout.is_open.index, opening),
    )
