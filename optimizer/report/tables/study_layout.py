"""What is shown of a study: a map, a line, a sample or a Saltelli design, and in which panels."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.studies.analysis.outcomes import (
    CASE,
    DRAW,
    SCENARIO,
    STATUS,
    at,
    is_numeric,
    refused,
    require,
    text_of,
)
from optimizer.studies.analysis.scale import scale_of
from optimizer.studies.facts import SALTELLI, StudyFacts

MAP, LINE, SAMPLE, DESIGN, SWINGS = "map", "line", "sample", "design", "swings"
MOST_PANELS = 9
WELFARE = "welfare_usd"


@dataclass(frozen=True)
class Panel:
    """Rows of one slice, and the slice in words; no words where nothing else varies."""

    words: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class Layout:
    """How a study's results are laid out.

    Attributes
    ----------
    kind : str
        ``map``, ``line``, ``sample``, ``design`` (Saltelli) or ``swings`` (one at a time).
    across : tuple of str
        Axes of each drawing: two of a map, one of a line.
    panels : tuple of Panel
    left_out : int
        Slices beyond those shown.
    by : tuple of str
        Inputs in which slices differ.
    """

    kind: str
    across: tuple[str, ...]
    panels: tuple[Panel, ...]
    left_out: int
    by: tuple[str, ...]

    @property
    def note(self) -> str:
        """What is not shown, in words; empty where all is."""
        if not self.left_out:
            return ""
        shown = len(self.panels)
        return (
            f"Shown are the first {shown} of {shown + self.left_out} combinations of"
            f" {', '.join(self.by)}: the others are in the table of results."
        )


def layout(results: pd.DataFrame, facts: StudyFacts) -> Layout:
    """Choose what suits the study, from its axes and its sample.

    Raises
    ------
    InputError
        Where there is no scenario, or a column of an axis is missing.
    """
    names = [CASE, *(name for name, _ in facts.axes)]
    require(results, [SCENARIO, STATUS, *names])
    if results.empty:
        raise refused(SCENARIO, None, "holds none: there is nothing to show yet")
    loose = [name for name in names if results[name].nunique(dropna=False) > 1]
    if facts.method is not None:
        kind = DESIGN if facts.method == SALTELLI else SAMPLE
        across: tuple[str, ...] = ()
    elif sampled(results, facts):
        # Parameters without a sample are moved one at a time, each in a case of its own.
        kind, across = SWINGS, (CASE,)
    else:
        kind, across = _axes(results, [name for name in loose if name != CASE])
    by = [name for name in loose if name not in across]
    panels, left_out = _panels(results, by)
    return Layout(kind, across, panels, left_out, tuple(by))


def _axes(results: pd.DataFrame, loose: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Two axes of numbers for a map; else one, of numbers if there is one, for a line."""
    numeric = [name for name in loose if is_numeric(results[name])]
    if len(numeric) >= 2:
        return MAP, (numeric[0], numeric[1])
    return LINE, (*numeric, *loose, CASE)[:1]


def _panels(results: pd.DataFrame, by: Sequence[str]) -> tuple[tuple[Panel, ...], int]:
    if not by:
        return (Panel("", results),), 0
    slices = results[list(by)].drop_duplicates()
    panels = []
    for values in slices.head(MOST_PANELS).itertuples(index=False):
        where = dict(zip(by, values, strict=True))
        words = ", ".join(f"{name} {text_of(value)}" for name, value in where.items())
        panels.append(Panel(words, at(results, where)))
    return tuple(panels), len(slices) - len(panels)


def measure_of(results: pd.DataFrame, intervention: str) -> str:
    """Column of what is analysed: displacement or rebound; welfare without an intervention."""
    if not intervention:
        return WELFARE
    return f"{intervention}_{scale_of(results, intervention).measure}"


def asked(results: pd.DataFrame, facts: StudyFacts) -> list[str]:
    """Interventions that the results have answers for, or the reason why there are none."""
    return [name for name in facts.interventions if f"{name}_{STATUS}" in results]


def sampled(results: pd.DataFrame, facts: StudyFacts) -> list[str]:
    """Parameters that are columns of the results."""
    before = list(results.columns[: results.columns.get_loc(STATUS)])
    return [name for name, _ in facts.parameters if name in before and name != DRAW]
