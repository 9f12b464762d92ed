"""Yearly paths of models and queries, read again from the instance."""

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.units import MONTHS_PER_YEAR
from optimizer.verification.claims import Claims


def densing(instance: Instance, year: int) -> float:
    """Return hardware and energy per token relative to the base year, by the densing law."""
    law = instance.densing
    if law.doubling_months is None:
        return 1.0
    since = instance.time.years[0] if law.base_year is None else law.base_year
    until = year if law.last_year is None or year < law.last_year else law.last_year
    months = (until - since) * MONTHS_PER_YEAR
    return float(0.5 ** (months / law.doubling_months))


def answer_length(group: WorkloadClass, year: int) -> float:
    """Return demanded tokens per query, relative to those that demand and prices are stated for."""
    return at_year(group.tokens_per_query, year) if group.tokens_per_query_enters == "demand" else 1


def without_markup(group: WorkloadClass, year: int, paid: float) -> float:
    """Return the part of a price that pays for cost, $/Mtok at the stated answer length."""
    if group.markup_kind == "additive":
        return paid - at_year(group.markup_usd_per_mtok, year)
    return paid / group.markup


def raw_tokens(claims: Claims) -> Floats:
    """Return raw tokens per token of the answer that each workload adds, shape (W, Y)."""
    paths = [
        group.tokens_per_query if group.tokens_per_query_enters == "raw_tokens" else None
        for group in claims.classes
    ]
    tokens = claims.by_year(paths)
    return np.where(np.isinf(tokens), 1.0, tokens)
