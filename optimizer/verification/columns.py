"""Check that a plan's tables have the columns of `TABLES`, and finite numbers in them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from optimizer.plan.output_tables import TABLES, Kind
from optimizer.plan.plan import Plan
from optimizer.verification.violation import Violation


def check_columns(plan: Plan) -> Iterator[Violation]:
    """Yield every missing table, missing or repeated column, and value that is not a number."""
    for name, expected in TABLES.items():
        if name not in plan.tables:
            yield Violation("tables", name, 0, 1, "is missing")
            continue
        table = plan.tables[name]
        if name == "prices" and table.empty:
            continue  # the solver returned no duals
        names = list(table.columns)
        for column in expected.columns:
            where = f"{name}.{column.name}"
            if (count := names.count(column.name)) != 1:
                message = "is missing" if count == 0 else "appears more than once"
                yield Violation("tables", where, count, 1, message)
            elif column.kind not in (Kind.KEY, Kind.LABEL):
                yield from _numbers(where, table[column.name], column.kind is Kind.NULLABLE)


def _numbers(where: str, column: "pd.Series[Any]", nullable: bool) -> Iterator[Violation]:
    kinds = pd.api.types
    if not (kinds.is_any_real_numeric_dtype(column) or kinds.is_bool_dtype(column)):
        yield Violation("tables", where, np.nan, 0.0, "is not a column of numbers")
        return
    values = column.to_numpy(dtype=float, na_value=np.nan)
    wrong = np.isinf(values) if nullable else ~np.isfinite(values)
    if wrong.any():
        first = float(values[np.argmax(wrong)])
        message = f"is not a finite number in {int(wrong.sum())} rows"
        yield Violation("tables", where, first, 0.0, message)
