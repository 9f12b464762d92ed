"""The instance of policies: its README's figures are what it gives, and it restates PJM."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.schema.base import at_year
from optimizer.schema.instance import Instance

FOLDER = Path(__file__).parents[2] / "instances"
README = (FOLDER / "policies" / "README.md").read_text(encoding="utf-8")


def table() -> list[tuple[str, str, str, str]]:
    """Rows of the README's table: setting, what, as shipped, with it."""
    body = README.split("|---|---|---|---|\n")[1].split("\n\n")[0]
    rows: list[tuple[str, str, str, str]] = []
    for line in body.splitlines():
        setting, what, off, on = (cell.strip() for cell in line.strip("|").split("|"))
        rows.append((setting.strip("`") or rows[-1][0], what, off, on))
    return rows


ROWS = table()


@cache
def plan(*settings: str) -> op.Plan:
    return op.solve(op.load_instance(FOLDER / "policies", settings), gap=5e-4)


def price(solution: op.Plan, measure: str, where: str, year: int = 2028) -> float:
    rows = solution.prices[solution.prices["run"] == "long-run"].set_index(
        ["measure", "where", "year"]
    )
    return float(rows.loc[(measure, where, year), "value"])


def counted(solution: op.Plan, measure: str, where: str = "whole instance") -> float:
    rows = solution.tables["policy"].set_index(["measure", "where", "year"])
    return float(rows.loc[(measure, where, 2028), "value"])


def draw(solution: op.Plan, site: str, year: int = 2028) -> float:
    rows = solution.power[(solution.power["site"] == site) & (solution.power["year"] == year)]
    return float(rows["draw_mw"].max())


def edge_share(solution: op.Plan, group: str | None) -> float:
    rows = solution.placement[solution.placement["year"] == 2028]
    rows = rows if group is None else rows[rows["class"] == group]
    tokens = rows["flow_gtok_per_h"] * rows["length_h"] * rows["days_per_year"]
    return float(tokens[rows["kind"].isin(["device", "edge"])].sum() / tokens.sum())


def main_site_share(solution: op.Plan) -> float:
    """Largest share that one site has of the tokens of Dominion's chat."""
    rows = solution.placement[solution.placement["year"] == 2028]
    rows = rows[(rows["region"] == "DOM") & (rows["class"] == "chat")]
    tokens = rows["flow_gtok_per_h"] * rows["length_h"] * rows["days_per_year"]
    by_site = tokens.groupby(rows["site"]).sum()
    return float(by_site.max() / by_site.sum())


def nodes_in_use(solution: op.Plan) -> float:
    """Nodes in use at clouds and campus over the mean Gtok/h that they serve."""
    held = solution.capacity[solution.capacity["year"] == 2028]
    held = held[held["kind"].isin(["cloud", "offgrid"])]["units_in_use"].sum()
    rows = solution.placement[solution.placement["year"] == 2028]
    rows = rows[rows["kind"].isin(["cloud", "offgrid"])]
    tokens = rows["flow_gtok_per_h"] * rows["length_h"] * rows["days_per_year"]
    return float(held / (tokens.sum() / 8760))


def evenness(solution: op.Plan) -> float:
    """Lowest over highest load of all sites in the slots of a day."""
    rows = solution.power[solution.power["year"] == 2028]
    load = rows.groupby("start_h")["power_mw"].sum()
    return float(load.min() / load.max())


def served(solution: op.Plan, group: str) -> float:
    """Mean over the year, Gtok/h."""
    rows = solution.tables["demand"]
    rows = rows[(rows["year"] == 2028) & (rows["class"] == group)]
    tokens = rows["served_gtok_per_h"] * rows["length_h"] * rows["days_per_year"]
    return float(tokens.sum() / 8760)


def zone_draw(solution: op.Plan, zone: str) -> float:
    rows = solution.tables["zones"]
    return float(rows[(rows["zone"] == zone) & (rows["year"] == 2028)]["draw_mw"].max())


def contract_draw(solution: op.Plan) -> float:
    rows = solution.tables["contracts"]
    return float(rows[(rows["contract"] == "DOM-ppa") & (rows["year"] == 2028)]["draw_mw"].max())


def connection(solution: op.Plan) -> float:
    rows = solution.tables["connections"].set_index(["site", "year"])
    return float(rows.loc[("ashburn", 2028), "connection_mw"])


