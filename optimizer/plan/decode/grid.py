"""Tables of grid draw and of policies: zones, areas, contracts, connections, caps."""

import numpy as np

from optimizer.formulation.policy_totals import capped_draw_mw, edge_gtok, emissions_t, outlay_kusd
from optimizer.plan.decode.point import Columns, Point, pick, positions
from optimizer.problem.parameters.policy import ALL_CLASSES, WHOLE_INSTANCE
from optimizer.solvers.milp import Floats
from optimizer.units import USD_PER_KUSD


def zones(point: Point) -> Columns:
    """Return the draw of each zone and its limit, by slot."""
    grid = point.case.grid
    draw = np.zeros(grid.headroom_mw.shape)
    on_grid = grid.zone_of_site >= 0
    np.add.at(draw, grid.zone_of_site[on_grid], point.of(point.layout.draw)[on_grid])
    zone, year, slot = positions(draw.shape)
    return {
        **point.slot(year, slot),
        "zone": pick([z.id for z in point.case.instance.zones], zone),
        "draw_mw": draw.ravel(),
        "limit_mw": _null_if_infinite(grid.headroom_mw).ravel(),
    }


def areas(point: Point) -> Columns:
    """Return the coincident peak of each capacity area and the capacity that it requires."""
    grid, layout = point.case.grid, point.layout
    area, year = positions(layout.peak.shape)
    draw = np.zeros((layout.peak.shape[0], *layout.draw.shape[1:]))
    area_of_site = np.append(grid.area_of_zone, -1)[grid.zone_of_site]
    member = (grid.zone_of_site >= 0) & (area_of_site >= 0)
    np.add.at(draw, area_of_site[member], point.of(layout.draw)[member])
    peak = draw.max(axis=2).ravel()
    return {
        **point.year(year),
        "area": pick([a.id for a in point.case.instance.capacity_areas], area),
        "peak_mw": peak,
        "peak_limit_mw": _null_if_infinite(grid.peak_limit_mw).ravel(),
        "required_ucap_mw": peak * grid.requirement.ravel(),
    }


def contracts(point: Point) -> Columns:
    """Return the draw on each contract and its limit, by slot."""
    contract, year, slot = positions(point.layout.contract_draw.shape)
    return {
        **point.slot(year, slot),
        "contract": pick([c.id for c in point.case.instance.contracts], contract),
        "draw_mw": point.of(point.layout.contract_draw).ravel(),
        "limit_mw": point.case.contract.limit_mw[contract, year],
    }


def connections(point: Point) -> Columns:
    """Return what is built and installed of each grid connection, by year."""
    side = point.case.connection
    connection, year = positions(point.layout.connection_built.shape)
    steps = np.round(point.of(point.layout.connection_built))
    built = steps * side.step_mw[:, None]
    return {
        **point.year(year),
        **point.site(side.site[connection]),
        "steps_built": steps.ravel(),
        "built_mw": built.ravel(),
        "connection_mw": point.installed(side.existing_mw, side.site, side.life, built).ravel(),
    }


def policies(point: Point) -> Columns:
    """Return what each policy counts, and its limit."""
    case, layout, x = point.case, point.layout, point.x
    policy, instance = case.policy, case.instance
    free = np.full(len(case.horizon.years), np.nan)
    emitted, spent = emissions_t(case, layout, x), outlay_kusd(case, layout, x) * USD_PER_KUSD
    counted: list[tuple[str, str, Floats, Floats]] = [
        ("co2_t", WHOLE_INSTANCE, emitted, next(iter(policy.co2_cap_t), free)),
        ("overnight_usd", WHOLE_INSTANCE, spent, next(iter(policy.budget * USD_PER_KUSD), free)),
    ]
    highest = capped_draw_mw(case, layout, x).max(axis=2, initial=0.0)
    for cap, draw, limit in zip(instance.zone_caps, highest, policy.cap_mw, strict=True):
        counted.append(("cap_mw", cap.id, draw, limit))
    everyone = np.ones(len(instance.workloads), dtype=bool)
    shares = {ALL_CLASSES: (everyone, free)} | {
        name: (member, share)
        for name, member, share in zip(
            policy.share_of, policy.share_workload, policy.edge_share, strict=True
        )
    }
    for name, (member, share) in shares.items():
        edge, served = edge_gtok(case, layout, x, np.flatnonzero(member))
        counted.append(("edge_gtok", name, edge, share * served))
    measure, where, value, limit = zip(*counted, strict=True)
    row, year = positions((len(counted), len(free)))
    return {
        **point.year(year),
        "measure": pick(measure, row),
        "where": pick(where, row),
        "value": np.concatenate(value),
        "limit": _null_if_infinite(np.concatenate(limit)),
    }


def _null_if_infinite(limit: Floats) -> Floats:
    return np.where(np.isfinite(limit), limit, np.nan)
