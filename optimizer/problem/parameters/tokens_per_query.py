"""Tokens per query by year: they raise the raw tokens of an answer or the demand, never both."""

from optimizer.problem.arrays import Floats, by_year, workload_classes
from optimizer.problem.horizon import Horizon
from optimizer.schema.instance import Instance


def raw_tokens(instance: Instance, horizon: Horizon) -> Floats:
    """Growth of the raw tokens behind one token of each workload's answer, shape (W, Y)."""
    return _growth(instance, horizon, "raw_tokens")


def demand_tokens(instance: Instance, horizon: Horizon) -> Floats:
    """Growth of the tokens of each workload's answer, shape (W, Y).

    Demand is multiplied by it and every price of a token divided by it, so that the value of a
    query stays the same.
    """
    return _growth(instance, horizon, "demand")


def _growth(instance: Instance, horizon: Horizon, entering: str) -> Floats:
    paths = [
        group.tokens_per_query if group.tokens_per_query_enters == entering else None
        for group in workload_classes(instance)
    ]
    return by_year(paths, horizon.years, absent=1.0)
