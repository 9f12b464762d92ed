"""Rows of a study's table: which have an answer, and which may be analysed together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.errors import InputError, Problem
from optimizer.schema.references import near_miss
from optimizer.studies.analysis.scale import Scale

SCENARIO, CASE, DRAW, STATUS, REASON = "scenario", "case", "draw", "status", "reason"
ANSWERED = ("solved", "stopped")
"""Statuses with a plan; with any other there is no answer, whatever else the row contains."""

MOST_NAMED = 5

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def refused(field: str, value: str | None, message: str) -> InputError:
    """Return an error about the table of results or a request to it."""
    return InputError([Problem("results", None, field, value, message)])


def inputs(results: pd.DataFrame) -> list[str]:
    """Return the columns that define a scenario: all before ``status`` except its name.

    Raises
    ------
    InputError
        If there is no column ``status``.
    """
    require(results, [STATUS])
    before = list(results.columns[: results.columns.get_loc(STATUS)])
    return [str(name) for name in before if name != SCENARIO]


def require(results: pd.DataFrame, columns: Sequence[str]) -> None:
    """Check that the columns exist.

    Raises
    ------
    InputError
        With each missing column and the nearest existing name.
    """
    known = [str(name) for name in results.columns]
    missing = [name for name in columns if name not in known]
    if missing:
        raise InputError(
            Problem("results", None, "", name, f"no such column{near_miss(name, known)}")
            for name in missing
        )


def select(results: pd.DataFrame, where: Mapping[str, Any]) -> pd.DataFrame:
    """Select the rows with these values by column; None selects rows without a value.

    Raises
    ------
    InputError
        If a column does not exist or has no such value.
    """
    require(results, [*where])
    for name, value in where.items():
        kept = results[_equal(results[name], value)]
        if kept.empty:
            some = ", ".join(map(text_of, results[name].drop_duplicates().head(MOST_NAMED)))
            raise refused(name, text_of(value), f"no scenario has this value; values are {some}")
        results = kept
    return results


def _equal(column: pd.Series, value: Any) -> Mask:
    if value is None or pd.isna(value):
        return np.asarray(column.isna(), dtype=bool)
    if is_numeric(column) and isinstance(value, int | float | np.number):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(np.isclose(values, float(value), rtol=1e-9, atol=0.0))
    return np.asarray((column == value).fillna(False), dtype=bool)


def text_of(value: Any) -> str:
    """Format a value of an axis."""
    if value is None or pd.isna(value):
        return "none"
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def is_numeric(column: pd.Series) -> bool:
    """Whether a column contains numbers, not booleans."""
    numbers = pd.api.types.is_numeric_dtype(column)
    return numbers and not pd.api.types.is_bool_dtype(column)


def varying(results: pd.DataFrame, besides: Sequence[str]) -> list[str]:
    """Return the inputs with more than one value, except those named."""
    names = [name for name in inputs(results) if name not in besides]
    return [name for name in names if results[name].nunique(dropna=False) > 1]


def one_slice(
    results: pd.DataFrame, together: Sequence[str], where: Mapping[str, Any]
) -> pd.DataFrame:
    """Select the rows of a slice in which only the columns analysed together vary.

    Parameters
    ----------
    results : DataFrame
        One row per scenario.
    together : sequence of str
        Columns that may vary.
    where : mapping of str to value
        The slice.

    Raises
    ------
    InputError
        If other inputs still vary, naming each with its values.
    """
    require(results, together)
    kept = select(results, where)
    if kept.empty:
        raise refused("", None, "contains no scenario")
    loose = varying(kept, together)
    if loose:
        raise InputError(
            Problem("results", None, name, None, _choose(kept[name])) for name in loose
        )
    return kept


def _choose(column: pd.Series) -> str:
    values = column.drop_duplicates()
    some = ", ".join(map(text_of, values.head(MOST_NAMED)))
    more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
    return f"still varies: choose one value for the slice ({some}{more})"


def answered(results: pd.DataFrame, column: str) -> Mask:
    """Which rows have the answer that a column belongs to, shape (rows,).

    Both the scenario and the intervention that the column is named after must be solved.
    """
    require(results, [STATUS])
    solved = np.asarray(results[STATUS].isin(ANSWERED), dtype=bool)
    owner = max((own for own in _statuses(results) if column.startswith(own)), key=len, default="")
    if owner:
        its_own = np.asarray(results[owner + STATUS].isin(ANSWERED), dtype=bool)
        return np.asarray(solved & its_own)
    return solved


def _statuses(results: pd.DataFrame) -> list[str]:
    """Return the prefix of the columns of each intervention, such as ``edge_``."""
    names = map(str, results)
    return [name.removesuffix(STATUS) for name in names if name.endswith(f"_{STATUS}")]


def figures(results: pd.DataFrame, column: str) -> Floats:
    """Return the values of a column, NaN in rows without an answer, shape (rows,).

    Raises
    ------
    InputError
        If the column does not exist or contains text.
    """
    require(results, [column])
    cells = results[column]
    if cells.isna().all():
        return np.full(len(results), np.nan)
    if not is_numeric(cells):
        raise refused(column, None, "contains text, not a measure")
    values = cells.to_numpy(dtype=float, na_value=np.nan)
    return np.where(answered(results, column) & np.isfinite(values), values, np.nan)


def verdicts(results: pd.DataFrame, intervention: str, scale: Scale) -> list[str | None]:
    """Return the verdict of each row; None in rows without an answer."""
    column = f"{intervention}_{scale.verdict}"
    require(results, [column])
    known = answered(results, column)
    return [
        str(words) if is_known and not pd.isna(words) else None
        for words, is_known in zip(results[column], known, strict=True)
    ]
