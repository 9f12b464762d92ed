"""Family 11, CO2 cap: a limit on yearly emissions of grid draw and on-site generation.

Rows are in kt, which is closer in size to the other rows.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis
from optimizer.solvers.writer import Writer
from optimizer.units import T_PER_KT


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum H (e_draw q + e_stack p) <= cap``, for each year, if there is a cap."""
    policy, hours, cap = case.policy, case.horizon.hours_per_year, case.policy.co2_cap_t
    axes = (Axis.of(policy=["co2_cap"] * len(cap)), *layout.axes.by_year)
    draw = policy.draw_t_per_mwh * hours
    stack = policy.stack_t_per_mwh[:, None, None] * hours
    for row in writer.add_rows("co2_cap", axes, -np.inf, cap / T_PER_KT).index:
        writer.add_entries(row[None, :, None], layout.draw.index, draw / T_PER_KT)
        writer.add_entries(row[None, :, None], layout.generation.index, stack / T_PER_KT)
