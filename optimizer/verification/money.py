"""Family 12: welfare, cost and gap, added up again from what the plan does."""

from collections.abc import Iterator

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.horizon import Floats
from optimizer.problem.placements import links
from optimizer.schema.base import at_year
from optimizer.units import (
    DAYS_PER_YEAR,
    KG_PER_T,
    KUSD_PER_GTOK_PER_USD_PER_MTOK,
    KW_PER_MW,
    USD_PER_KUSD,
)
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import contract_cost, contracted, market_price
from optimizer.verification.energy import generator_units, zone_draw
from optimizer.verification.interconnection import connected, cost_of_connection
from optimizer.verification.investment import survivors
from optimizer.verification.paths import longer_answers, to_the_planner
from optimizer.verification.service import step_worth
from optimizer.verification.storage import cost_of_storage, storage_units
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation

USD_PER_GTOK = KUSD_PER_GTOK_PER_USD_PER_MTOK * USD_PER_KUSD


def check_money(claims: Claims) -> Iterator[Violation]:
    """Yield every part of welfare, and every bound and gap, that does not add up."""
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
        yield Violation("12 objective", name, plan.parts_usd[name], 0.0, "is no part of welfare")
    yield from _proof(claims, welfare, cost, parts["value"], slack)


def _proof(
    claims: Claims, welfare: float, cost: float, value: float, slack: float
) -> Iterator[Violation]:
    """Bounds and gap: that they follow from each other; the bound itself is the solver's."""
    plan, bound = claims.plan, claims.plan.bound_usd
    if bound is not None and not bound >= welfare - slack:
        yield Violation("12 objective", "bound_usd", bound, welfare, "is below welfare ($)")
    forced = all(group.must_serve for group in claims.instance.classes)
    computed = value - bound if forced and bound is not None else None
    message = "is not value less the bound ($), where all demand is forced"
    yield from _figure("cost_bound_usd", plan.cost_bound_usd, computed, slack, message)
    gap = None
    if bound is not None:
        distance = max(bound - welfare, 0.0)
        gap = distance / cost if cost > 1.0 else distance / USD_PER_KUSD
    near = RELATIVE + slack / max(cost, 1.0)
    yield from _figure("gap", plan.gap, gap, near, "is not (bound - welfare) / cost")


def _figure(
    name: str, claimed: float | None, computed: float | None, slack: float, message: str
) -> Iterator[Violation]:
    """One violation where a figure is not the one computed; each may be none."""
    if claimed is None and computed is None:
        return
    one = np.nan if claimed is None else claimed
    other = np.nan if computed is None else computed
    if not abs(one - other) <= slack:
        yield Violation("12 objective", name, one, other, message)


def recompute_parts(claims: Claims) -> dict[str, float]:
    """Welfare by part, $ of present value; costs are negative."""
    hours = claims.horizon.discount[:, None] * claims.horizon.hours_per_year[None, :]
    energy, co2 = _grid_energy(claims, hours)
    parts = {
        "value": _value(claims, hours),
        "shed": -_shed(claims, hours),
        "network": -_network(claims, hours),
        "energy": -energy,
        "co2": -co2,
        "operation": 0.0,
        "fuel": 0.0,
        "capacity": -_capacity_price(claims),
        "hardware": 0.0,
        "generators": 0.0,
        "storage": 0.0,
        "opening": -_opening(claims),
        "interconnection": -_interconnection(claims),
    }
    for spent in (_hardware(claims), _generators(claims, hours), _storage(claims, hours)):
        for name, amount in spent.items():
            parts[name] -= amount
    return parts


def _value(claims: Claims, hours: Floats) -> float:
    """Area under each workload's curve over what is accepted, step by step."""
    steps = claims.steps
    tokens = np.einsum("wyk,yk->wy", claims.reference, hours)
    taken = steps["taken"].to_numpy() * tokens[steps["w"], steps["y"]]
    return float(step_worth(claims) @ taken * USD_PER_GTOK)


def _shed(claims: Claims, hours: Floats) -> float:
    groups = {group.id: group for group in claims.instance.classes}
    of = [groups[w.workload_class] for w in claims.instance.workloads]
    price = np.array(
        [
            [
                (
                    max(
                        group.choke_price_usd_per_mtok,
                        to_the_planner(group, year, group.choke_price_usd_per_mtok),
                    )
                    + group.shed_penalty_usd_per_mtok
                )
                / longer_answers(group, year)
                for year in claims.horizon.years
            ]
            for group in of
        ]
    )
    return float(np.einsum("wy,wyk,yk->", price, claims.shed, hours) * USD_PER_GTOK)


def _network(claims: Claims, hours: Floats) -> float:
    instance, rows = claims.instance, claims.placement
    row_of = {region.id: i for i, region in enumerate(instance.regions)}
    region = np.array([row_of[workload.region] for workload in instance.workloads])
    _, carrying = links(instance)
    serving = np.array([site.serving_cost_usd_per_mtok for site in instance.sites])
    price = carrying[region[rows["w"]], rows["s"]] + serving[rows["s"]]
    return float((price * rows["flow"] * hours[rows["y"], rows["k"]]).sum() * USD_PER_GTOK)


