"""What tables repeat from the instance beside their keys: kinds, models, hours, weights."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from optimizer.verification.claims import Claims
from optimizer.verification.violation import Violation, equal


def check_labels(claims: Claims) -> Iterator[Violation]:
    """Yield every column that says something else of a site, a model or a slot than it is."""
    yield from _hours(claims)
    instance, rows = claims.instance, claims.rows
    sites, serving = instance.sites, instance.serving
    position = {site.id: s for s, site in enumerate(sites)}
    at_pool = np.array([position[pool.site] for pool in instance.pools])
    _, on, by, _, _ = rows["placement"]
    kind = np.array([site.kind for site in sites], dtype=object)
    for table, column, expected in (
        ("placement", "kind", kind[on]),
        ("placement", "model", np.array([c.model for c in serving], dtype=object)[by]),
        ("placement", "hardware", np.array([c.hardware for c in serving], dtype=object)[by]),
        ("capacity", "kind", kind[at_pool[rows["capacity"][0]]]),
        ("sites", "kind", kind[rows["sites"][0]]),
        ("sites", "candidate", np.array([not s.existing for s in sites])[rows["sites"][0]]),
        ("power", "kind", kind[rows["power"][0]]),
        ("power", "zone", np.array([s.zone or "" for s in sites], object)[rows["power"][0]]),
    ):
        yield from _same(claims, table, column, expected)
    opened = claims.is_open
    names = [site.id for site in sites]
    message = "is neither open nor shut"
    yield from equal("tables", names, opened, (opened > 0).astype(float), message)


def _hours(claims: Claims) -> Iterator[Violation]:
    """Length and weight of each row's slot."""
    horizon = claims.horizon
    weights = (("length_h", horizon.length_h), ("days_per_year", horizon.days_per_year))
    for table in (
        "placement",
        "demand",
        "generation",
        "storage",
        "power",
        "zones",
        "contracts",
    ):
        slot = claims.rows[table][-1]
        for column, of in weights:
            claimed = claims.plan.tables[table][column].to_numpy(dtype=float)
            wrong = ~(np.abs(claimed - of[slot]) <= 1e-9 * of[slot])
            if wrong.any():
                first = int(np.argmax(wrong))
                day, hour = claims.axes.slot.keys[slot[first]]
                where = f"{table}.{column}, day {day}, hour {hour}"
                figures = float(claimed[first]), float(of[slot][first])
                yield Violation("tables", where, *figures, "is not the slot's")


def _same(claims: Claims, table: str, column: str, expected: Any) -> Iterator[Violation]:
    claimed = claims.plan.tables[table][column].to_numpy(dtype=object)
    wrong = np.array([not bool(a == b) for a, b in zip(claimed, expected, strict=True)], dtype=bool)
    if wrong.any():
        first = int(np.argmax(wrong))
        message = f"is {expected[first]} in the instance, in {int(wrong.sum())} rows"
        where = f"{table}.{column} {claimed[first]}"
        yield Violation("tables", where, float(wrong.sum()), 0.0, message)
