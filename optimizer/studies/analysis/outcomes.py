"""Rows of a study's table: which have an answer, and which one analysis may take together."""

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
"""Statuses with a plan; every other means that there is no answer, whatever else a row holds."""

MOST_NAMED = 5

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def refused(field: str, value: str | None, message: str) -> InputError:
    """An error about the table of results, or about what is asked of it."""
    return InputError([Problem("results", None, field, value, message)])


def inputs(results: pd.DataFrame) -> list[str]:
    """Columns that say what a scenario is: all before ``status`` but its name.

    Raises
    ------
    InputError
        Without a column ``status``.
    """
    require(results, [STATUS])
    before = list(results.columns[: results.columns.get_loc(STATUS)])
    return [str(name) for name in before if name != SCENARIO]


def require(results: pd.DataFrame, columns: Sequence[str]) -> None:
    """See that the columns are there.

    Raises
    ------
    InputError
        Names each that is not, with the nearest that is.
    """
    known = [str(name) for name in results.columns]
    missing = [name for name in columns if name not in known]
    if missing:
        raise InputError(
            Problem("results", None, "", name, f"no such column{near_miss(name, known)}")
            for name in missing
        )


def at(results: pd.DataFrame, where: Mapping[str, Any]) -> pd.DataFrame:
    """Rows in which every named column has the named value; None stands for no value.

    Raises
    ------
    InputError
        Where a column or a value of it does not exist.
    """
    require(results, [*where])
    for name, value in where.items():
        kept = results[_equal(results[name], value)]
        if kept.empty:
            there = results[name].drop_duplicates().head(MOST_NAMED)
            some = ", ".join(map(text_of, there))
            raise refused(name, text_of(value), f"no scenario has this; there are {some}")
        results = kept
    return results


def _equal(column: pd.Series, value: Any) -> Mask:
    if value is None or pd.isna(value):
        return np.asarray(column.isna(), dtype=bool)
    if is_numeric(column) and isinstance(value, int | float | np.number):
        there = column.to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(np.isclose(there, float(value), rtol=1e-9, atol=0.0))
    return np.asarray((column == value).fillna(False), dtype=bool)


def text_of(value: Any) -> str:
    """A value of an axis as text."""
    if value is None or pd.isna(value):
        return "none"
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers, and no truth values."""
    numbers = pd.api.types.is_numeric_dtype(column)
    return numbers and not pd.api.types.is_bool_dtype(column)


def varying(results: pd.DataFrame, besides: Sequence[str]) -> list[str]:
    """Inputs with more than one value, but for those named."""
    names = [name for name in inputs(results) if name not in besides]
    return [name for name in names if results[name].nunique(dropna=False) > 1]


def one_slice(
    results: pd.DataFrame, together: Sequence[str], where: Mapping[str, Any]
) -> pd.DataFrame:
    """Rows of one slice, in which nothing varies but what is analysed together.

    Parameters
    ----------
    results : DataFrame
        One row a scenario.
    together : sequence of str
        Columns that may vary.
    where : mapping of str to value
        The slice.

    Raises
    ------
    InputError
        Where another input varies still, naming each with its values.
    """
    require(results, together)
    kept = at(results, where)
    if kept.empty:
        raise refused("", None, "holds no scenario")
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
    return f"still varies: choose one value of it for the slice ({some}{more})"


def answered(results: pd.DataFrame, column: str) -> Mask:
    """Which rows have the answer that a column belongs to, shape (rows,).

    The scenario must have been solved, and so must the intervention whose name the column bears.
    """
    require(results, [STATUS])
    solved = np.asarray(results[STATUS].isin(ANSWERED), dtype=bool)
    owner = max((own for own in _statuses(results) if column.startswith(own)), key=len, default="")
    if owner:
        its_own = np.asarray(results[owner + STATUS].isin(ANSWERED), dtype=bool)
        return np.asarray(solved & its_own)
    return solved


def _statuses(results: pd.DataFrame) -> list[str]:
    """Beginnings of the columns of each intervention, as ``edge_``."""
    ends = f"_{STATUS}"
    return [str(name).removesuffix(STATUS) for name in results if str(name).endswith(ends)]


def figures(results: pd.DataFrame, column: str) -> Floats:
    """Values of a column where there is an answer, not a number elsewhere, shape (rows,).

    Raises
    ------
    InputError
        Where the column does not exist, or holds words.
    """
    require(results, [column])
    whole = results[column]
    if whole.isna().all():
        return np.full(len(results), np.nan)
    if not is_numeric(whole):
        raise refused(column, None, "holds words, and not a measure")
    values = whole.to_numpy(dtype=float, na_value=np.nan)
    return np.where(answered(results, column) & np.isfinite(values), values, np.nan)


def verdicts(results: pd.DataFrame, intervention: str, scale: Scale) -> list[str | None]:
    """Verdict of each row in words; None where there is no answer."""
    column = f"{intervention}_{scale.verdict}"
    require(results, [column])
    known = answered(results, column)
    return [
        str(words) if there and not pd.isna(words) else None
        for words, there in zip(results[column], known, strict=True)
    ]
