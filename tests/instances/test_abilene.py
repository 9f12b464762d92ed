"""The Abilene instance: its README shows what its commands print; turbines by hand."""

import math
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import optimizer as op
from tests.instances.folders import INSTANCES, script

FOLDER = INSTANCES / "abilene"
NODES, TURBINE_MW, DERATE, PUE = 62_500, 34, 0.92, 1.2
WATTS = 6591.2
QUICK = ("base", "what 29 carry")
SOME = ("no redundancy", "PUE 1.4", "power as at Colossus 1", "cheap batteries", "twelve turbines")


@pytest.fixture(scope="module")
def cases() -> ModuleType:
    return script("abilene", "cases")


def test_the_readme_lists_every_case(cases: ModuleType) -> None:
    text = (FOLDER / "README.md").read_text()
    assert [name for name in cases.cases() if f"\n| {name} |" not in text] == []


@pytest.mark.parametrize(
    "case", [*QUICK, *(pytest.param(case, marks=pytest.mark.slow) for case in (*SOME, "to 29"))]
)
def test_the_readme_agrees_with_the_commands(cases: ModuleType, case: str) -> None:
    *_, line = cases.table([case])
    assert f"\n{line}\n" in (FOLDER / "README.md").read_text()


@pytest.mark.slow
def test_turbines_by_hand(cases: ModuleType) -> None:
    def turbines(megawatts: float, out: int) -> int:
        return math.ceil(megawatts / (TURBINE_MW * DERATE)) + out

    sets = cases.cases()
    campus_mw = PUE * NODES * WATTS / 1e6
    assert cases.outcome(sets["base"])["turbines"] == turbines(campus_mw, 2) == 18
    claimed = cases.outcome(sets["to 29"])
    assert claimed["turbines"] == turbines(PUE * NODES * 11_600 / 1e6, 1) == 29
    assert claimed["MW"] == 986
    carried_mw = 27 * TURBINE_MW * DERATE
    carried = cases.outcome(sets["what 29 carry"])
    assert carried["peak load, MW"] == pytest.approx(carried_mw)
    assert carried["chips in use"] == pytest.approx(8 * carried_mw * 1e6 / PUE / WATTS, rel=1e-4)


def test_it_solves_to_half_a_percent_and_verifies() -> None:
    instance = op.load_instance(FOLDER)
    plan = op.solve(instance, gap=0.005)
    assert plan.status in ("optimal", "gap_reached")
    assert op.verify(instance, plan) == []


def test_every_chip_is_loaded_at_the_peak_hour() -> None:
    instance = op.load_instance(FOLDER)
    rate = NODES * instance.serving[0].tokens_per_s * 3.6e-6
    values = np.array(instance.profiles[0].values)
    mean = instance.workloads[0].demand_gtok_per_h[0]
    assert mean * values.max() / values.mean() == pytest.approx(rate, rel=1e-3)
    assert mean * values.max() / values.mean() <= rate


def test_the_sun_is_scaled_to_its_capacity_factor() -> None:
    hours = pd.DataFrame({"Month": [2] * 48, "Day": [28] * 24 + [29] * 24})
    hours["total_mw"] = [0.0, 100.0] * 12 + [900.0] * 24
    derive = script("abilene", "derive")
    per_unit = derive.per_unit(hours)
    assert per_unit.tolist() == pytest.approx([0, 2 * derive.CAPACITY_FACTOR] * 12)
    committed = pd.read_csv(FOLDER / "solar_per_unit.csv")["solar"]
    assert len(committed) == 8760
    assert committed.mean() == pytest.approx(derive.CAPACITY_FACTOR, abs=1e-4)
    assert committed.max() <= 1
    assert committed[committed.index % 24 == 0].max() == 0
