"""Family 11, CO2 cap: emissions of a year, of what is drawn and of own generation.

In kt, nearer in size to the other rows.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer
from optimizer.units import T_PER_KT


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum H (e_draw q + e_stack p) <= cap``, for each year, where there is a cap."""
    policy, hours = case.policy, case.horizon.hours_per_year
    rows = writer.add_rows(
        "co2_cap", policy.co2_cap_t.shape, -np.inf, policy.co2_cap_t / T_PER_KT
    ).index
    for row in rows:
        drawn = policy.draw_t_per_mwh[:, :, None] * hours
        made = policy.stack_t_per_mwh[:, None, None] * hours
        writer.add_entries(row[None, :, None], layout.draw.index, drawn / T_PER_KT)
        writer.add_entries(row[None, :, None], layout.generation.index, made / T_PER_KT)
