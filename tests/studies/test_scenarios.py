"""Scenarios: how many, what they change, and what their digest is of."""

from typing import Any

import pytest

import optimizer as op
from optimizer.load import with_overrides
from optimizer.schema.base import at_year
from tests.factory import changed, one_site

GRID: dict[str, Any] = {
    "overrides": {
        "dear": {"set": {"zones.Z.energy_price_usd_per_mwh": 90}},
        "half": {"scale": {"zones.Z.limit_mw": 0.5}, "add": {"zones.Z.limit_mw": 0.01}},
    },
    "scenarios": {"base": [], "both": ["dear", "half"]},
    "axes": [
        {"name": "choke", "set": "classes.*.choke_price_usd_per_mtok", "values": [10, 20.5]},
        {"name": "grid", "overrides": {"as_is": [], "less": ["half"]}},
    ],
}


def test_scenarios_are_every_case_with_every_value_of_every_axis() -> None:
    study = op.Study(one_site(), **GRID)
    names = [one.name for one in study.scenarios]
    assert len(study) == len(names) == 8
    assert names[0] == "base/choke=10/grid=as_is"
    assert names[-1] == "both/choke=20.5/grid=less"
    assert len(set(names)) == 8


def test_edits_are_ordered_base_case_axes_draw_and_set_scale_add() -> None:
    instance = changed(one_site(), {"zones.Z.limit_mw": 2.0})
    base = {"set": {"zones.Z.limit_mw": 4}}
    study = op.Study(instance, base=base, **GRID)
    last = list(study.scenarios)[-1]
    made = with_overrides(instance, last.edits)
    # 4, halved and a little more by the case, and again by the axis.
    assert at_year(made.zones[0].limit_mw or {}, 2026) == pytest.approx(
        (4 * 0.5 + 0.01) * 0.5 + 0.01
    )
    assert at_year(made.zones[0].energy_price_usd_per_mwh, 2026) == 90
    assert made.classes[0].choke_price_usd_per_mtok == 20.5


def test_a_digest_covers_what_determines_results_and_nothing_else() -> None:
    def digests(instance: op.Instance, **more: Any) -> list[str]:
        return [one.digest for one in op.Study(instance, **{**GRID, **more}).scenarios]

    here = digests(one_site())
    assert digests(one_site(), name="other", title="words") == here
    renamed = {"scenarios": {"first": [], "second": ["dear", "half"]}}
    assert digests(one_site(), **renamed) == here
    for other in (
        digests(changed(one_site(), {"zones.Z.limit_mw": 7.0})),
        digests(one_site(), options={"gap": 1e-4}),
        digests(one_site(), keep={"displacement": ["edge"]}),
        digests(one_site(), base={"set": {"zones.Z.limit_mw": 3}}),
    ):
        assert not set(other) & set(here)


def test_digests_are_those_of_earlier_versions() -> None:
    """So a folder of results of an earlier version is read and resumed."""
    study = op.Study(
        one_site(),
        axes=[{"name": "price", "set": "zones.*.energy_price_usd_per_mwh", "values": [20, 33]}],
        keep={"displacement": ["edge"]},
        options={"gap": 0.01},
    )
    assert [scenario.digest for scenario in study.scenarios] == [
        "fa57e94fdafaa1b76e282d0c0308d078",
        "529beb8b0f46c4906eece14f18071484",
    ]


def test_scenarios_with_the_same_changes_share_a_digest() -> None:
    study = op.Study(one_site(), scenarios={"a": [], "b": []})
    first, second = study.scenarios
    assert first.name != second.name
    assert first.digest == second.digest


def test_draws_are_made_in_every_scenario_of_the_grid() -> None:
    parameter = {
        "name": "price",
        "set": "zones.Z.energy_price_usd_per_mwh",
        "distribution": {"uniform": [20, 80]},
    }
    sample = {"draws": 5, "seed": 1, "assumptions": "none", "parameters": [parameter]}
    study = op.Study(one_site(), **GRID, sample=sample)
    made = list(study.scenarios)
    assert len(study) == len(made) == 40
    assert made[4].name == "base/choke=10/grid=as_is/draw-4"
    prices = [one.values["price"] for one in made]
    assert prices[:5] == prices[5:10] == prices[-5:]
    assert len(set(prices)) == 5
    at = with_overrides(one_site(), made[3].edits).zones[0].energy_price_usd_per_mwh
    assert at_year(at, 2026) == prices[3]


def test_assumptions_are_drawn_over_their_ranges_or_listed_with_a_reason() -> None:
    row = {"unit": "$", "meaning": "m", "source": "ASSUMED"}
    rows = [
        {
            **row,
            "path": "zones.Z.energy_price_usd_per_mwh",
            "value": 50,
            "low": 40,
            "high": 70,
            "headline": True,
        },
        {**row, "path": "zones.Z.co2_kg_per_mwh", "value": 400, "low": 400, "high": 400},
        {**row, "path": "zones.*", "value": 1, "low": 0, "high": 2},
    ]
    instance = changed(
        one_site(),
        {"zones.Z.energy_price_usd_per_mwh": 50.0, "zones.Z.co2_kg_per_mwh": 400.0},
    )
    instance = changed(instance, {"assumptions": rows})
    study = op.Study(instance, sample={"draws": 200, "seed": 1})
    drawn = [one.values["zones.Z.energy_price_usd_per_mwh"] for one in study.scenarios]
    assert min(map(float, drawn)) >= 40  # type: ignore[arg-type]
    assert max(map(float, drawn)) <= 70  # type: ignore[arg-type]
    assert len(set(drawn)) == 200
    assert study.scenarios.left_out == {
        "zones.Z.co2_kg_per_mwh": "its range is one value",
        "zones.*": "its path means several fields, which have no single value, and alike is empty",
    }
