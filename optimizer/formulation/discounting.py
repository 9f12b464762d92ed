"""Present value of an hourly or a yearly dollar, at the end of the first year."""

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats


def slot_weight(case: Case) -> Floats:
    """Discounted hours that each (period, slot) stands for, shape (Y, K)."""
    return case.horizon.discount[:, None] * case.horizon.hours_per_year[None, :]


def year_weight(case: Case) -> Floats:
    """Discounted years that each period stands for, shape (Y,)."""
    return case.horizon.discount
