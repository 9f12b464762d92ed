"""Training runs of family 4, worked out again from the catalog's facts."""

import numpy as np

from optimizer.problem.horizon import Floats
from optimizer.units import DAYS_PER_YEAR, HOURS_PER_DAY, W_PER_MW
from optimizer.verification.claims import Claims


def training_power(claims: Claims) -> Floats:
    """Power of training runs at each open site, shape (S, Y, K), MW.

    On the day of the peak it is energy over duration; the year's sum is the energy.
    """
    instance, horizon = claims.instance, claims.horizon
    models = {model.id: model for model in instance.models}
    types = {row.id: row for row in instance.hardware}
    power = np.zeros_like(claims.power)
    for run in instance.training_runs:
        model, unit = models[run.model], types[run.hardware]
        hours = run.accelerator_hours or model.training_accelerator_hours
        if hours is None:
            hours = (model.training_cost_usd or 0.0) / (run.usd_per_accelerator_hour or np.inf)
        each = run.accelerator_w
        if each is None:
            each = unit.loaded_w / unit.accelerators_per_unit
        s = [site.id for site in instance.sites].index(run.site)
        mwh = hours * each / W_PER_MW * instance.sites[s].pue
        y = max(i for i, year in enumerate(horizon.years) if year <= run.start_year)
        at_peak = horizon.day == horizon.peak_day
        drawn = np.where(at_peak, mwh / (run.days * HOURS_PER_DAY), 0.0)
        left = mwh / horizon.span_years[y] - float(drawn @ horizon.hours_per_year)
        others = float(horizon.hours_per_year[~at_peak].sum())
        if others > 0:
            drawn[~at_peak] = left / others
        else:
            drawn[:] = mwh / horizon.span_years[y] / (DAYS_PER_YEAR * HOURS_PER_DAY)
        power[s, y] += drawn * claims.is_open[s, y]
    return power