def _grid_energy(claims: Claims, hours: Floats) -> tuple[float, float]:
    """Cost of energy drawn, rising blocks filled from the cheapest, and of its CO2."""
    instance, horizon = claims.instance, claims.horizon
    zones = {zone.id: zone for zone in instance.zones}
    spent = emitted = 0.0
    for s, site in enumerate(instance.sites):
        if site.zone is None:
            continue
        zone = zones[site.zone]
        market = market_price(claims, zone)
        for y, year in enumerate(horizon.years):
            mwh, price = claims.draw[s, y] * hours[y], market[y]
            spent += float((mwh * (price + site.energy_adder_usd_per_mwh)).sum())
            emitted += float(mwh.sum()) * at_year(zone.co2_kg_per_mwh, year) / KG_PER_T
    left = zone_draw(claims) - contracted(claims)
    for z, zone in enumerate(instance.zones):
        for y, year in enumerate(horizon.years):
            for block in zone.supply_blocks:
                size = np.inf if block.size_mw is None else at_year(block.size_mw, year)
                filled = np.minimum(left[z, y], size)
                spent += float(filled @ hours[y]) * at_year(block.adder_usd_per_mwh, year)
                left[z, y] -= filled
    return spent + contract_cost(claims, hours), emitted * instance.policy.co2_price_usd_per_t


def _capacity_price(claims: Claims) -> float:
    spent = 0.0
    for c, area in enumerate(claims.instance.capacity_areas):
        for y, year in enumerate(claims.horizon.years):
            ucap = at_year(area.forecast_pool_requirement, year) * claims.peak[c, y]
            price = at_year(area.capacity_price_usd_per_mw_day, year) * DAYS_PER_YEAR
            spent += float(ucap * price * claims.horizon.discount[y])
    return spent


def _annuities(claims: Claims, built: Floats, lives: list[int], overnight: Floats) -> float:
    """Annuities of builds in every year they serve, $; overnight cost is (N, Y) by build."""
    rate = claims.instance.money.discount_rate
    crf = np.array([[capital_recovery_factor(rate, life)] for life in lives]).reshape(-1, 1)
    due = survivors(claims, built * overnight * crf, lives)
    return float((due @ claims.horizon.discount).sum())


def _hardware(claims: Claims) -> dict[str, float]:
    instance, years = claims.instance, claims.horizon.years
    types = {row.id: row for row in instance.hardware}
    of = [types[pool.hardware] for pool in instance.pools]
    sites = {site.id: site for site in instance.sites}
    pods = np.array([[float(pool.units_per_pod)] for pool in instance.pools])
    capex = np.array([[at_year(row.capex_usd, year) for year in years] for row in of])
    kept = np.array(
        [
            0.0 if sites[pool.site].kind == "device" else row.operation_usd_per_unit_year
            for pool, row in zip(instance.pools, of, strict=True)
        ]
    )
    return {
        "hardware": _annuities(
            claims, claims.pods_built, [row.life_years for row in of], capex * pods
        ),
        "operation": float(np.einsum("p,py,y->", kept, claims.units, claims.horizon.discount)),
    }


def _generators(claims: Claims, hours: Floats) -> dict[str, float]:
    instance, years = claims.instance, claims.horizon.years
    types = {row.id: row for row in instance.generators}
    rows = instance.site_generators
    spent = {"generators": 0.0, "operation": 0.0, "fuel": 0.0, "co2": 0.0}
    if not rows:
        return spent
    of = [types[row.generator] for row in rows]
    kw = np.array([[generator.unit_mw * KW_PER_MW] for generator in of])
    capex = np.array([[at_year(g.capex_usd_per_kw, year) for year in years] for g in of])
    spent["generators"] = _annuities(
        claims, claims.generators_built, [g.life_years for g in of], capex * kw
    )
    fixed = np.array([g.fixed_om_usd_per_kw_year for g in of]) * kw[:, 0]
    units = generator_units(claims)
    spent["operation"] = float(np.einsum("g,gy,y->", fixed, units, claims.horizon.discount))
    mwh = np.einsum("gyk,yk->gy", claims.generation, hours)
    for g, (row, generator) in enumerate(zip(rows, of, strict=True)):
        spent["operation"] += float(mwh[g].sum()) * generator.variable_om_usd_per_mwh
        co2_price = instance.policy.co2_price_usd_per_t * generator.co2_kg_per_mwh / KG_PER_T
        spent["co2"] += float(mwh[g].sum()) * co2_price
        for y, year in enumerate(years):
            fuel = at_year(row.fuel_price_usd_per_mmbtu, year) * generator.heat_rate_mmbtu_per_mwh
            spent["fuel"] += float(mwh[g, y]) * fuel
    return spent


def _interconnection(claims: Claims) -> float:
    priced = connected(claims.instance)
    lives = [site.interconnection_life_years for site in priced]
    return _annuities(claims, claims.connection_built, lives, cost_of_connection(claims))


def _storage(claims: Claims, hours: Floats) -> dict[str, float]:
    """Annuities of storage; its fixed operation and its wear."""
    instance = claims.instance
    types = {one.id: one for one in instance.storage}
    of = [types[row.storage] for row in instance.site_storage]
    if not of:
        return {}
    lives = [one.life_years for one in of]
    built, discount = claims.storage_built[:, :, 0], claims.horizon.discount
    fixed = [one.fixed_om_usd_per_kw_year * one.unit_mw * KW_PER_MW for one in of]
    wear = [one.variable_om_usd_per_mwh for one in of]
    return {
        "storage": _annuities(claims, built, lives, cost_of_storage(claims)),
        "operation": float(np.array(fixed) @ storage_units(claims) @ discount)
        + float(np.einsum("v,vyk,yk->", np.array(wear), claims.discharge, hours)),
    }


def _opening(claims: Claims) -> float:
    rate, spent = claims.instance.money.discount_rate, 0.0
    for s, site in enumerate(claims.instance.sites):
        yearly = site.fixed_cost_usd_per_year
        if not site.existing:
            yearly += site.opening_cost_usd * capital_recovery_factor(rate, site.opening_life_years)
        spent += yearly * float(claims.is_open[s] @ claims.horizon.discount)
    return spent
