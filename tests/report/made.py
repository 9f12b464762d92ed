"""A plan written down by hand: small tables with known figures."""

from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import Plan, Run
from optimizer.schema.instance import Instance
from tests.cli.cases import small

YEARS = (2026, 2027)
HOURS = {"length_h": 24.0, "days_per_year": 365.0}


def plan(instance: Instance | None = None, **tables: pd.DataFrame) -> Plan:
    """A plan with these tables and the others empty; money in round figures."""
    return Plan(
        instance=instance or small(),
        status="gap_reached",
        welfare_usd=70e6,
        bound_usd=71e6,
        cost_usd=29.5e6,
        cost_bound_usd=None,
        gap=1 / 29.5,
        parts_usd={"value": 100e6, "shed": -0.5e6, "hardware": -24.5e6, "energy": -5e6, "co2": 0},
        tables={name: pd.DataFrame() for name in TABLES} | tables,
        run=Run(),
    )


def without_point(status: str) -> Plan:
    """A run that ended without a plan."""
    none: dict[str, Any] = dict.fromkeys(
        ("welfare_usd", "bound_usd", "cost_usd", "cost_bound_usd", "gap")
    )
    return replace(plan(), status=status, parts_usd={}, **none)


def with_zones(instance: Instance, names: list[str]) -> Instance:
    """The instance with more zones, alike."""
    zones = tuple(instance.zones[0].model_copy(update={"id": name}) for name in names)
    return instance.model_copy(update={"zones": zones})


def zone_rows(*rows: tuple[str, int, float, float]) -> pd.DataFrame:
    """Rows of (zone, year, draw, limit), one slot after the other."""
    return pd.DataFrame(rows, columns=["zone", "year", "draw_mw", "limit_mw"])


def price_rows(
    measure: str,
    values: dict[tuple[str, int], float],
    run: str,
    all_years: dict[str, float] | None = None,
) -> pd.DataFrame:
    """Prices by place and year, the same on both sides; of all years, their sum by default."""
    sums: dict[str, float] = {}
    for (where, _), value in values.items():
        sums[where] = sums.get(where, 0.0) + value
    together = sums | (all_years or {})
    columns = {"run": run, "measure": measure}
    return pd.DataFrame(
        [
            columns
            | {"where": where, "year": year, "value": value, "left": value}
            | {"all_years": together[where], "all_years_left": together[where]}
            for (where, year), value in values.items()
        ]
    )
