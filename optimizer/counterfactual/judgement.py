"""The quantities of a displacement in both worlds, and the verdict by each of them."""

import math
from collections.abc import Mapping

from optimizer.counterfactual import measures
from optimizer.counterfactual.findings import Findings
from optimizer.counterfactual.linear_measure import Quantity
from optimizer.counterfactual.measures import Series
from optimizer.counterfactual.quantities import judged
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.stress import Stress
from optimizer.counterfactual.verdict import (
    CARRIES_NONE,
    ENERGY,
    GRID,
    NOT_USED,
    STRESS,
    WORK,
    Bounds,
    MeasureVerdict,
    Verdicts,
    is_proved,
    judge,
)

OF_VERDICT = {WORK: "tokens", ENERGY: "energy", GRID: "draw", STRESS: "stress"}
"""Measure of the result behind each verdict."""


def all_series(scenarios: SolvedScenarios, stress: Stress) -> dict[str, Series]:
    """Every quantity in both worlds, by its name in the result."""
    usage = measures.used(scenarios, stress)
    quantities = judged(scenarios, stress)
    named = {name: quantities[key] for key, name in OF_VERDICT.items()}
    named["peak"] = Quantity(*measures.peak(scenarios))
    return {
        name: measures.series(scenarios, each.split, each.weight, usage)
        for name, each in named.items()
    }


def verdicts(series: Mapping[str, Series], findings: Findings, year: int | None = None) -> Verdicts:
    """Judge every quantity by its interval: over all years, or in one, by position."""
    judged = {}
    measured = {
        name: each.whole if year is None else each.by_year[year] for name, each in series.items()
    }
    in_use = any(each.displacement is not None for each in measured.values())
    for key, name in OF_VERDICT.items():
        measure = measured[name]
        interval, proven = findings.intervals.get(key), (math.nan, math.nan)
        ends = (math.nan, math.nan)
        if interval is not None and year is None:
            ends = interval.low, interval.high
        elif interval is not None and year is not None:
            ends = float(interval.low_by_year[year]), float(interval.high_by_year[year])
        if year is None:
            proven = findings.proven.get(key, proven)
        words = judge(measure.displacement, *ends)
        if words == NOT_USED and in_use:
            words = CARRIES_NONE
        judged[key] = MeasureVerdict(
            words=words,
            displacement=measure.displacement,
            interval=_bounds(measure.displacement, *ends),
            proved=is_proved(words, *proven),
            proved_interval=_bounds(measure.displacement, *proven),
        )
    return Verdicts(**judged)


def _bounds(displacement: float | None, low: float, high: float) -> Bounds:
    """Interval that contains the displacement found; unknown if the intervention is not used."""
    if displacement is None or not (math.isfinite(low) and math.isfinite(high)):
        return Bounds()
    return Bounds(float(min(low, displacement)), float(max(high, displacement)))
