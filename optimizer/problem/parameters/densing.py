"""The densing law in arrays: what a year's progress of models does to rate and energy."""

import numpy as np

from optimizer.problem.horizon import Floats, Horizon
from optimizer.schema.instance import Instance
from optimizer.units import MONTHS_PER_YEAR


def densing_gain(instance: Instance, horizon: Horizon) -> Floats:
    """Times more tokens/s, and times less energy a token, by the densing law; shape (Y,)."""
    law, years = instance.densing, np.array(horizon.years, dtype=float)
    if law.doubling_months is None:
        return np.ones(len(years))
    base = years[0] if law.base_year is None else law.base_year
    reached = years if law.last_year is None else np.minimum(years, law.last_year)
    return np.asarray(2.0 ** (MONTHS_PER_YEAR * (reached - base) / law.doubling_months))
