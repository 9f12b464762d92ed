"""From a plan, or a displacement, to one row of figures."""

import math
from collections.abc import Mapping

import pandas as pd

from optimizer.counterfactual.results import Displacement
from optimizer.plan.plan import Plan
from optimizer.problem.horizon import span_years
from optimizer.schema.sites import EDGE_KINDS
from optimizer.studies.result_schema import DISPLACEMENT

Cell = float | int | str | bool | None
CAUSES = ("substitution", "unlocked", "grid_relief", "price_response")


def of_plan(plan: Plan) -> dict[str, Cell]:
    """Figures of a plan, as `result_schema.PLAN` has them; without a point, no sums."""
    found: dict[str, Cell] = {
        "plan_status": plan.status,
        "welfare_usd": plan.welfare_usd,
        "bound_usd": plan.bound_usd,
        "gap": plan.gap,
        "cost_usd": plan.cost_usd,
        "cost_bound_usd": plan.cost_bound_usd,
    }
    if not plan.has_point:
        return found
    instance = plan.instance
    spans = dict(zip(instance.time.years, span_years(instance).tolist(), strict=True))
    carried, power, demand = plan.placement, plan.power, plan.tables["demand"]
    tokens = carried["flow_gtok_per_h"] * _hours(carried, spans)
    hours = _hours(power, spans)
    by_hour = power.groupby(["year", "day", "start_h"])[["power_mw", "draw_mw"]].sum()
    served = float((demand["served_gtok_per_h"] * _hours(demand, spans)).sum())
    generators = plan.tables["generators"]
    return found | {
        "served_gtok": served,
        "shed_gtok": float((demand["shed_gtok_per_h"] * _hours(demand, spans)).sum()),
        "edge_token_share": _share(tokens[carried["kind"].isin(EDGE_KINDS)].sum(), tokens.sum()),
        "energy_mwh": float((power["power_mw"] * hours).sum()),
        "grid_mwh": float((power["draw_mw"] * hours).sum()),
        "peak_mw": _highest(by_hour["power_mw"]),
        "grid_peak_mw": _highest(by_hour["draw_mw"]),
        "built_units": float(plan.capacity["units_built"].sum()),
        "generator_mw": _highest(generators.groupby("year")["nameplate_mw"].sum()),
    }


def of_displacement(answer: Displacement, intervention: str) -> dict[str, Cell]:
    """Figures of a displacement, each after the intervention's name."""
    found: dict[str, Cell] = {
        "status": answer.status,
        "verdict": answer.verdict.words if answer.plans else None,
        "forced_by": ", ".join(answer.verdict.forced_by) or None,
        "proved": None if answer.proved_interval.low is None else answer.verdict.proved,
        "low": answer.interval.low,
        "high": answer.interval.high,
        "proved_low": answer.proved_interval.low,
        "proved_high": answer.proved_interval.high,
        "refill_share": answer.refill.share if answer.refill is not None else None,
        "reason": "; ".join(answer.warnings) or None,
    }
    for name, measure in (
        ("displacement", answer.energy),
        ("tokens_displacement", answer.tokens),
        ("peak_displacement", answer.peak),
    ):
        found[name] = None if measure is None else measure.displacement
    if answer.energy is not None:
        found |= {
            "rest_without_mwh": answer.energy.rest_without,
            "rest_with_mwh": answer.energy.rest_with,
            "mwh": answer.energy.intervention,
        }
    if answer.tokens is not None:
        found |= {
            "rest_without_gtok": answer.tokens.rest_without,
            "rest_with_gtok": answer.tokens.rest_with,
            "gtok": answer.tokens.intervention,
        }
    if answer.attribution is not None:
        found |= {f"{name}_mwh": getattr(answer.attribution.energy, name) for name in CAUSES}
    if answer.rebound is not None:
        found |= {
            "rebound": answer.rebound.rebound,
            "rebound_low": answer.rebound.low,
            "rebound_high": answer.rebound.high,
            "rebound_words": answer.rebound.words,
            "peak_ratio": answer.rebound.peak_ratio,
            "capital_ratio": answer.rebound.capital_ratio,
        }
    if answer.grid_return is not None:
        found["mwh_per_mw"] = answer.grid_return.mwh_per_mw
    return {f"{intervention}_{name}": found.get(name) for name in DISPLACEMENT}


def _hours(table: pd.DataFrame, spans: Mapping[int, float]) -> "pd.Series[float]":
    """Hours that each row of a table stands for, over all years planned."""
    return table["length_h"] * table["days_per_year"] * table["year"].map(spans)


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _highest(series: "pd.Series[float]") -> float:
    found = float(series.max()) if len(series) else 0.0
    return 0.0 if math.isnan(found) else found
