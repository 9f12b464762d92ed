from functools import cache

import numpy as np
import pytest

import optimizer as op
from tests.factory import every_kind, off_grid, one_site


@cache
def plan() -> op.Plan:
    return op.solve(every_kind(), gap=1e-6)


def yearly(table: str, value: str, *by: str) -> dict[tuple[str, ...], float]:
    """Sum of a value over the hours of its years, by the columns named."""
    rows = plan().tables[table]
    hours = rows["length_h"] * rows["days_per_year"]
    total = (rows[value] * hours).groupby([rows[name] for name in (*by, "year")]).sum()
    return {key: float(amount) for key, amount in total.items()}


def test_the_hours_of_every_table_add_up_to_a_year() -> None:
    for name in ("demand", "generation", "power", "zones"):
        rows = plan().tables[name]
        keys = [c for c in ("region", "class", "site", "generator", "zone") if c in rows]
        hours = (rows["length_h"] * rows["days_per_year"]).groupby(
            [rows[key] for key in (*keys, "year")]
        )
        assert hours.sum().to_numpy() == pytest.approx(8760)


def test_the_placement_adds_up_to_the_demand_served() -> None:
    placed = yearly("placement", "flow_gtok_per_h", "region", "class")
    served = yearly("demand", "served_gtok_per_h", "region", "class")
    assert placed == pytest.approx(served)
    assert sum(served.values()) > 0


def test_a_zone_draws_what_its_sites_draw() -> None:
    by_site = {key: value for key, value in yearly("power", "draw_mw", "zone").items() if key[0]}
    assert yearly("zones", "draw_mw", "zone") == pytest.approx(by_site)


def test_the_peak_of_an_area_is_its_highest_draw() -> None:
    rows = plan().tables["zones"]
    highest = rows.groupby("year")["draw_mw"].max()
    areas = plan().tables["areas"].set_index("year")
    assert areas["peak_mw"].to_dict() == pytest.approx(highest.to_dict())
    assert areas["required_ucap_mw"].to_numpy() == pytest.approx(0.9 * areas["peak_mw"])
    assert areas["peak_limit_mw"].to_numpy() == pytest.approx(10.08 / 0.9 - 10)


def test_both_tables_of_generation_agree() -> None:
    own = yearly("power", "generation_mw", "site")
    by_unit = yearly("generation", "generation_mw", "site")
    assert {key: value for key, value in own.items() if key in by_unit} == pytest.approx(by_unit)


def test_units_built_remain_installed() -> None:
    rows = plan().capacity.set_index(["site", "year"])
    for site, pod, existing in (("edge", 2, 0), ("cloud", 4, 20), ("off", 4, 0)):
        first, last = rows.loc[(site, 2026)], rows.loc[(site, 2028)]
        assert first["units_built"] == pod * first["pods_built"]
        assert first["units"] == existing + first["units_built"]
        assert last["units"] == first["units"] + last["units_built"]
        assert last["units_in_use"] <= last["units"] + 1e-6


def test_nameplate_capacity_is_that_of_the_units() -> None:
    rows = op.solve(off_grid()).tables["generators"]
    assert rows[["units_built", "units"]].to_numpy().tolist() == [[2, 2]]
    assert rows["nameplate_mw"].item() == pytest.approx(0.1)


def test_steps_of_the_demand_curve_are_contiguous_and_filled_in_order() -> None:
    rows = plan().tables["acceptance"]
    for _, curve in rows.groupby(["region", "class", "year"]):
        assert curve["from_multiple"].iloc[0] == 0
        assert curve["to_multiple"].to_numpy()[:-1] == pytest.approx(
            curve["from_multiple"].to_numpy()[1:]
        )
        # A tangent that appears twice splits a step into two of one value.
        assert (np.diff(curve["value_usd_per_mtok"]) <= 0).all()
        width = (curve["to_multiple"] - curve["from_multiple"]).to_numpy()
        taken = curve["accepted_multiple"].to_numpy()
        assert (taken <= width + 1e-9).all()
        # A step stays empty unless the one before it is full.
        assert all(
            b < 1e-6 or a > w - 1e-6 for a, b, w in zip(taken, taken[1:], width, strict=False)
        )


def test_a_zone_without_a_limit_has_a_null_limit() -> None:
    rows = op.solve(one_site()).tables["zones"]
    assert rows["limit_mw"].isna().all()
    assert rows["draw_mw"].item() == pytest.approx(0.1)


def test_a_candidate_that_stays_closed_is_listed_as_closed() -> None:
    edits = {
        "sites.C.existing": False,
        "sites.C.opening_cost_usd": 1e12,
    }
    closed = op.solve(one_site(edits))
    row = closed.tables["sites"].iloc[0]
    assert bool(row["candidate"])
    assert not row["open"]
    assert closed.capacity["units"].item() == 0
    assert closed.placement.empty
