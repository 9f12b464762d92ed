"""The rows of a calibration, from markets and plans, and its warnings."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pydantic import ValidationError

from optimizer.calibration.market import Market, NoMarkupError, paid, yearly_demand
from optimizer.calibration.result import ClassMarkup, with_markup
from optimizer.plan.plan import Plan
from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance

EXACT = 1e-6
"""Share of D within which demand is D."""

SLIGHT = 1e-2
"""Share of D that a workload may lack without being named, if another lacks more."""

TOUCHING = 1e-9
"""Multiples of D by which a quantity may miss the step that it ends."""


@dataclass(frozen=True)
class CalibratedClass:
    """A class with its markup, and what each of its workloads then pays and demands."""

    market: Market
    row: ClassMarkup
    price: Floats
    demanded: Floats


def initial_rows(base: Instance, selected: Collection[str] | None) -> dict[str, ClassMarkup]:
    """Every class with its present markup and, if it is left unchanged, the reason."""
    year = base.time.years[0]
    total: dict[str, float] = {}
    for workload, amount in zip(base.workloads, yearly_demand(base), strict=True):
        total[workload.workload_class] = total.get(workload.workload_class, 0.0) + float(amount)

    def why(group: WorkloadClass) -> str:
        if selected is not None and group.id not in selected:
            return "not selected"
        if group.must_serve:
            return "must be served at any cost"
        if group.elasticity == 0:
            return "inelastic: demand is D at any price up to the choke price"
        return "" if total.get(group.id, 0.0) > 0 else "no demand in the base year"

    def markup(group: WorkloadClass) -> float:
        if group.markup_kind == "additive":
            return at_year(group.markup_usd_per_mtok, year)
        return group.markup

    return {
        group.id: ClassMarkup(group.id, group.markup_kind, markup(group), why=why(group))
        for group in base.classes
    }


def calibrate_class(
    group: WorkloadClass, market: Market, row: ClassMarkup, year: int
) -> CalibratedClass:
    """Find the markup of a class, or the reason why it has none."""
    row = replace(
        row,
        reference_usd_per_mtok=at_year(group.reference_price_usd_per_mtok, year),
        cost_low_usd_per_mtok=float(market.cost.min()),
        cost_high_usd_per_mtok=float(market.cost.max()),
    )
    nothing = np.full_like(market.cost, np.nan)
    try:
        markup = market.markup(group.markup_kind)
        with_markup(group, year, markup)
    except NoMarkupError as error:
        return CalibratedClass(market, replace(row, why=str(error)), nothing, nothing)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        why = f"a markup of {markup:.6g} is not allowed: {reason}"
        return CalibratedClass(market, replace(row, why=why), nothing, nothing)
    price = paid(group, market.cost, markup)
    demanded = market.demanded(price)
    row = replace(
        row,
        after=markup,
        asked_over_d=1 + market.excess(price),
        residual=float(np.abs(demanded - 1).max()),
    )
    return CalibratedClass(market, row, price, demanded)


def with_check(calibrated: CalibratedClass, check: Plan, standing: Plan | None) -> ClassMarkup:
    """Row of a class, with the demand that the plans with its markup accept."""
    row, market = calibrated.row, calibrated.market
    if row.after is None or not check.has_point:
        return row
    standing_over_d = None
    if standing is not None and standing.has_point:
        standing_over_d = market.share(_accepted(standing, market.workload))
    return replace(
        row,
        accepted_over_d=market.share(_accepted(check, market.workload)),
        step_over_d=market.share(_step_widths(check, market.workload, calibrated.demanded)),
        standing_over_d=standing_over_d,
    )


def _accepted(plan: Plan, workloads: Sequence[str]) -> Floats:
    """What a plan of one year accepts of each workload, multiples of D, shape (N,)."""
    steps = plan.tables["acceptance"]
    accepted = steps.groupby(steps["region"] + "/" + steps["class"])["accepted_multiple"].sum()
    return np.asarray(accepted.loc[list(workloads)], dtype=float)


def _step_widths(plan: Plan, workloads: Sequence[str], demanded: Floats) -> Floats:
    """Width of the widest step that contains each workload's demand, multiples of D, (N,)."""
    steps = plan.tables["acceptance"]
    of = (steps["region"] + "/" + steps["class"]).to_numpy()
    low, high = (steps[name].to_numpy(dtype=float) for name in ("from_multiple", "to_multiple"))
    return np.array(
        [
            (high - low)[
                (of == name) & (low - TOUCHING <= quantity) & (quantity <= high + TOUCHING)
            ].max(initial=0.0)
            for name, quantity in zip(workloads, demanded, strict=True)
        ]
    )


