"""Labels that tables repeat from the instance: kinds, models, hours, weights."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, equal


def check_labels(claims: Claims) -> Iterator[Violation]:
    """Yield every column that differs from the site, model or slot that its row is about."""
    yield from _hours(claims)
    instance, rows = claims.instance, claims.rows
    _, on, by, _, _ = rows["placement"]
    at_pool = claims.sites_of(instance.pools)[rows["capacity"][0]]
    kind = [site.kind for site in instance.sites]
    for table, column, values, position in (
        ("placement", "kind", kind, on),
        ("placement", "model", [c.model for c in instance.serving], by),
        ("placement", "hardware", [c.hardware for c in instance.serving], by),
        ("capacity", "kind", kind, at_pool),
        ("sites", "kind", kind, rows["sites"][0]),
        ("sites", "candidate", [not s.existing for s in instance.sites], rows["sites"][0]),
        ("power", "kind", kind, rows["power"][0]),
        ("power", "zone", [s.zone or "" for s in instance.sites], rows["power"][0]),
    ):
        yield from _same(claims, table, column, [values[i] for i in position])
    opened = claims.is_open
    message = "is neither open nor closed"
    yield from equal("tables", claims.site_ids, opened, (opened > 0).astype(float), message)


def _hours(claims: Claims) -> Iterator[Violation]:
    """Check the length and weight of the slot of each row."""
    horizon = claims.horizon
    weights = (("length_h", horizon.length_h), ("days_per_year", horizon.days_per_year))
    for table in ("placement", "demand", "generation", "storage", "power", "zones", "contracts"):
        slot = claims.rows[table][-1]
        for column, weight in weights:
            claimed = claims.plan.tables[table][column].to_numpy(dtype=float)
            wrong = ~(np.abs(claimed - weight[slot]) <= 1e-9 * weight[slot])
            if wrong.any():
                first = int(np.argmax(wrong))
                day, hour = claims.axes.slot.keys[slot[first]]
                where = f"{table}.{column}, day {day}, hour {hour}"
                figures = float(claimed[first]), float(weight[slot][first])
                yield Violation("tables", where, *figures, "is not that of the slot")


def _same(claims: Claims, table: str, column: str, expected: Sequence[Any]) -> Iterator[Violation]:
    claimed = claims.plan.tables[table][column].to_numpy(dtype=object)
    wrong = np.array([not bool(a == b) for a, b in zip(claimed, expected, strict=True)], dtype=bool)
    if wrong.any():
        first = int(np.argmax(wrong))
        message = f"is {expected[first]} in the instance, in {int(wrong.sum())} rows"
        where = f"{table}.{column} {claimed[first]}"
        yield Violation("tables", where, float(wrong.sum()), 0.0, message)
