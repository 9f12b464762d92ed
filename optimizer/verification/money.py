"""Family 12: welfare, cost and gap, added up again from what the plan does."""

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.horizon import Floats
from optimizer.problem.placements import links
from optimizer.schema.demand import WorkloadClass
from optimizer.units import (
    DAYS_PER_YEAR,
    KG_PER_T,
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    KW_PER_MW,
    USD_PER_KUSD,
)
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import (
    carbon_intensity,
    contract_cost,
    contracted,
    market_price,
    zone_draw,
)
from optimizer.verification.energy import generator_units
from optimizer.verification.interconnection import connected_sites, connection_cost
from optimizer.verification.investment import survivors
from optimizer.verification.paths import answer_length, without_markup
from optimizer.verification.policy import generator_cost, pod_cost
from optimizer.verification.service import demand_value
from optimizer.verification.storage import storage_cost, storage_units
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation

FAMILY = "12 objective"
USD_PER_GTOK = KUSD_PER_GTOK_PER_USD_PER_MTOK * USD_PER_KUSD


def check_money(claims: Claims) -> Iterator[Violation]:
    """Yield every part of welfare, bound and gap that does not add up."""
    plan = claims.plan
    parts = recompute_parts(claims)
    cost = -sum(amount for name, amount in parts.items() if name not in ("value", "shed"))
    slack = ABSOLUTE + RELATIVE * sum(abs(amount) for amount in parts.values())
    figures: dict[str, tuple[float | None, float]] = {
        name: (plan.parts_usd.get(name, 0.0), amount) for name, amount in parts.items()
    }
    welfare = sum(parts.values())
    figures["welfare_usd"] = (plan.welfare_usd, welfare)
    figures["cost_usd"] = (plan.cost_usd, cost)
    for name, (claimed, computed) in figures.items():
        yield from _figure(name, claimed, computed, slack, "does not add up ($)")
    for name in sorted(set(plan.parts_usd) - set(parts)):
        yield Violation(FAMILY, name, plan.parts_usd[name], 0.0, "is not a part of welfare")

    # Bounds and gap must follow from each other; the bound itself is the solver's.
    bound = plan.bound_usd
    if bound is not None and not bound >= welfare - slack:
        yield Violation(FAMILY, "bound_usd", bound, welfare, "is below welfare ($)")
    forced = all(group.must_serve for group in claims.instance.classes)
    cost_bound = parts["value"] - bound if forced and bound is not None else None
    message = "is not value less the bound ($), as it is if all demand must be served"
    yield from _figure("cost_bound_usd", plan.cost_bound_usd, cost_bound, slack, message)
    gap = None
    if bound is not None:
        gap = max(bound - welfare, 0.0) / (cost if cost > 1.0 else USD_PER_KUSD)
    tolerance = RELATIVE + slack / max(cost, 1.0)
    yield from _figure("gap", plan.gap, gap, tolerance, "is not (bound - welfare) / cost")


def _figure(
    name: str, claimed: float | None, computed: float | None, slack: float, message: str
) -> Iterator[Violation]:
    """Yield a violation if a figure is not the one computed; each may be None."""
    if claimed is None and computed is None:
        return
    claimed, computed = (np.nan if figure is None else figure for figure in (claimed, computed))
    if not abs(claimed - computed) <= slack:
        yield Violation(FAMILY, name, claimed, computed, message)


def recompute_parts(claims: Claims) -> dict[str, float]:
    """Return welfare by part, $ of present value; costs are negative."""
    hours = claims.horizon.discount[:, None] * claims.horizon.hours_per_year[None, :]
    costs = (
        _energy(claims, hours),
        _hardware(claims),
        _generators(claims, hours),
        _storage(claims, hours),
        {
            "shed": _shed(claims, hours),
            "network": _network(claims, hours),
            "capacity": _capacity(claims),
            "opening": _opening(claims),
            "interconnection": _interconnection(claims),
        },
    )
    parts = {"value": _value(claims, hours)}
    for spent in costs:
        for name, amount in spent.items():
            parts[name] = parts.get(name, 0.0) - amount
    return parts


def _value(claims: Claims, hours: Floats) -> float:
    """Return the area under each workload's curve over what is accepted."""
    tokens = np.einsum("wyk,yk->wy", claims.reference, hours)
    return float((demand_value(claims) * tokens).sum() * USD_PER_GTOK)


def _shed(claims: Claims, hours: Floats) -> float:
    def price(group: WorkloadClass, year: int) -> float:
        choke = group.choke_price_usd_per_mtok
        lost = max(choke, without_markup(group, year, choke)) + group.shed_penalty_usd_per_mtok
        return lost / answer_length(group, year)

    years = claims.horizon.years
    prices = np.array([[price(group, year) for year in years] for group in claims.classes])
    return float(np.einsum("wy,wyk,yk->", prices, claims.shed, hours) * USD_PER_GTOK)


def _network(claims: Claims, hours: Floats) -> float:
    instance, rows = claims.instance, claims.placement
    row_of = {region.id: i for i, region in enumerate(instance.regions)}
    region = np.array([row_of[workload.region] for workload in instance.workloads])
    _, carrying = links(instance)
    serving = np.array([site.serving_cost_usd_per_mtok for site in instance.sites])
    price = carrying[region[rows["w"]], rows["s"]] + serving[rows["s"]]
    return float((price * rows["flow"] * hours[rows["y"], rows["k"]]).sum() * USD_PER_GTOK)


