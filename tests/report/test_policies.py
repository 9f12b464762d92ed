"""The table of policies: what is counted beside its limit, and what one more is worth."""

import optimizer as op
from optimizer.report.plan_tables import plan_tables
from optimizer.report.policies import policies
from tests.factory import every_policy, one_site

CAPPED = one_site(
    {
        "zones.Z.co2_kg_per_mwh": 400,
        "policy.co2_cap_t_per_year": 175.2,
        "contracts": [{"id": "ppa", "zone": "Z", "limit_mw": 0.04, "price_usd_per_mwh": 20}],
        "zone_caps": [{"id": "cap", "zone": "Z", "cap_mw": 0.08}, {"id": "off", "zone": "Z"}],
    }
)


def test_no_policy_no_table() -> None:
    assert policies(op.solve(one_site())) is None


def test_counted_against_limit_with_its_worth() -> None:
    table = policies(op.solve(CAPPED, gap=1e-9))
    assert table is not None
    rows = {(row[0].strip(), row[1]): row[2].strip() for row in table.rows}
    assert rows["CO2, t a year", "whole instance"] == "175 / 175 *"
    assert rows["zone cap, MW at its highest", "cap"] == "0.0500 / 0.0800"
    assert rows["contract, MW at its highest", "ppa"] == "0.0400 / 0.0400 *"
    assert rows["worth of one more, $/MW-year", "ppa"] == "262,800"
    assert rows["worth of one more, $/t", "whole instance"] == "1,799,875"
    assert not any(where == "off" for _, where in rows)


def test_the_table_is_narrow_and_shown() -> None:
    plan = op.solve(every_policy(), gap=1e-4)
    assert "Policies and contracts: counted / limit" in [one.title for one in plan_tables(plan)]
    table = policies(plan)
    assert table is not None
    widths = [max(len(row[n]) for row in table.rows) for n in range(len(table.columns))]
    assert sum(widths) + 2 * len(widths) <= 100
