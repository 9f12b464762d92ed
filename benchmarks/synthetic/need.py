"""Power that all demand would need in data centres: what supply and grid are sized by."""

import numpy as np
import numpy.typing as npt

from optimizer.schema.base import at_year
from optimizer.schema.demand import Workload, WorkloadClass
from optimizer.units import MWH_PER_GTOK_PER_J_PER_TOK
from synthetic.demand import TYPICAL_UTILISATION, reference
from synthetic.size import Size
from synthetic.technology import RATE_GROWTH

Floats = npt.NDArray[np.float64]


def hardware_mw(
    size: Size, rows: list[Workload], groups: tuple[WorkloadClass, ...], year: int
) -> Floats:
    """Return the hardware's loaded power that each region's demand needs; shape (R,)."""
    faster = (1 + RATE_GROWTH) ** (year - size.periods[0])
    by_class = {group.id: group for group in groups}
    power = np.zeros(len(rows))
    for w, row in enumerate(rows):
        group = by_class[row.workload_class]
        config = reference(group.quality_floor)
        joules = config.loaded_w / config.tokens_per_s / faster
        level = at_year(row.demand_gtok_per_h, year) * at_year(group.demand_multiplier, year)
        power[w] = level * joules * MWH_PER_GTOK_PER_J_PER_TOK / TYPICAL_UTILISATION
    return power.reshape(size.regions, size.classes).sum(axis=1)
