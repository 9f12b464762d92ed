"""Claims of a plan are recomputed: a change of any is noticed."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import optimizer as op
from tests.factory import changed, every_kind, one_site


@cache
def valid() -> op.Plan:
    return op.solve(every_kind(), gap=1e-6)


def altered(table: str, column: str, change: Any, plan: op.Plan | None = None) -> op.Plan:
    """The plan, with the highest value of a column changed."""
    plan = plan or valid()
    rows = plan.tables[table].copy()
    values = rows[column].astype(float).to_numpy(copy=True)
    at = int(values.argmax())
    values[at] = change(values[at])
    rows[column] = values
    return replace(plan, tables={**plan.tables, table: rows})


def families(plan: op.Plan) -> set[str]:
    return {violation.family for violation in op.verify(plan.instance, plan)}


def test_a_valid_plan_has_no_violations() -> None:
    assert op.verify(valid().instance, valid()) == []


def test_a_plan_without_a_solution_claims_nothing() -> None:
    edits = {"classes.chat.must_serve": True, "pools.C/node.existing_units": 1}
    plan = op.solve(one_site(edits))
    assert plan.status == "infeasible"
    assert op.verify(plan.instance, plan) == []


CLAIMS = [
    ("placement", "flow_gtok_per_h", lambda v: v + 0.01, "1 demand"),
    ("placement", "flow_gtok_per_h", lambda v: v * 1.5, "3 serving capacity"),
    ("placement", "flow_gtok_per_h", lambda v: v * 1.001, "4 site power"),
    ("demand", "served_gtok_per_h", lambda v: v + 0.01, "1 demand"),
    ("demand", "shed_gtok_per_h", lambda v: v + 0.01, "1 demand"),
    ("demand", "shed_gtok_per_h", lambda v: -v - 0.01, "1 demand"),
    ("demand", "accepted_gtok_per_h", lambda v: v + 0.01, "2 demand curve"),
    ("acceptance", "accepted_multiple", lambda v: v + 0.01, "2 demand curve"),
    ("acceptance", "accepted_multiple", lambda v: v - 0.01, "2 demand curve"),
    ("acceptance", "accepted_multiple", lambda v: -v, "2 demand curve"),
    ("acceptance", "to_multiple", lambda v: v + 0.01, "2 demand curve"),
    ("acceptance", "from_multiple", lambda v: v - 0.01, "2 demand curve"),
    ("capacity", "units_in_use", lambda v: v - 1, "3 serving capacity"),
    ("capacity", "units_in_use", lambda v: v + 1, "9 investment"),
    ("capacity", "units", lambda v: v + 1, "9 investment"),
    ("capacity", "units", lambda v: v - 1, "9 investment"),
    ("capacity", "pods_built", lambda v: v + 1, "9 investment"),
    ("capacity", "pods_built", lambda v: v - 0.5, "9 investment"),
    ("sites", "open", lambda v: 0.0, "9 investment"),
    ("generators", "units_built", lambda v: v + 0.5, "9 investment"),
    ("generators", "units_built", lambda v: v + 100, "9 investment"),
    ("generators", "units_built", lambda v: v - 1, "7 generation"),
    ("generation", "generation_mw", lambda v: v + 0.01, "5 site balance"),
    ("generation", "generation_mw", lambda v: v * 10, "7 generation"),
    ("power", "power_mw", lambda v: v + 0.01, "4 site power"),
    ("power", "power_mw", lambda v: v - 0.01, "5 site balance"),
    ("power", "draw_mw", lambda v: v + 0.01, "5 site balance"),
    ("power", "draw_mw", lambda v: v + 3, "6 grid limit"),
    ("areas", "peak_mw", lambda v: v - 0.01, "6 grid limit"),
    ("areas", "peak_mw", lambda v: v + 0.01, "6 grid limit"),
]


@pytest.mark.parametrize(("table", "column", "change", "family"), CLAIMS)
def test_a_changed_claim_violates_its_family(
    table: str, column: str, change: Any, family: str
) -> None:
    assert family in families(altered(table, column, change))


@pytest.mark.parametrize(
    ("claim", "change", "where"),
    [
        ("welfare_usd", lambda v: v * 1.0001, "welfare_usd"),
        ("welfare_usd", lambda v: v * 0.9999, "welfare_usd"),
        ("cost_usd", lambda v: v * 1.0001, "cost_usd"),
        ("bound_usd", lambda v: v * 0.99, "bound_usd"),
        ("bound_usd", lambda v: v * 1.01, "gap"),
        ("gap", lambda v: v + 0.001, "gap"),
        ("gap", lambda v: None, "gap"),
        ("parts_usd", lambda v: {**v, "hardware": 0.0}, "hardware"),
        ("parts_usd", lambda v: {**v, "value": v["value"] * 1.001}, "value"),
        ("parts_usd", lambda v: {**v, "luck": 1.0}, "luck"),
    ],
)
def test_changed_money_does_not_add_up(claim: str, change: Any, where: str) -> None:
    plan = replace(valid(), **{claim: change(getattr(valid(), claim))})
    violations = op.verify(plan.instance, plan)
    assert ("12 objective", where) in {(v.family, v.where) for v in violations}


STRICTER = [
    ("classes.chat.slo_ms", 150, "arcs"),
    ("classes.agent.quality_floor", 75, "arcs"),
    ("hardware.node.memory_gb", 100, "arcs"),
    ("classes.chat.site_kinds", ["device"], "arcs"),
    ("classes.chat.residency", "region", "arcs"),
    ("models.s.available_from", 2027, "arcs"),
    ("sites.off.available_from", 2027, "arcs"),
    ("workloads.E/chat.demand_gtok_per_h", 6, "2 demand curve"),
    ("classes.chat.max_demand_multiple", 1.5, "2 demand curve"),
    ("classes.agent.must_serve", True, "2 demand curve"),
    ("serving.s-node.tokens_per_s", 50000, "3 serving capacity"),
    ("pools.off/node.max_utilisation", 0.5, "3 serving capacity"),
    ("sites.cloud.pue", 1.3, "4 site power"),
    ("serving.s-node.loaded_w", 10000, "4 site power"),
    ("sites.cloud.fixed_load_mw", 0.2, "4 site power"),
    ("zones.Z.capacity_mw", 12.5, "6 grid limit"),
    ("zones.Z.reserve_margin", 0.5, "6 grid limit"),
    ("capacity_areas.RTO.procured_ucap_mw", 10, "6 grid limit"),
    ("capacity_areas.RTO.forecast_pool_requirement", 0.95, "6 grid limit"),
    ("sites.off.redundant_units", 2, "7 generation"),
    ("generators.gt.derate", 0.6, "7 generation"),
    ("generators.gt.unit_mw", 0.3, "7 generation"),
    ("site_generators.off/gt.lead_years", 1, "9 investment"),
    ("site_generators.off/gt.max_units", 4, "9 investment"),
    ("site_generators.off/gt.max_units_per_year", 1, "9 investment"),
    ("generators.gt.life_years", 2, "7 generation"),
    ("pools.cloud/node.max_pods", 5, "9 investment"),
    ("pools.cloud/node.lead_years", 3, "9 investment"),
    ("pools.off/node.max_pods_per_year", 5, "9 investment"),
    ("pools.cloud/node.existing_units", 10, "9 investment"),
    ("hardware.node.life_years", 2, "9 investment"),
    ("sites.edge.it_limit_mw", 0.2, "9 investment"),
    ("policy.max_open_sites", 1, "10 linking"),
    ("money.discount_rate", 0.08, "12 objective"),
    ("classes.chat.choke_price_usd_per_mtok", 21, "12 objective"),
    ("classes.chat.elasticity", -0.51, "12 objective"),
    ("classes.chat.markup", 2.1, "12 objective"),
    ("classes.agent", {"markup_kind": "additive", "markup_usd_per_mtok": 0.1}, "2 demand curve"),
    ("classes.agent", {"markup_kind": "additive", "markup_usd_per_mtok": 0.1}, "12 objective"),
    ("classes.agent.shed_penalty_usd_per_mtok", 2, "12 objective"),
    ("network.cost_usd_per_mtok", 0.03, "12 objective"),
    ("sites.cloud.serving_cost_usd_per_mtok", 0.01, "12 objective"),
    ("sites.cloud.energy_adder_usd_per_mwh", 1, "12 objective"),
    ("zones.Z.energy_price_usd_per_mwh", 51, "12 objective"),
    ("zones.Z.price_profile", None, "12 objective"),
    ("zones.Z.co2_kg_per_mwh", 410, "12 objective"),
    ("policy.co2_price_usd_per_t", 31, "12 objective"),
    ("capacity_areas.RTO.capacity_price_usd_per_mw_day", 310, "12 objective"),
    ("hardware.node.capex_usd", 310000, "12 objective"),
    ("hardware.node.operation_usd_per_unit_year", 5100, "12 objective"),
    ("generators.gt.capex_usd_per_kw", 1100, "12 objective"),
    ("generators.gt.fixed_om_usd_per_kw_year", 16, "12 objective"),
    ("generators.gt.variable_om_usd_per_mwh", 5, "12 objective"),
    ("generators.gt.co2_kg_per_mwh", 510, "12 objective"),
    ("site_generators.off/gt.fuel_price_usd_per_mmbtu", 4, "12 objective"),
    ("sites.off.opening_cost_usd", 2e6, "12 objective"),
    ("sites.cloud.fixed_cost_usd_per_year", 2000, "12 objective"),
]


@pytest.mark.parametrize(("path", "value", "family"), STRICTER)
def test_a_plan_violates_a_stricter_instance(path: str, value: Any, family: str) -> None:
    instance = changed(every_kind(), {path: value})
    violations = op.verify(instance, replace(valid(), instance=instance))
    assert family in {violation.family for violation in violations}


def test_an_unknown_site_is_named() -> None:
    plan = valid()
    rows = plan.tables["placement"].assign(site="nowhere")
    (violation,) = op.verify(
        plan.instance, replace(plan, tables={**plan.tables, "placement": rows})
    )
    assert violation.family == "tables"
    assert "nowhere" in violation.where


def test_a_missing_table_is_named() -> None:
    tables = {name: table for name, table in valid().tables.items() if name != "power"}
    (violation,) = op.verify(valid().instance, replace(valid(), tables=tables))
    assert (violation.family, violation.where) == ("tables", "power")


@pytest.mark.parametrize("table", ["placement", "demand", "capacity", "generators", "power"])
def test_a_missing_row_is_noticed(table: str) -> None:
    rows = valid().tables[table]
    numbers = [name for name in rows.columns if name.endswith(("gtok_per_h", "_mw", "built"))]
    last = rows[rows[numbers[-1]] > 0].index[-1]
    tables = {**valid().tables, table: rows.drop(index=last)}
    assert families(replace(valid(), tables=tables))


def test_an_off_grid_site_may_draw_nothing() -> None:
    rows = valid().tables["power"].copy()
    off = rows["site"] == "off"
    rows.loc[off, "draw_mw"] = rows.loc[off, "power_mw"]
    generation = valid().tables["generation"].assign(generation_mw=0.0)
    plan = replace(valid(), tables={**valid().tables, "power": rows, "generation": generation})
    violations = op.verify(plan.instance, plan)
    assert ("5 site balance", "draws from the grid without a zone (MW)") in {
        (violation.family, violation.message) for violation in violations
    }


def test_a_violation_reads_as_a_sentence() -> None:
    plan = altered("power", "draw_mw", lambda v: v + 3)
    texts = [str(violation) for violation in op.verify(plan.instance, plan)]
    exceeded = [text for text in texts if "draw exceeds the limit (MW)" in text]
    assert len(exceeded) == 1
    assert exceeded[0].startswith("6 grid limit: Z[")


def test_the_order_of_rows_does_not_matter() -> None:
    tables = {
        name: table.sample(frac=1, random_state=1).reset_index(drop=True)
        for name, table in valid().tables.items()
        if name != "acceptance"
    }
    plan = replace(valid(), tables={**valid().tables, **tables})
    assert families(plan) == set()
