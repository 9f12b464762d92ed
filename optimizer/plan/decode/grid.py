"""Tables of what is drawn from the grid and what policies hold: zones, areas, contracts, caps."""

import numpy as np
import pandas as pd

from optimizer.formulation.layout import Layout
from optimizer.formulation.policy_totals import capped_draw_mw, edge_gtok, emissions_t, outlay_kusd
from optimizer.formulation.survival import surviving
from optimizer.plan.decode.columns import every, names, slot_columns
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.policy import ALL_CLASSES, WHOLE_INSTANCE
from optimizer.solvers.milp import Floats
from optimizer.units import USD_PER_KUSD


def zones(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    """Draw of each zone against its limit, slot by slot."""
    grid = case.grid
    draw = np.zeros(grid.headroom_mw.shape)
    on_grid = grid.zone_of_site >= 0
    np.add.at(draw, grid.zone_of_site[on_grid], layout.draw.of(x)[on_grid])
    zone, year, slot = (axis.ravel() for axis in np.indices(draw.shape))
    limit = grid.headroom_mw.ravel()
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "zone": names([z.id for z in case.instance.zones])[zone],
            "draw_mw": draw.ravel(),
            "limit_mw": np.where(np.isfinite(limit), limit, np.nan),
        }
    )


def areas(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    """Coincident peak of each capacity area, and the accredited capacity that it takes."""
    area, year = every(layout.peak)
    limit = case.grid.peak_limit_mw.ravel()
    drawn = np.zeros((len(limit) // max(layout.peak.shape[1], 1), *layout.draw.shape[1:]))
    area_of_site = np.append(case.grid.area_of_zone, -1)[case.grid.zone_of_site]
    member = (case.grid.zone_of_site >= 0) & (area_of_site >= 0)
    np.add.at(drawn, area_of_site[member], layout.draw.of(x)[member])
    peak = drawn.max(axis=2).ravel()
    requirement = case.grid.requirement.ravel()
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "area": names([a.id for a in case.instance.capacity_areas])[area],
            "peak_mw": peak,
            "peak_limit_mw": np.where(np.isfinite(limit), limit, np.nan),
            "required_ucap_mw": peak * requirement,
        }
    )


def contracts(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    """Draw on each contract against its limit, slot by slot."""
    contract, year, slot = every(layout.contract_draw)
    return pd.DataFrame(
        {
            **slot_columns(case, year, slot),
            "contract": names([c.id for c in case.instance.contracts])[contract],
            "draw_mw": layout.contract_draw.of(x).ravel(),
            "limit_mw": case.contract.limit_mw[contract, year],
        }
    )


def connections(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    """Grid connections: what is built and what is there, year by year."""
    connection, year = every(layout.connection_built)
    side = case.connection
    built = np.round(layout.connection_built.of(x))
    there = side.existing_mw * layout.is_open.of(x)[side.site]
    for y, b, alive in surviving(side.life, case.horizon.years):
        there[alive, y] += side.step_mw[alive] * built[alive, b]
    return pd.DataFrame(
        {
            "year": np.array(case.horizon.years)[year],
            "site": names([s.id for s in case.instance.sites])[side.site[connection]],
            "steps_built": built.ravel(),
            "built_mw": (built * side.step_mw[:, None]).ravel(),
            "connection_mw": there.ravel(),
        }
    )


def policies(case: Case, layout: Layout, x: Floats) -> pd.DataFrame:
    """What each policy counts against its limit, which an edge share must not fall below."""
    policy, years = case.policy, case.horizon.years
    free = np.full(len(years), np.nan)

    def rows(measure: str, where: str, value: Floats, limit: Floats) -> pd.DataFrame:
        named = {"measure": measure, "year": years, "where": where, "value": value}
        return pd.DataFrame({**named, "limit": np.where(np.isfinite(limit), limit, np.nan)})

    emitted, spent = emissions_t(case, layout, x), outlay_kusd(case, layout, x) * USD_PER_KUSD
    budget = policy.budget * USD_PER_KUSD
    found = [
        rows("co2_t", WHOLE_INSTANCE, emitted, next(iter(policy.co2_cap_t), free)),
        rows("overnight_usd", WHOLE_INSTANCE, spent, next(iter(budget), free)),
    ]
    highest = capped_draw_mw(case, layout, x).max(axis=2, initial=0.0)
    for cap, draw, limit in zip(case.instance.zone_caps, highest, policy.cap_mw, strict=True):
        found.append(rows("cap_mw", cap.id, draw, limit))
    everyone = np.ones(len(case.instance.workloads), dtype=bool)
    shares = {ALL_CLASSES: (everyone, free)} | {
        name: (member, share)
        for name, member, share in zip(
            policy.share_of, policy.share_workload, policy.edge_share, strict=True
        )
    }
    for name, (member, share) in shares.items():
        edge, served = edge_gtok(case, layout, x, np.flatnonzero(member))
        found.append(rows("edge_gtok", name, edge, share * served))
    return pd.concat(found, ignore_index=True)
