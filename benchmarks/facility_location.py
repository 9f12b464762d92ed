"""A facility-location case as a planning instance, and a plan as shares of customers.

A facility becomes a candidate site, a customer a workload that must be served, and the whole
case one year of one step.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.schema.catalog import Hardware, Model, Serving
from optimizer.schema.demand import Region, Workload, WorkloadClass
from optimizer.schema.grid import Zone
from optimizer.schema.instance import Instance, Money, Policy, Time
from optimizer.schema.sites import Link, Pool, Site
from optimizer.units import (
    GTOK_PER_H_PER_TOK_PER_S,
    HOURS_PER_DAY,
    HOURS_PER_YEAR,
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    USD_PER_KUSD,
)

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan

TYPICAL_FLOW_GTOK_PER_H = 100.0
TYPICAL_COST_KUSD = 1e6
SHARE_OF_NOISE = 1e-7
"""Shares below the solver's feasibility tolerance are not part of a plan."""


@dataclass(frozen=True)
class PublishedCase:
    """A facility-location or p-median case, without its published optimum.

    Attributes
    ----------
    name : str
    capacity : sequence of float or None
        Capacity of each facility in demand units; None where unlimited.
    fixed_cost : sequence of float
        Cost of opening each facility.
    demand : sequence of float
        Demand of each customer.
    cost : sequence of sequence of float
        ``cost[j][i]`` is the cost of serving the whole demand of customer j from facility i.
    single_source : bool
        Whether each customer is served whole by one facility.
    open_at_most : int or None
        Facilities that may be open; None where there is no such limit.
    """

    name: str
    capacity: Sequence[float | None]
    fixed_cost: Sequence[float]
    demand: Sequence[float]
    cost: Sequence[Sequence[float]]
    single_source: bool
    open_at_most: int | None


@dataclass(frozen=True)
class Scale:
    """Powers of ten that bring a case to the size of a planning instance.

    Attributes
    ----------
    kusd : float
        k$ for a unit of the case's cost.
    gtok_per_h : float
        Gtok/h for a unit of the case's demand.
    """

    kusd: float
    gtok_per_h: float


@dataclass(frozen=True)
class Lane:
    """A way to be served: with or without weight on the facility's capacity.

    The two are kept apart by what a class asks for: the weightless configuration is too slow
    for the weighted class, and the weighted one not good enough for the weightless.
    """

    id: str
    slo_ms: float
    quality_floor: float
    quality: float
    ttft_ms: float


WEIGHTED = Lane("weighted", slo_ms=1_000, quality_floor=0, quality=0, ttft_ms=0)
WEIGHTLESS = Lane("weightless", slo_ms=60_000, quality_floor=50, quality=100, ttft_ms=2_000)


class CaseError(Exception):
    """A case that cannot be read, or that an instance cannot express."""


