"""What a plan accepts, beside what people ask for."""

from collections.abc import Sequence

import numpy as np

from optimizer.plan.plan import Plan
from optimizer.problem.horizon import Floats

TOUCHING = 1e-9
"""Multiples of D by which a quantity may miss a step that it stands at the end of."""


def accepted_multiples(plan: Plan, workloads: Sequence[str]) -> Floats:
    """What the plan of one year accepts of each workload, multiples of D, shape (N,)."""
    rows = plan.tables["acceptance"]
    of = rows["region"] + "/" + rows["class"]
    taken = rows.groupby(of)["accepted_multiple"].sum()
    return np.asarray(taken.loc[list(workloads)], dtype=float)


def step_widths(plan: Plan, workloads: Sequence[str], asked: Floats) -> Floats:
    """Width of the widest step that holds what each workload asks for, multiples of D, (N,)."""
    rows = plan.tables["acceptance"]
    of = (rows["region"] + "/" + rows["class"]).to_numpy()
    low, high = (rows[name].to_numpy(dtype=float) for name in ("from_multiple", "to_multiple"))
    return np.array(
        [
            (high - low)[
                (of == name) & (low - TOUCHING <= quantity) & (quantity <= high + TOUCHING)
            ].max(initial=0.0)
            for name, quantity in zip(workloads, asked, strict=True)
        ]
    )
