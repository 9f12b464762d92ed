"""Columns that the tables of a plan must have, and what each may hold."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from optimizer.plan.plan import TABLES, Plan
from optimizer.verification.violation import Violation

NUMBERS: dict[str, tuple[str, ...]] = {
    "placement": ("length_h", "days_per_year", "flow_gtok_per_h"),
    "demand": (
        "length_h",
        "days_per_year",
        "reference_gtok_per_h",
        "accepted_gtok_per_h",
        "served_gtok_per_h",
        "shed_gtok_per_h",
        "deferred_gtok",
    ),
    "acceptance": (
        "step",
        "from_multiple",
        "to_multiple",
        "value_usd_per_mtok",
        "accepted_multiple",
    ),
    "capacity": ("pods_built", "units_built", "units", "units_in_use"),
    "sites": ("candidate", "open"),
    "generators": ("units_built", "units", "nameplate_mw"),
    "generation": ("length_h", "days_per_year", "generation_mw"),
    "storage": (
        "length_h",
        "days_per_year",
        "units_built",
        "units",
        "charge_mw",
        "discharge_mw",
        "stored_mwh",
    ),
    "power": (
        "length_h",
        "days_per_year",
        "power_mw",
        "draw_mw",
        "generation_mw",
        "charge_mw",
        "discharge_mw",
    ),
    "zones": ("length_h", "days_per_year", "draw_mw", "limit_mw"),
    "areas": ("peak_mw", "peak_limit_mw", "required_ucap_mw"),
    "contracts": ("length_h", "days_per_year", "draw_mw", "limit_mw"),
    "connections": ("steps_built", "built_mw", "connection_mw"),
    "policy": ("value", "limit"),
    "prices": ("value",),
}
"""Columns of each table that hold numbers."""

NULLABLE = {
    ("zones", "limit_mw"),
    ("areas", "peak_limit_mw"),
    ("policy", "limit"),
    ("prices", "value"),
}
"""Those that hold none where there is no limit, or no demand to price."""

_SLOT = ("year", "day", "start_h")

WORDS: dict[str, tuple[str, ...]] = {
    "placement": (*_SLOT, "region", "class", "site", "kind", "model", "hardware", "serving"),
    "demand": (*_SLOT, "region", "class"),
    "acceptance": ("year", "region", "class"),
    "capacity": ("year", "site", "kind", "hardware"),
    "sites": ("year", "site", "kind"),
    "generators": ("year", "site", "generator"),
    "generation": (*_SLOT, "site", "generator"),
    "storage": (*_SLOT, "site", "storage"),
    "power": (*_SLOT, "site", "kind", "zone"),
    "zones": (*_SLOT, "zone"),
    "areas": ("year", "area"),
    "contracts": (*_SLOT, "contract"),
    "connections": ("year", "site"),
    "policy": ("measure", "year", "where"),
    "prices": ("run", "measure", "year", "where"),
}
"""Columns of each table that say what a row is about."""


def check_columns(plan: Plan) -> Iterator[Violation]:
    """Yield every table and column that is missing, and every figure that is no number."""
    for name in TABLES:
        if name not in plan.tables:
            yield Violation("tables", name, 0, 1, "is missing")
            continue
        table = plan.tables[name]
        if name == "prices" and table.empty:
            continue  # the solver gave no duals
        names = list(table.columns)
        for column in (*WORDS[name], *NUMBERS[name]):
            if (count := names.count(column)) != 1:
                message = "is missing" if count == 0 else "stands there several times"
                yield Violation("tables", f"{name}.{column}", count, 1, message)
            elif column in NUMBERS[name]:
                nullable = (name, column) in NULLABLE
                yield from _numbers(f"{name}.{column}", table[column], nullable)


def _numbers(where: str, column: "pd.Series[Any]", nullable: bool) -> Iterator[Violation]:
    kinds = pd.api.types
    if not (kinds.is_any_real_numeric_dtype(column) or kinds.is_bool_dtype(column)):
        yield Violation("tables", where, np.nan, 0.0, "holds no numbers")
        return
    values = column.to_numpy(dtype=float, na_value=np.nan)
    wrong = np.isinf(values) if nullable else ~np.isfinite(values)
    if wrong.any():
        first = float(values[np.argmax(wrong)])
        message = f"is not a finite number in {int(wrong.sum())} rows"
        yield Violation("tables", where, first, 0.0, message)