def read_case(path: Path) -> PublishedCase:
    """Read everything that a solve may know of a case.

    Raises
    ------
    CaseError
        If the file is not a case.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        facilities = data["facilities"]
        return PublishedCase(
            name=data["name"],
            capacity=[facility["capacity"] for facility in facilities],
            fixed_cost=[facility["fixed_cost"] for facility in facilities],
            demand=data["demand"],
            cost=data["cost"],
            single_source=data["single_source"],
            open_at_most=data["open_at_most"],
        )
    except KeyError as error:
        raise CaseError(f"{error} is missing") from error
    except (OSError, TypeError, ValueError) as error:
        raise CaseError(str(error)) from error


def to_instance(case: PublishedCase) -> tuple[Instance, Scale]:
    """Write a case as an instance.

    Customers of no demand, and all customers where no facility has a capacity, take no
    capacity: they are served in a lane of their own, whatever their demand.

    Raises
    ------
    pydantic.ValidationError
        If a number of the case is out of an instance's range.
    """
    limited = any(capacity is not None for capacity in case.capacity)
    lane_of = [WEIGHTED if limited and d > 0 else WEIGHTLESS for d in case.demand]
    scale = _scale(case)
    flow = [
        d * scale.gtok_per_h if lane is WEIGHTED else TYPICAL_FLOW_GTOK_PER_H
        for d, lane in zip(case.demand, lane_of, strict=True)
    ]
    total = {
        lane: sum(f for f, own in zip(flow, lane_of, strict=True) if own is lane)
        for lane in (WEIGHTED, WEIGHTLESS)
    }
    lanes = [lane for lane, amount in total.items() if amount > 0]
    instance = Instance(
        name=case.name,
        money=Money(dollar_year=2025, discount_rate=0),
        time=Time(years=(2025,), days=1, hours_per_step=HOURS_PER_DAY),
        policy=Policy(max_open_sites=case.open_at_most),
        regions=tuple(_region(j) for j in range(len(case.demand))),
        classes=tuple(
            WorkloadClass(
                id=lane.id,
                slo_ms=lane.slo_ms,
                quality_floor=lane.quality_floor,
                single_site=case.single_source,
                must_serve=True,
            )
            for lane in lanes
        ),
        workloads=tuple(
            Workload(region=f"customer{j}", workload_class=lane.id, demand_gtok_per_h=f)
            for j, (lane, f) in enumerate(zip(lane_of, flow, strict=True))
        ),
        zones=(Zone(id="grid", energy_price_usd_per_mwh=0),),
        models=tuple(_model(lane) for lane in lanes),
        hardware=tuple(_hardware(lane) for lane in lanes),
        serving=tuple(_serving(lane) for lane in lanes),
        sites=tuple(
            _site(i, cost * scale.kusd * USD_PER_KUSD) for i, cost in enumerate(case.fixed_cost)
        ),
        pools=tuple(
            Pool(
                site=f"facility{i}",
                hardware=lane.id,
                existing_units=total[lane]
                if lane is WEIGHTLESS or capacity is None
                else capacity * scale.gtok_per_h,
            )
            for i, capacity in enumerate(case.capacity)
            for lane in lanes
        ),
        links=tuple(
            Link(
                region=f"customer{j}",
                site=f"facility{i}",
                cost_usd_per_mtok=whole
                * scale.kusd
                / (KUSD_PER_GTOK_PER_USD_PER_MTOK * flow[j] * HOURS_PER_YEAR),
            )
            for j, row in enumerate(case.cost)
            for i, whole in enumerate(row)
        ),
    )
    return instance, scale


def _scale(case: PublishedCase) -> Scale:
    """Scale at which a mean customer and a middling plan have typical sizes."""
    weighted = [d for d in case.demand if d > 0]
    mean_demand = sum(weighted) / max(len(weighted), 1)
    middling = sum(sum(row) / len(row) for row in case.cost)
    middling += sum(case.fixed_cost) / len(case.fixed_cost)
    return Scale(
        kusd=_power_of_ten(TYPICAL_COST_KUSD, middling),
        gtok_per_h=_power_of_ten(TYPICAL_FLOW_GTOK_PER_H, mean_demand),
    )


def _power_of_ten(wanted: float, given: float) -> float:
    return float(10.0 ** round(math.log10(wanted / given))) if given > 0 else 1.0


def _region(number: int) -> Region:
    return Region(id=f"customer{number}", latitude_deg=0, longitude_deg=0)


def _site(number: int, fixed_cost_usd: float) -> Site:
    return Site(
        id=f"facility{number}",
        kind="cloud",
        zone="grid",
        latitude_deg=0,
        longitude_deg=0,
        existing=False,
        fixed_cost_usd_per_year=fixed_cost_usd,
    )


def _model(lane: Lane) -> Model:
    return Model(id=lane.id, total_params_b=1, active_params_b=1, quality=lane.quality)


def _hardware(lane: Lane) -> Hardware:
    """Return hardware without power or cost."""
    return Hardware(id=lane.id, memory_gb=1, idle_w=0, loaded_w=0, capex_usd=0, life_years=1)


def _serving(lane: Lane) -> Serving:
    """Return a configuration of which one unit serves one Gtok/h."""
    return Serving(
        id=lane.id,
        model=lane.id,
        hardware=lane.id,
        batch=1,
        tokens_per_s=1 / GTOK_PER_H_PER_TOK_PER_S,
        loaded_w=0,
        memory_gb=1,
        ttft_ms=lane.ttft_ms,
    )


def shares(plan: "Plan") -> dict[tuple[int, int], float]:
    """Share of each customer's demand at each facility, by (customer, facility)."""
    table = plan.placement
    flow = {
        (int(region.removeprefix("customer")), int(site.removeprefix("facility"))): float(amount)
        for region, site, amount in zip(
            table["region"], table["site"], table["flow_gtok_per_h"], strict=True
        )
    }
    total: dict[int, float] = {}
    for (customer, _), amount in flow.items():
        total[customer] = total.get(customer, 0.0) + amount
    kept = {key: f for key, f in flow.items() if f > SHARE_OF_NOISE * total[key[0]]}
    whole: dict[int, float] = {}
    for (customer, _), amount in kept.items():
        whole[customer] = whole.get(customer, 0.0) + amount
    return {key: f / whole[key[0]] for key, f in sorted(kept.items())}
