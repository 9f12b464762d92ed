"""The table of policies: what is counted against its limit, and the limit's shadow price."""

import pytest

import optimizer as op
from optimizer.report.tables.plan import plan_tables
from optimizer.report.tables.policies import policies
from optimizer.schema.instance import Instance
from tests.factory import every_policy, one_site

CAPPED = {
    "zones.Z.co2_kg_per_mwh": 400,
    "policy.co2_cap_t_per_year": 175.2,
    "contracts": [{"id": "ppa", "zone": "Z", "limit_mw": 0.04, "price_usd_per_mwh": 20}],
    "zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 0.08}, {"id": "off", "zone": "Z"}],
}


def shown(instance: Instance) -> dict[tuple[str, str], list[str]]:
    table = policies(op.solve(instance, gap=1e-9))
    assert table is not None
    return {(row[0], row[1].strip()): [cell.strip() for cell in row[2:]] for row in table.rows}


def test_no_policy_no_table() -> None:
    assert policies(op.solve(one_site())) is None


def test_each_policy_is_counted_against_its_limit_with_its_shadow_price() -> None:
    rows = shown(one_site(CAPPED))
    assert rows["whole instance", "CO2 a year, t"] == ["175 *"]
    assert rows["whole instance", "at most"] == ["175"]
    assert rows["whole instance", "price, $/t"] == ["1,799,875"]
    assert rows["cap", "capped load, MW"] == ["0.0500"]
    assert rows["cap", "at most"] == ["0.0800"]
    assert rows["ppa", "contract load, MW"] == ["0.0400 *"]
    assert rows["ppa", "price, $/MW-year"] == ["262,800"]
    assert "off" not in {where for where, _ in rows}


def test_large_amounts_have_units_of_their_size() -> None:
    large = {"policy.co2_cap_t_per_year": 2e6, "policy.capital_budget_usd_per_year": 3e9}
    rows = shown(one_site(CAPPED | large | {"policy.min_edge_share": 0}))
    assert rows["whole instance", "CO2 a year, Mt"] == ["<0.01"]
    assert rows["whole instance", "outlay, $ billion"] == ["0"]
    assert rows["all classes", "edge tokens, Gtok"] == ["0"]


@pytest.mark.slow
def test_the_table_is_narrow_and_shown() -> None:
    years = {"time.years": [2026, 2027, 2028, 2029, 2030]}
    inelastic = {"classes.chat.elasticity": 0, "classes.agent.elasticity": 0}
    plan = op.solve(every_policy(years | inelastic), gap=0.1)
    assert "Policies and contracts" in [one.title for one in plan_tables(plan)]
    table = policies(plan)
    assert table is not None
    assert len(table.columns) == 7
    cells = [table.columns, *table.rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(table.columns))]
    assert sum(widths) + 2 * len(widths) <= 100
