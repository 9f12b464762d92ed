"""Figures of a plan or a displacement, for a row of the results."""

import math
from collections.abc import Mapping

import pandas as pd

from optimizer.counterfactual.binding_limits import in_both_worlds
from optimizer.counterfactual.results import (
    Displacement,
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.verdict import GRID, STRESS, WORK, MeasureVerdict
from optimizer.plan.curve_ends import classes_at_end
from optimizer.plan.plan import Plan
from optimizer.problem.horizon import span_years
from optimizer.schema.sites import EDGE_KINDS
from optimizer.studies.result_schema import DISPLACEMENT

Cell = float | int | str | bool | None
CAUSES = (
    "standing",
    "substitution",
    "unlocked",
    "grid_relief",
    "policy_relief",
    "hardware_relief",
    "price_response",
)


def of_plan(plan: Plan) -> dict[str, Cell]:
    """Return the columns `result_schema.PLAN` of a plan; no sums if it has no point."""
    figures: dict[str, Cell] = {
        "plan_status": plan.status,
        "welfare_usd": plan.welfare_usd,
        "bound_usd": plan.bound_usd,
        "gap": plan.gap,
        "cost_usd": plan.cost_usd,
        "cost_bound_usd": plan.cost_bound_usd,
        "curve_ends": ", ".join(classes_at_end(plan.instance, plan.tables["acceptance"])) or None,
    }
    if not plan.has_point:
        return figures
    instance = plan.instance
    spans = dict(zip(instance.time.years, span_years(instance).tolist(), strict=True))
    placement, power, demand = plan.placement, plan.power, plan.tables["demand"]
    tokens = placement["flow_gtok_per_h"] * _hours(placement, spans)
    hours = _hours(power, spans)
    by_hour = power.groupby(["year", "day", "start_h"])[["power_mw", "draw_mw"]].sum()
    served = float((demand["served_gtok_per_h"] * _hours(demand, spans)).sum())
    generators = plan.tables["generators"]
    return figures | {
        "served_gtok": served,
        "shed_gtok": float((demand["shed_gtok_per_h"] * _hours(demand, spans)).sum()),
        "edge_token_share": _share(tokens[placement["kind"].isin(EDGE_KINDS)].sum(), tokens.sum()),
        "energy_mwh": float((power["power_mw"] * hours).sum()),
        "grid_mwh": float((power["draw_mw"] * hours).sum()),
        "peak_mw": _highest(by_hour["power_mw"]),
        "grid_peak_mw": _highest(by_hour["draw_mw"]),
        "built_units": float(plan.capacity["units_built"].sum()),
        "generator_mw": _highest(generators.groupby("year")["nameplate_mw"].sum()),
    }


def of_displacement(result: InterventionResult, intervention: str) -> dict[str, Cell]:
    """Figures of an intervention's result, each under a name that begins with the intervention."""
    figures: dict[str, Cell] = {
        "status": result.status,
        "verdict": result.words if result.plans else None,
        "reason": "; ".join(result.warnings) or None,
        "headline": " ".join(result.headline.lines),
        "curve_ends": ", ".join(dict.fromkeys(sum(result.curve_ends.values(), ()))) or None,
    }
    if result.energy is not None:
        figures |= {
            "rest_without_mwh": result.energy.rest_without,
            "rest_with_mwh": result.energy.rest_with,
            "mwh": result.energy.intervention,
        }
    if result.tokens is not None:
        figures |= {
            "rest_without_gtok": result.tokens.rest_without,
            "rest_with_gtok": result.tokens.rest_with,
            "gtok": result.tokens.intervention,
        }
    if isinstance(result, Displacement):
        figures |= _displaced(result)
    if isinstance(result, GridReturnResult) and result.grid_return is not None:
        figures["mwh_per_mw"] = result.grid_return.mwh_per_mw
    if isinstance(result, Displacement | ReboundResult) and result.rebound is not None:
        figures |= {
            "rebound": result.rebound.rebound,
            "rebound_low": result.rebound.low,
            "rebound_high": result.rebound.high,
            "rebound_words": result.rebound.words,
            "peak_ratio": result.rebound.peak_ratio,
            "capital_ratio": result.rebound.capital_ratio,
        }
    return {f"{intervention}_{name}": figures.get(name) for name in DISPLACEMENT}


def _displaced(result: Displacement) -> dict[str, Cell]:
    figures: dict[str, Cell] = {
        "forced_by": ", ".join(result.forced_by) or None,
        "binding": ", ".join(in_both_worlds(result.binding)) or None,
        "proved": None if result.proved_interval.low is None else result.proved,
        "low": result.interval.low,
        "high": result.interval.high,
        "proved_low": result.proved_interval.low,
        "proved_high": result.proved_interval.high,
        "refill_share": None if result.refill is None else result.refill.share,
    }
    if result.tokens and result.energy and result.peak:
        figures["displacement"] = result.energy.displacement
        figures["tokens_displacement"] = result.tokens.displacement
        figures["peak_displacement"] = result.peak.displacement
    if result.factors is not None:
        figures["energy_ratio"] = result.factors.energy_ratio
    if result.verdicts is not None:
        for name in (WORK, GRID, STRESS):
            figures |= _judged(name, getattr(result.verdicts, name))
    if result.attribution is not None:
        figures |= {f"{name}_mwh": getattr(result.attribution.energy, name) for name in CAUSES}
    return figures


def _judged(name: str, verdict: MeasureVerdict) -> dict[str, Cell]:
    """Columns of the verdict by a measure."""
    figures: dict[str, Cell] = {
        "verdict": verdict.words,
        "displacement": verdict.displacement,
        "low": verdict.interval.low,
        "high": verdict.interval.high,
        "proved": None if verdict.proved_interval.low is None else verdict.proved,
    }
    return {f"{name}_{key}": value for key, value in figures.items()}


def _hours(table: pd.DataFrame, spans: Mapping[int, float]) -> "pd.Series[float]":
    """Return the hours that each row of a table represents, over all years planned."""
    return table["length_h"] * table["days_per_year"] * table["year"].map(spans)


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _highest(series: "pd.Series[float]") -> float:
    highest = float(series.max()) if len(series) else 0.0
    return 0.0 if math.isnan(highest) else highest
