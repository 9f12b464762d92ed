"""From markets and plans to the rows of a calibration, and what must be said beside them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pydantic import ValidationError

from optimizer.calibration.check import accepted_multiples, step_widths
from optimizer.calibration.market import Market, NoMarkupError, paid
from optimizer.calibration.markets import yearly_demand
from optimizer.calibration.markups import markup_in, with_markup
from optimizer.calibration.result import ClassMarkup
from optimizer.plan.plan import Plan
from optimizer.problem.horizon import Floats
from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance

EXACT = 1e-6
"""Share of D within which demand is D."""

SLIGHT = 1e-2
"""Share of D that a workload may lack and not be named, where another lacks more."""


@dataclass(frozen=True)
class Found:
    """A class with the markup found for it, and what each of its workloads then asks for."""

    market: Market
    row: ClassMarkup
    price: Floats
    asked: Floats

    def share(self, multiple: Floats) -> float:
        """Multiples of D by workload as one of the class's D."""
        return float(self.market.demand @ multiple / self.market.demand.sum())


def listed(base: Instance, asked_for: Collection[str] | None) -> dict[str, ClassMarkup]:
    """Every class with its markup before, and why it is left as it is where it is."""
    year = base.time.years[0]
    _, tokens = yearly_demand(base)
    total: dict[str, float] = {}
    for workload, amount in zip(base.workloads, tokens, strict=True):
        total[workload.workload_class] = total.get(workload.workload_class, 0.0) + float(amount)

    def why(group: WorkloadClass) -> str:
        if asked_for is not None and group.id not in asked_for:
            return "not asked for"
        if group.must_serve:
            return "must be served, whatever that costs"
        if group.elasticity == 0:
            return "inelastic: asks for D at any price up to the choke price"
        return "" if total.get(group.id, 0.0) > 0 else "asks for nothing in the base year"

    return {
        group.id: ClassMarkup(group.id, group.markup_kind, markup_in(group, year), why=why(group))
        for group in base.classes
    }


def found(group: WorkloadClass, market: Market, row: ClassMarkup, year: int) -> Found:
    """Find the markup of a class, or why it has none."""
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
        return Found(market, replace(row, why=str(error)), nothing, nothing)
    except ValidationError as error:
        told = error.errors()[0]["msg"].removeprefix("Value error, ")
        why = f"it may not have the markup {markup:.6g}: {told}"
        return Found(market, replace(row, why=why), nothing, nothing)
    price = paid(group, market.cost, markup)
    asked = market.asked(price)
    row = replace(
        row,
        after=markup,
        asked_over_d=1 + market.excess(price),
        residual=float(np.abs(asked - 1).max()),
    )
    return Found(market, row, price, asked)


def checked(one: Found, check: Plan, standing: Plan | None) -> ClassMarkup:
    """Row of a class with what the plans made with its markup accept."""
    if one.row.after is None or not check.has_point:
        return one.row
    ids = one.market.workload
    return replace(
        one.row,
        accepted_over_d=one.share(accepted_multiples(check, ids)),
        step_over_d=one.share(step_widths(check, ids, one.asked)),
        standing_over_d=(
            one.share(accepted_multiples(standing, ids))
            if standing is not None and standing.has_point
            else None
        ),
    )


def workload_table(some: Iterable[Found], check: Plan) -> pd.DataFrame:
    """One row for each workload of a calibrated class; NaN where there is no figure."""
    frames = []
    for one in some:
        ids = one.market.workload
        accepted = np.full(len(ids), np.nan)
        if check.has_point:
            accepted = accepted_multiples(check, ids)
        frames.append(
            pd.DataFrame(
                {
                    "region": [name.split("/")[0] for name in ids],
                    "class": one.row.id,
                    "demand_gtok_per_year": one.market.demand,
                    "cost_usd_per_mtok": one.market.cost,
                    "price_usd_per_mtok": one.price,
                    "asked_multiple": one.asked,
                    "accepted_multiple": accepted,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def unserved(plan: Plan, classes: Collection[str]) -> dict[str, float]:
    """Share of D that a plan serves, of the workloads of which it serves less than all."""
    if not plan.has_point:
        return {}
    rows = plan.tables["demand"]
    rows = rows[rows["class"].isin(classes)]
    hours = rows["length_h"] * rows["days_per_year"]
    served, asked = (
        (rows[column] * hours).groupby(rows["region"] + "/" + rows["class"], sort=False).sum()
        for column in ("served_gtok_per_h", "reference_gtok_per_h")
    )
    share = (served / asked)[asked > 0]
    short = share[share < 1 - EXACT]
    # Whole pods and the gap leave a little of many workloads; what matters is who is far short.
    told = short[short < 1 - SLIGHT] if (short < 1 - SLIGHT).any() else short
    return {str(name): float(value) for name, value in told.items()}


def warnings(
    priced: Instance, rows: Mapping[str, ClassMarkup], workloads: pd.DataFrame, full_cost: bool
) -> Iterator[str]:
    """What a planner must know before using the markups."""
    device = {site.id for site in priced.sites if site.kind == "device"}
    year = priced.time.years[0]
    stands = any(
        pool.site not in device and at_year(pool.existing_units, year) > 0 for pool in priced.pools
    )
    if stands and not full_cost:
        yield (
            "hardware that stands counts as paid for, so cost holds its capital only where more"
            " must be built: where a later year builds, people pay these markups on that capital"
            " too; calibrate on full cost to count it"
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
                f"no markup gives {name} D exactly, because its choke price cuts off whole"
                f" workloads; this one gives {row.asked_over_d:.4g} of D"
            )
        out = workloads[(workloads["class"] == name) & (workloads["asked_multiple"] == 0)]
        if len(out):
            yield (
                f"with the markup of {name}, people would pay more than its choke price in"
                f" {', '.join(out['region'])}: nothing is asked for there, and more elsewhere"
            )
        yield from _off(row)


def _off(row: ClassMarkup) -> Iterator[str]:
    """Where the check is further off than the demand steps explain."""
    if row.accepted_over_d is None or row.step_over_d is None or row.asked_over_d is None:
        return
    if abs(row.accepted_over_d - row.asked_over_d) > row.step_over_d + EXACT:
        yield (
            f"planned again, {row.id} gets {row.accepted_over_d:.4g} of D, further off than a"
            f" demand step ({row.step_over_d:.2g} of D): costs jump near D, or change with where"
            " demand is"
        )