FIGURES: dict[str, Callable[[op.Plan], float]] = {
    "CO2, Mt": lambda p: counted(p, "co2_t") / 1e6,
    "value of one more tonne, $/t": lambda p: price(p, "co2_usd_per_t", "whole instance"),
    "peak draw in AEP, MW": lambda p: zone_draw(p, "AEP"),
    "capital commissioned, billion $": lambda p: counted(p, "overnight_usd") / 1e9,
    "value of one more dollar of budget, $": lambda p: price(
        p, "budget_usd_per_usd", "whole instance"
    ),
    "peak draw of the cloud in Dominion, MW": lambda p: draw(p, "ashburn"),
    "peak draw of the cloud in Dominion in 2026, MW": lambda p: draw(p, "ashburn", 2026),
    "value of one more MW of the cap, million $/MW-year": lambda p: (
        price(p, "cap_usd_per_mw_year", "DOM-cloud") / 1e6
    ),
    "value of one more MW of Dominion's limit, million $/MW-year": lambda p: (
        price(p, "zone_usd_per_mw_year", "DOM") / 1e6
    ),
    "share of tokens at the edge": lambda p: edge_share(p, None),
    "share of Dominion's chat at the site that has most of it": main_site_share,
    "share of chat at the edge": lambda p: edge_share(p, "chat"),
    "value of requiring one Mtok less, $": lambda p: price(
        p, "edge_share_usd_per_mtok", "all classes"
    ),
    "nodes in use at clouds and campus for each Gtok/h served there": nodes_in_use,
    "lowest load of all sites over the highest": evenness,
    "coding served, Gtok/h": lambda p: served(p, "coding"),
    "marginal cost of a Mtok of agents in AEP, $": lambda p: price(
        p, "workload_usd_per_mtok", "AEP/agents"
    ),
    "peak draw on the contract, MW": contract_draw,
    "cost of energy, billion $": lambda p: -p.parts_usd["energy"] / 1e9,
    "value of one more MW of the contract in 2026, thousand $/MW-year": lambda p: (
        price(p, "contract_usd_per_mw_year", "DOM-ppa", 2026) / 1e3
    ),
    "value of one more MW of the contract in 2030, thousand $/MW-year": lambda p: (
        price(p, "contract_usd_per_mw_year", "DOM-ppa", 2030) / 1e3
    ),
    "grid connection of Ashburn, MW": connection,
}


@pytest.mark.thin(2)
@pytest.mark.parametrize(("setting", "what", "off", "on"), ROWS, ids=[row[1] for row in ROWS])
def test_a_figure_of_the_readme_is_what_comes_out(
    setting: str, what: str, off: str, on: str
) -> None:
    for shown, solution in ((off, plan()), (on, plan(setting))):
        if shown:
            places = len(shown.partition(".")[2])
            assert f"{round(FIGURES[what](solution), places) + 0.0:,.{places}f}" == shown


@pytest.mark.thin(3)
@pytest.mark.parametrize("setting", sorted({row[0] for row in ROWS}))
def test_every_policy_costs_or_saves(setting: str) -> None:
    solution = plan(setting)
    assert op.verify(solution.instance, solution) == []
    assert solution.gap is not None
    assert solution.gap <= 5e-4
    assert solution.bound_usd is not None
    shipped, changed = plan().welfare_usd, solution.welfare_usd
    assert shipped is not None
    assert changed is not None
    if setting.startswith("contracts") or "flexible_share" in setting:
        assert changed > shipped + 1e8
    else:
        assert solution.bound_usd < shipped


@pytest.fixture(scope="module")
def pjm() -> Instance:
    return op.load_instance(FOLDER / "pjm")


OWN: dict[str, set[str]] = {"zones": {"limit_mw", "capacity_mw", "reserve_margin"}}
OWN["zones"] |= {"other_peak_mw", "other_profile"}
OWN |= {"classes": {"defer_within_h"}, "sites": {"interconnection_life_years"}}
"""Fields that are not PJM's."""

TABLES = ("regions", "classes", "zones", "models", "hardware", "serving", "generators")
RESTATED = (*TABLES, "sites", "pools", "site_generators")


@pytest.mark.parametrize("name", RESTATED)
def test_what_is_restated_is_pjms(pjm: Instance, name: str) -> None:
    of_pjm: dict[str, Any] = {row.id: row for row in getattr(pjm, name)}
    years = plan().instance.time.years
    for row in getattr(plan().instance, name):
        for field in type(row).model_fields:
            if field in OWN.get(name, ()):
                continue
            mine, theirs = getattr(row, field), getattr(of_pjm[row.id], field)
            if isinstance(mine, dict) and isinstance(theirs, dict):
                mine, theirs = ([at_year(path, y) for y in years] for path in (mine, theirs))
            assert mine == theirs, (name, row.id, field)


def test_limits_are_what_pjm_leaves_at_its_peak(pjm: Instance) -> None:
    zones = {zone.id: zone for zone in pjm.zones}
    for zone in plan().instance.zones:
        assert zone.limit_mw is not None
        for year, limit in zone.limit_mw.items():
            capacity = zones[zone.id].capacity_mw
            assert capacity is not None
            left = capacity[year] / 1.148 - zones[zone.id].other_peak_mw[year]
            assert limit == round(left)


def test_demand_is_pjms_scaled(pjm: Instance) -> None:
    share = {"DOM": 0.433, "AEP": 0.567}
    for workload in plan().instance.workloads:
        group = workload.workload_class
        whole = sum(
            at_year(w.demand_gtok_per_h, 2026) for w in pjm.workloads if w.workload_class == group
        )
        asked = at_year(workload.demand_gtok_per_h, 2026)
        assert asked == pytest.approx(0.72 * share[workload.region] * whole, abs=0.051)
