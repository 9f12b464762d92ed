"""How a study is shown: as a map, a line, a sample or a Saltelli design, in which panels."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.report.numbers import plain
from optimizer.studies.analysis.outcomes import (
    CASE,
    DRAW,
    SCENARIO,
    STATUS,
    is_numeric,
    refused,
    require,
    select,
    text_of,
)
from optimizer.studies.analysis.scale import scale_of
from optimizer.studies.summary import SALTELLI, StudySummary

MAP, LINE, SAMPLE, DESIGN, SWINGS = "map", "line", "sample", "design", "swings"
MOST_PANELS = 9
WELFARE = "welfare_usd"


@dataclass(frozen=True)
class Panel:
    """Rows of one slice, and the slice in words; no words if nothing else varies."""

    words: str
    rows: pd.DataFrame

    def titled(self, title: str) -> str:
        """A title that names the slice."""
        return f"{title}: {self.words}" if self.words else title


@dataclass(frozen=True)
class StudyLayout:
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
        """Say what is not shown; empty if all is."""
        if not self.left_out:
            return ""
        shown = len(self.panels)
        return (
            f"Showing the first {shown} of {shown + self.left_out} combinations of"
            f" {', '.join(self.by)}; the others are in the table of results."
        )


def layout_of(results: pd.DataFrame, facts: StudySummary) -> StudyLayout:
    """Choose the layout that suits the study's axes and sample.

    Raises
    ------
    InputError
        If there is no scenario, or a column of an axis is missing.
    """
    names = [CASE, *(name for name, _ in facts.axes)]
    require(results, [SCENARIO, STATUS, *names])
    if results.empty:
        raise refused(SCENARIO, None, "has no rows: there is nothing to show yet")
    loose = [name for name in names if results[name].nunique(dropna=False) > 1]
    across: tuple[str, ...] = ()
    if facts.method is not None:
        kind = DESIGN if facts.method == SALTELLI else SAMPLE
    elif sampled(results, facts):
        # Parameters without a sample are moved one at a time, each in a case of its own.
        kind, across = SWINGS, (CASE,)
    else:
        kind, across = _axes(results, [name for name in loose if name != CASE])
    by = [name for name in loose if name not in across]
    panels, left_out = _panels(results, by)
    return StudyLayout(kind, across, panels, left_out, tuple(by))


def _axes(results: pd.DataFrame, loose: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Two numeric axes for a map; otherwise one for a line, numeric if possible."""
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
        place = dict(zip(by, values, strict=True))
        words = ", ".join(f"{name} {value_text(value)}" for name, value in place.items())
        panels.append(Panel(words, select(results, place)))
    return tuple(panels), len(slices) - len(panels)


def value_text(value: object) -> str:
    """A value of an axis as text: large numbers without an exponent."""
    if isinstance(value, int | float) and not isinstance(value, bool) and not pd.isna(value):
        return plain(value)
    return text_of(value)


def measure_of(results: pd.DataFrame, intervention: str) -> str:
    """Column analysed: displacement or rebound; welfare without an intervention."""
    if not intervention:
        return WELFARE
    return f"{intervention}_{scale_of(results, intervention).measure}"


def asked(results: pd.DataFrame, facts: StudySummary) -> list[str]:
    """Interventions for which the results have answers, or reasons for having none."""
    return [name for name in facts.interventions if f"{name}_{STATUS}" in results]


def sampled(results: pd.DataFrame, facts: StudySummary) -> list[str]:
    """Parameters that are columns of the results."""
    before = list(results.columns[: results.columns.get_loc(STATUS)])
    return [name for name, _ in facts.parameters if name in before and name != DRAW]
