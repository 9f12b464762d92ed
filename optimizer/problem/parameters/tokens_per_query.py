"""Tokens of a query by year: they enter the raw tokens of an answer or the demand, never both."""

import numpy as np

from optimizer.problem.horizon import Floats, Horizon
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance


def raw_tokens(instance: Instance, horizon: Horizon) -> Floats:
    """Raw tokens for one of the answer by which each workload's grow, shape (W, Y)."""
    return _growth(instance, horizon, "raw_tokens")


def demand_tokens(instance: Instance, horizon: Horizon) -> Floats:
    """Tokens of the answer by which each workload's grow, shape (W, Y).

    Demand is multiplied by it and every price of a token divided, so the value of a query stays.
    """
    return _growth(instance, horizon, "demand")


def _growth(instance: Instance, horizon: Horizon, entering: str) -> Floats:
    groups = {group.id: group for group in instance.classes}
    of = [groups[workload.workload_class] for workload in instance.workloads]
    return np.array(
        [
            [
                at_year(g.tokens_per_query, y) if g.tokens_per_query_enters == entering else 1.0
                for y in horizon.years
            ]
            for g in of
        ]
    )
