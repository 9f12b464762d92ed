"""What is solved is the number in the instance, whatever its assumption says."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import optimizer as op
from optimizer.load import with_overrides
from optimizer.load.assumption_values import (
    assumption_warnings,
    instance_value,
    records_of,
    text_of,
)
from optimizer.report.tables.instance import value_in_words
from optimizer.schema.instance import Instance
from tests.factory import changed, one_site

PRICE = "zones.Z.energy_price_usd_per_mwh"


def row(path: str, value: float, low: float, high: float, unit: str = "$/MWh") -> dict[str, Any]:
    return {
        "path": path,
        "meaning": "m",
        "unit": unit,
        "value": value,
        "low": low,
        "high": high,
        "source": "ASSUMED",
        "headline": True,
    }


def priced(price: object) -> Instance:
    return changed(one_site(), {PRICE: price, "assumptions": [row(PRICE, 50, 20, 80)]})


def held(instance: Instance) -> str:
    (assumption,) = instance.assumptions
    value = instance_value(records_of(instance), assumption)
    return "nothing" if value is None else text_of(value)


@pytest.mark.parametrize(
    ("price", "text"),
    [(50, "50"), (60, "60"), ({2026: 50, 2030: 90}, "50 to 90")],
)
def test_the_value_of_an_instance_is_read_at_the_path(price: object, text: str) -> None:
    assert held(priced(price)) == text


def test_a_path_that_ends_in_a_year_leads_to_the_value_of_that_year() -> None:
    instance = priced({2026: 50, 2030: 90})
    path = f"{PRICE}.2028"
    instance = changed(instance, {"assumptions": [row(path, 70, 20, 80)]})
    assert held(instance) == "70"
    assert assumption_warnings(instance) == ()


def test_a_number_that_is_not_set_is_not_the_value_assumed() -> None:
    instance = changed(one_site(), {"assumptions": [row("zones.Z.limit_mw", 5, 1, 9, "MW")]})
    assert value_in_words(records_of(instance), instance.assumptions[0]).startswith(
        "not set, assumption 5 (1 to 9) MW"
    )


def test_only_a_number_that_differs_is_shown_with_its_assumption() -> None:
    words = {
        price: value_in_words(records_of(made), made.assumptions[0])
        for price in (50, 50 * (1 + 1e-9), 60)
        for made in [priced(price)]
    }
    assert list(words.values()) == [
        "50 (20 to 80) $/MWh",
        "50 (20 to 80) $/MWh",
        "60, assumption 50 (20 to 80) $/MWh",
    ]


@pytest.mark.parametrize(("price", "warned"), [(20, 0), (80, 0), (81, 1), (0.033, 1)])
def test_a_number_outside_the_range_of_its_assumption_is_a_warning(
    price: float, warned: int
) -> None:
    warnings = assumption_warnings(priced(price))
    assert len(warnings) == warned
    for warning in warnings:
        assert f"{PRICE} = {price:,.6g} is outside" in warning
        assert "20 to 80 $/MWh (50 is assumed)" in warning


def test_a_plan_carries_the_warning() -> None:
    instance = priced(81)
    (warning,) = assumption_warnings(instance)
    assert warning in op.solve(instance, prices=False).run.warnings


def write(folder: Path, price: float) -> Path:
    """Save an instance with its zones in a table."""
    instance = priced(price)
    data = instance.model_dump(mode="json", by_alias=True)
    data["zones"] = "zones.csv"
    (folder / "instance.yaml").write_text(json.dumps(data))
    with (folder / "zones.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "energy_price_usd_per_mwh"), ("Z", price)])
    return folder


def test_the_warning_names_the_place_of_the_number_in_files_and_options(tmp_path: Path) -> None:
    folder = write(tmp_path, 0.033)
    (warning,) = assumption_warnings(op.load_instance(folder))
    assert warning.startswith(f"{folder / 'zones.csv'}:2: {PRICE} = 0.033 is outside")
    (warning,) = assumption_warnings(op.load_instance(folder, [f"{PRICE}=900"]))
    assert warning.startswith(f"--set {PRICE}=900: ")


def test_an_edit_moves_the_place_to_where_it_was_requested(tmp_path: Path) -> None:
    read = op.load_instance(write(tmp_path, 0.033))
    assert assumption_warnings(with_overrides(read, [f"{PRICE}=50"])) == ()
    (warning,) = assumption_warnings(with_overrides(read, [f"{PRICE}=900"]))
    assert warning.startswith(f"--set {PRICE}=900: {PRICE} = 900 is outside")
    (kept,) = assumption_warnings(with_overrides(read, ["money.discount_rate=0.05"]))
    assert kept.startswith(f"{tmp_path / 'zones.csv'}:2: ")


def drawn(instance: Instance, **more: Any) -> op.Study:
    return op.Study(instance, sample={"draws": 64, "seed": 1}, **more)


def test_a_study_draws_around_what_is_solved() -> None:
    around = drawn(priced(50), base={"set": {PRICE: 70}}).scenarios
    assert around.distributions[PRICE].triangular == (20, 70, 80)
    assert drawn(priced(70)).scenarios.distributions[PRICE].triangular == (20, 70, 80)


def test_a_study_refuses_a_range_that_does_not_hold_what_is_solved() -> None:
    for study in (drawn(priced(81)), drawn(priced(50), base={"set": {PRICE: 81}})):
        with pytest.raises(op.InputError, match=f"{PRICE} is 81 .*20 to 80"):
            len(study)


def test_what_is_alike_follows_what_a_study_sets_before_its_draws() -> None:
    carbon = "zones.Z.co2_kg_per_mwh"
    assumption = {**row(PRICE, 50, 20, 80), "alike": carbon}
    instance = changed(priced(50), {carbon: 400, "assumptions": [assumption]})
    study = drawn(instance, overrides={"dear": {"set": {PRICE: 75}}}, scenarios={"dear": ["dear"]})
    for scenario in study.scenarios:
        zone = with_overrides(instance, scenario.edits).zones[0]
        price = zone.energy_price_usd_per_mwh[0]
        assert zone.co2_kg_per_mwh[0] == pytest.approx(400 * price / 75)
