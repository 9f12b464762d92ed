"""Training runs in arrays: power by site, year and slot (family 4)."""

import numpy as np

from optimizer.problem.arrays import Floats, positions
from optimizer.problem.horizon import Horizon
from optimizer.schema.catalog import Hardware, Model
from optimizer.schema.instance import Instance
from optimizer.schema.training import TrainingRun
from optimizer.units import DAYS_PER_YEAR, HOURS_PER_DAY, W_PER_MW


def training_mw(instance: Instance, horizon: Horizon) -> Floats:
    """Power of each site's training runs, after PUE, shape (S, Y, K).

    A run draws full power on the peak day, since it does not pause for the grid; the rest of its
    energy is spread evenly over the other days.  So the binding hour has its power, and the year
    its energy.
    """
    site_at = positions(instance.sites)
    models = {model.id: model for model in instance.models}
    hardware = {row.id: row for row in instance.hardware}
    total = np.zeros((len(instance.sites), len(horizon.years), horizon.slots))
    peak = horizon.day == horizon.peak_day
    peak_days = float(horizon.days_per_year[peak][0])
    for run in instance.training_runs:
        s, y = site_at[run.site], _period(horizon, run.start_year)
        power = _mw(run, models[run.model], hardware[run.hardware]) * instance.sites[s].pue
        yearly_days = run.days / horizon.span_years[y]
        if peak_days == DAYS_PER_YEAR:
            share = np.full(horizon.slots, yearly_days / DAYS_PER_YEAR)
        else:
            rest = (yearly_days - peak_days) / (DAYS_PER_YEAR - peak_days)
            share = np.where(peak, 1.0, rest)
        total[s, y] += power * share
    return total


def accelerator_hours(run: TrainingRun, model: Model) -> float:
    """Accelerator-hours of a run: its own, else the model's, else cost divided by price."""
    for stated in (run.accelerator_hours, model.training_accelerator_hours):
        if stated is not None:
            return stated
    assert model.training_cost_usd is not None
    assert run.usd_per_accelerator_hour is not None
    return model.training_cost_usd / run.usd_per_accelerator_hour


def _mw(run: TrainingRun, model: Model, hardware: Hardware) -> float:
    """Power of a run while it lasts, before PUE."""
    watts = run.accelerator_w
    if watts is None:
        watts = hardware.loaded_w / hardware.accelerators_per_unit
    return accelerator_hours(run, model) * watts / W_PER_MW / (run.days * HOURS_PER_DAY)


def _period(horizon: Horizon, year: int) -> int:
    """Position of the period that contains a year."""
    return int(np.searchsorted(horizon.years, year, side="right")) - 1
