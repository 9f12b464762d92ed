"""Grid draw of a new model at shared sites, by hand."""

import numpy as np
import pytest

from optimizer.counterfactual import linear_measure, measures, quantities, worlds
from tests.counterfactual.cases import GTOK_A_YEAR, ask, one_cloud, serving
from tests.counterfactual.compared import compared
from tests.factory import Edits, changed

TURBINE = {
    "generators": [
        {
            "id": "gt",
            "unit_mw": 2,
            "capex_usd_per_kw": 1,
            "life_years": 20,
            "heat_rate_mmbtu_per_mwh": 10,
        }
    ],
    "site_generators": [
        {"site": "C", "generator": "gt", "existing_units": 1, "fuel_price_usd_per_mmbtu": 0}
    ],
}
"""2 MW at the cloud that run at any time, since their fuel is free."""


def lean_model(edits: Edits | None = None) -> object:
    """A new model serves a Gtok with half a MWh, but is too small for 4 of the 10 Gtok/h."""
    instance = one_cloud(6)
    lean = serving("lean-node", "lean", "node", 0.5)
    return changed(
        instance,
        {
            "models.lean": {"total_params_b": 3, "active_params_b": 3, "quality": 40},
            "serving": [*(row.model_dump(mode="json") for row in instance.serving), lean],
            "classes.hard": {"slo_ms": 1000, "choke_price_usd_per_mtok": 20, "quality_floor": 50},
            "workloads.E/hard": {"demand_gtok_per_h": 4},
            "interventions": [{"id": "small", "models": ["lean"]}],
        }
        | dict(edits or {}),
    )


def amounts(measure: measures.Measure) -> tuple[float, float, float]:
    each = (measure.rest_without, measure.rest_with, measure.intervention)
    return tuple(amount / GTOK_A_YEAR for amount in each)


def test_a_model_at_a_site_without_supply_of_its_own_draws_its_power() -> None:
    """The cloud takes 10 MW; with the new model 4 MW, and the model 3."""
    result = ask(lean_model(), "small")
    assert amounts(result.energy) == pytest.approx((10, 4, 3))
    assert amounts(result.draw) == pytest.approx((10, 4, 3))
    assert result.draw.displacement == pytest.approx(2)
    assert result.stress.intervention == pytest.approx(3)
    assert result.verdicts.grid.words == result.verdicts.stress.words == "over-displaces"
    assert result.verdicts.grid.interval.low == pytest.approx(2, abs=1e-4)


def test_a_model_has_its_share_of_what_the_site_draws() -> None:
    """Turbines supply 2 of the site's 7 MW, so the grid 5/7 of every MW: 3 * 5/7 is the model's."""
    result = ask(lean_model(TURBINE), "small")
    assert amounts(result.energy) == pytest.approx((10, 4, 3))
    assert amounts(result.draw) == pytest.approx((8, 5 - 15 / 7, 15 / 7))
    assert result.draw.displacement == pytest.approx((8 - 5 + 15 / 7) / (15 / 7))


def test_the_meter_of_a_site_is_split_without_remainder() -> None:
    scenarios = compared(lean_model(TURBINE), "small", 1e-7)
    split = quantities.grid_draw(scenarios)
    hours = scenarios.case.horizon.hours_per_year
    for world in worlds.COMPARED:
        x = scenarios.point(world)
        metered = scenarios.layout.draw.of(x).sum(axis=0) @ hours
        assert split.intervention.by_year(x) + split.rest.by_year(x) == pytest.approx(metered)


def test_a_model_off_the_grid_draws_nothing() -> None:
    campus = {"sites.C.kind": "offgrid", "sites.C.zone": None}
    many = TURBINE["site_generators"][0] | {
        "existing_units": 10,
        "fuel_price_usd_per_mmbtu": 3,
    }
    scenarios = compared(lean_model(TURBINE | campus | {"site_generators": [many]}), "small", 1e-7)
    x = scenarios.point(worlds.WITH_INTERVENTION)
    assert np.all(linear_measure.grid_share(scenarios.case, scenarios.layout, x) == 0)
    result = ask(scenarios.case.instance, "small")
    assert result.energy.displacement == pytest.approx(2)
    assert result.draw.displacement is None
    assert result.verdicts.grid.words == "carries none"
    assert "does not change (small itself draws nothing)" in result.headline.lines[2]