def _energy(claims: Claims, hours: Floats) -> dict[str, float]:
    """Return the cost of grid energy, price blocks filled from the cheapest, and of its CO2."""
    instance = claims.instance
    zones = {zone.id: zone for zone in instance.zones}
    spent = contract_cost(claims, hours)
    kg = 0.0
    for site, draw in zip(instance.sites, claims.draw, strict=True):
        if site.zone is not None:
            zone, mwh = zones[site.zone], draw * hours
            price = market_price(claims, zone) + site.energy_adder_usd_per_mwh
            spent += float((mwh * price).sum())
            kg += float((carbon_intensity(claims, zone) * mwh).sum())
    left = zone_draw(claims) - contracted(claims)
    for zone, draw in zip(instance.zones, left, strict=True):
        sizes = claims.by_year(block.size_mw for block in zone.supply_blocks)
        adders = claims.by_year(block.adder_usd_per_mwh for block in zone.supply_blocks)
        for size, adder in zip(sizes, adders, strict=True):
            filled = np.minimum(draw, size[:, None])
            spent += float((filled * hours * adder[:, None]).sum())
            draw = draw - filled
    return {"energy": spent, "co2": kg / KG_PER_T * instance.policy.co2_price_usd_per_t}


def _capacity(claims: Claims) -> float:
    areas = claims.instance.capacity_areas
    ucap = claims.by_year(area.forecast_pool_requirement for area in areas) * claims.peak
    price = claims.by_year(area.capacity_price_usd_per_mw_day for area in areas) * DAYS_PER_YEAR
    return float((ucap * price * claims.horizon.discount).sum())


def _annuities(claims: Claims, built: Floats, overnight: Floats, lives: Sequence[int]) -> float:
    """Return the annuities of builds in every year they serve, $; overnight cost is (N, Y)."""
    rate = claims.instance.money.discount_rate
    factor = np.array([capital_recovery_factor(rate, life) for life in lives]).reshape(-1, 1)
    due = survivors(claims, built * overnight * factor, lives)
    return float((due @ claims.horizon.discount).sum())


def _hardware(claims: Claims) -> dict[str, float]:
    instance, types = claims.instance, claims.hardware
    at_site = claims.sites_of(instance.pools)
    operation = [
        0.0 if instance.sites[s].kind == "device" else unit.operation_usd_per_unit_year
        for s, unit in zip(at_site, types, strict=True)
    ]
    lives = [unit.life_years for unit in types]
    return {
        "hardware": _annuities(claims, claims.pods_built, pod_cost(claims), lives),
        "operation": float(np.array(operation) @ claims.units @ claims.horizon.discount),
    }


def _generators(claims: Claims, hours: Floats) -> dict[str, float]:
    """Return annuities, operation, fuel and CO2 of generators."""
    rows, types = claims.instance.site_generators, claims.generators
    mwh = np.einsum("gyk,yk->gy", claims.generation, hours)
    kw = np.array([generator.unit_mw * KW_PER_MW for generator in types])
    fixed = np.array([generator.fixed_om_usd_per_kw_year for generator in types]) * kw
    variable = np.array([generator.variable_om_usd_per_mwh for generator in types])
    heat = np.array([generator.heat_rate_mmbtu_per_mwh for generator in types])
    tonnes = np.array([generator.co2_kg_per_mwh / KG_PER_T for generator in types])
    fuel = claims.by_year(row.fuel_price_usd_per_mmbtu for row in rows)
    lives = [generator.life_years for generator in types]
    return {
        "generators": _annuities(claims, claims.generators_built, generator_cost(claims), lives),
        "operation": float(fixed @ generator_units(claims) @ claims.horizon.discount)
        + float(variable @ mwh.sum(axis=1)),
        "fuel": float((fuel * mwh).sum(axis=1) @ heat),
        "co2": float(tonnes @ mwh.sum(axis=1)) * claims.instance.policy.co2_price_usd_per_t,
    }


def _storage(claims: Claims, hours: Floats) -> dict[str, float]:
    """Return annuities of storage, and its fixed operation and wear."""
    types = claims.storage
    lives, built = [storage.life_years for storage in types], claims.storage_built[:, :, 0]
    fixed = np.array([s.fixed_om_usd_per_kw_year * s.unit_mw * KW_PER_MW for s in types])
    wear = np.array([storage.variable_om_usd_per_mwh for storage in types])
    return {
        "storage": _annuities(claims, built, storage_cost(claims), lives),
        "operation": float(fixed @ storage_units(claims) @ claims.horizon.discount)
        + float(np.einsum("v,vyk,yk->", wear, claims.discharge, hours)),
    }


def _interconnection(claims: Claims) -> float:
    lives = [site.interconnection_life_years for site in connected_sites(claims)]
    return _annuities(claims, claims.connection_built, connection_cost(claims), lives)


def _opening(claims: Claims) -> float:
    rate = claims.instance.money.discount_rate
    yearly = [
        site.fixed_cost_usd_per_year
        + (not site.existing)
        * site.opening_cost_usd
        * capital_recovery_factor(rate, site.opening_life_years)
        for site in claims.instance.sites
    ]
    return float(np.array(yearly) @ claims.is_open @ claims.horizon.discount)
