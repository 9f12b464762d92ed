"""Batteries at the sites of `tests.factory`."""

from typing import Any

from optimizer.schema.instance import Instance
from tests.factory import Edits, changed

BATTERY = {
    "id": "bat",
    "unit_mw": 0.02,
    "unit_mwh": 0.12,
    "capex_usd_per_kw": 0,
    "capex_usd_per_kwh": 0,
    "life_years": 10,
    "variable_om_usd_per_mwh": 0.01,
    "charge_efficiency": 0.8,
    "discharge_efficiency": 0.9,
}
"""One unit stores six hours of its power; its only cost is a little wear."""


def with_battery(instance: Instance, edits: Edits | None = None, units: int = 1) -> Instance:
    """Return the instance with batteries at its first site, C, and two steps per day."""
    base: dict[str, Any] = {
        "time.hours_per_step": 12,
        "storage.bat": BATTERY,
        "site_storage.C/bat": {"existing_units": units},
    }
    return changed(instance, base | dict(edits or {}))
