"""Yearly paths of models and queries, read again from the instance."""

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.units import MONTHS_PER_YEAR
from optimizer.verification.claims import Claims


def leaner(instance: Instance, year: int) -> float:
    """Hardware and energy a token over those of the base year, by the densing law."""
    law = instance.densing
    if law.doubling_months is None:
        return 1.0
    since = instance.time.years[0] if law.base_year is None else law.base_year
    until = year if law.last_year is None or year < law.last_year else law.last_year
    months = (until - since) * MONTHS_PER_YEAR
    return float(0.5 ** (months / law.doubling_months))


def longer_answers(group: WorkloadClass, year: int) -> float:
    """Tokens of a query that are asked for, over those that demand and prices are stated for."""
    return at_year(group.tokens_per_query, year) if group.tokens_per_query_enters == "demand" else 1


def to_the_planner(group: WorkloadClass, year: int, paid: float) -> float:
    """What of a price ($/Mtok of an answer as long as prices are stated for) pays for the cost."""
    if group.markup_kind == "additive":
        return paid - at_year(group.markup_usd_per_mtok, year)
    return paid / group.markup


def longer_thoughts(claims: Claims) -> Floats:
    """Raw tokens for one of the answer that each workload adds by year, shape (W, Y)."""
    groups = {group.id: group for group in claims.instance.classes}
    table = np.ones((len(claims.instance.workloads), len(claims.horizon.years)))
    for w, workload in enumerate(claims.instance.workloads):
        group = groups[workload.workload_class]
        if group.tokens_per_query_enters == "raw_tokens":
            table[w] = [at_year(group.tokens_per_query, year) for year in claims.horizon.years]
    return table
