"""Effects of storage on any instance, and its accreditation against a simulation."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.schema.catalog import Storage
from optimizer.schema.instance import Instance
from optimizer.verification.redundancy import carried
from tests.batteries import BATTERY
from tests.factory import changed
from tests.properties.test_welfare import FEW, margin, same
from tests.properties.tiny import tiny_instances


@FEW
@given(tiny_instances(), st.sampled_from(["charge_efficiency", "discharge_efficiency"]))
def test_storage_that_loses_less_never_costs_more(instance: Instance, field: str) -> None:
    # If taking energy is paid, losing it has value.
    instance = changed(instance, {"zones.Z.energy_price_usd_per_mwh": 50})
    better = (getattr(instance.storage[0], field) + 1) / 2
    assert margin(changed(instance, {f"storage.bat.{field}": better}), instance) >= -1


@FEW
@given(tiny_instances(), st.sampled_from(["unit_mw", "unit_mwh"]))
def test_larger_storage_at_the_same_cost_never_hurts(instance: Instance, field: str) -> None:
    free = {"storage.bat.capex_usd_per_kw": 0, "storage.bat.capex_usd_per_kwh": 0}
    instance = changed(instance, free)
    larger = getattr(instance.storage[0], field) * 1.5
    assert margin(changed(instance, {f"storage.bat.{field}": larger}), instance) >= -1


@FEW
@given(tiny_instances())
def test_storage_of_no_units_changes_nothing(instance: Instance) -> None:
    key = instance.site_storage[0].id
    none = {f"site_storage.{key}.existing_units": 0, f"site_storage.{key}.max_units": 0}
    without = changed(instance, {"site_storage": [], "storage": []})
    assert same(changed(instance, none), without)


def holds(short: np.ndarray, length_h: np.ndarray, storage: Storage, units: float) -> bool:
    """Whether storage that starts a day full meets every slot of the following days.

    It absorbs all spare output until full and covers every shortfall: nothing does better.
    """
    power, room = (
        storage.unit_mw * units * storage.derate,
        storage.unit_mwh * units * storage.derate,
    )
    state = room
    while True:
        start, full = state, False
        for missing, hours in zip(short, length_h, strict=True):
            if missing > power + 1e-9:
                return False
            if missing > 0:
                state -= missing * hours / storage.discharge_efficiency
                if state < -1e-9:
                    return False
            else:
                after = state + min(-missing, power) * hours * storage.charge_efficiency
                state, full = min(room, after), full or after >= room
        if state >= start - 1e-9:
            return True
        if not full:  # every day uses as much again, until nothing is left
            return False


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(-10, 10), st.integers(1, 8)), min_size=1, max_size=6),
    st.integers(1, 30),
    st.sampled_from([(1.0, 1.0), (0.8, 0.9), (0.9, 0.5)]),
    st.sampled_from([1.0, 0.7]),
)
def test_standby_equals_what_a_simulation_of_days_sustains(
    slots: list[tuple[int, int]], units: int, efficiency: tuple[float, float], derate: float
) -> None:
    short = np.array([mw / 100 for mw, _ in slots])
    length_h = np.array([float(hours) for _, hours in slots])
    charge, discharge = efficiency
    storage = Storage.model_validate(
        BATTERY | {"charge_efficiency": charge, "discharge_efficiency": discharge, "derate": derate}
    )
    given_mw = carried(short, length_h, [(storage, float(units))])
    assert ((short - given_mw).max() <= 1e-7) == holds(short, length_h, storage, units)