def workload_table(classes: Iterable[CalibratedClass], check: Plan) -> pd.DataFrame:
    """One row per workload of a calibrated class; NaN for figures that do not exist."""
    frames = []
    for calibrated in classes:
        ids = calibrated.market.workload
        accepted = _accepted(check, ids) if check.has_point else np.full(len(ids), np.nan)
        columns = {
            "region": [name.split("/")[0] for name in ids],
            "class": calibrated.row.id,
            "demand_gtok_per_year": calibrated.market.demand,
            "cost_usd_per_mtok": calibrated.market.cost,
            "price_usd_per_mtok": calibrated.price,
            "asked_multiple": calibrated.demanded,
            "accepted_multiple": accepted,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def unserved(plan: Plan, classes: Collection[str]) -> dict[str, float]:
    """Share of D that a plan serves, of workloads that it does not serve in full."""
    if not plan.has_point:
        return {}
    rows = plan.tables["demand"]
    rows = rows[rows["class"].isin(classes)]
    hours = rows["length_h"] * rows["days_per_year"]
    served, demanded = (
        (rows[column] * hours).groupby(rows["region"] + "/" + rows["class"], sort=False).sum()
        for column in ("served_gtok_per_h", "reference_gtok_per_h")
    )
    share = (served / demanded)[demanded > 0]
    short = share[share < 1 - EXACT]
    # Whole pods and the gap leave many workloads slightly short; name those far short, if any.
    far_short = short[short < 1 - SLIGHT]
    named = short if far_short.empty else far_short
    return {str(name): float(value) for name, value in named.items()}


def warnings(
    priced: Instance, rows: Mapping[str, ClassMarkup], workloads: pd.DataFrame, full_cost: bool
) -> Iterator[str]:
    """What a planner must know before using the markups."""
    device = {site.id for site in priced.sites if site.kind == "device"}
    year = priced.time.years[0]
    standing = any(
        pool.site not in device and at_year(pool.existing_units, year) > 0 for pool in priced.pools
    )
    if standing and not full_cost:
        yield (
            "existing hardware counts as paid for, so cost includes its capital only where more"
            " must be built: if later years build, people pay these markups on that capital too;"
            " calibrate at full cost to include it"
        )
    for name, row in rows.items():
        if row.after is None:
            continue
        if row.after < (1 if row.kind == "multiplicative" else 0):
            yield (
                f"{name} is sold below cost: its reference price is"
                f" {row.reference_usd_per_mtok:.4g} $/Mtok, and serving it costs"
                f" {row.cost_low_usd_per_mtok:.4g} to {row.cost_high_usd_per_mtok:.4g}"
            )
        if row.asked_over_d is not None and abs(row.asked_over_d - 1) > EXACT:
            yield (
                f"no markup gives {name} exactly D, because its choke price cuts off whole"
                f" workloads; this one gives {row.asked_over_d:.4g} of D"
            )
        cut_off = workloads[(workloads["class"] == name) & (workloads["asked_multiple"] == 0)]
        if len(cut_off):
            yield (
                f"with the markup of {name}, the price exceeds its choke price in"
                f" {', '.join(cut_off['region'])}: no demand there, and more elsewhere"
            )
        yield from _off(row)


def _off(row: ClassMarkup) -> Iterator[str]:
    """Warn if the check is further off than the demand steps explain."""
    if row.accepted_over_d is None or row.step_over_d is None or row.asked_over_d is None:
        return
    if abs(row.accepted_over_d - row.asked_over_d) > row.step_over_d + EXACT:
        yield (
            f"when planned again, {row.id} accepts {row.accepted_over_d:.4g} of D, further off"
            f" than a demand step ({row.step_over_d:.2g} of D): costs jump near D, or depend on"
            " where demand is"
        )
