"""Whole units at sites in arrays: what exists, what may be built when, and what a unit costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.arrays import Floats, Ints, positions
from optimizer.problem.horizon import Horizon
from optimizer.schema.instance import Instance
from optimizer.schema.sites import SiteUnits
from optimizer.units import KW_PER_MW, USD_PER_KUSD

KUSD_PER_MW = KW_PER_MW / USD_PER_KUSD
"""1 $/kW in k$/MW."""


@dataclass(frozen=True)
class Fleet:
    """Rows of units of one type at one site, N of them.

    Attributes
    ----------
    site : ndarray of int, shape (N,)
    unit_mw, derate, life : ndarray, shape (N,)
    existing, max_units : ndarray, shape (N,)
    build_limit : ndarray, shape (N, Y)
        Units that may be commissioned in a year.
    unit_overnight : ndarray, shape (N, Y)
        Overnight cost of a unit commissioned in the year, k$.
    unit_cost : ndarray, shape (N, Y)
        Its annuity, k$ a year.
    fixed_cost : ndarray, shape (N,)
        Fixed operation of a unit, k$ a year.
    """

    site: Ints
    unit_mw: Floats
    derate: Floats
    life: Ints
    existing: Floats
    max_units: Floats
    build_limit: Floats
    unit_overnight: Floats
    unit_cost: Floats
    fixed_cost: Floats


def fleet(
    instance: Instance,
    horizon: Horizon,
    rows: Sequence[SiteUnits],
    types: Sequence[Any],
    overnight_kusd: Floats,
) -> dict[str, Any]:
    """Fields of a `Fleet`.

    Parameters
    ----------
    instance, horizon
    rows : sequence of SiteUnits
    types : sequence of Generator or Storage
        The type of each row.
    overnight_kusd : ndarray, shape (N, Y)
        Overnight cost of a unit by the year in which it is commissioned.
    """
    site_at, rate = positions(instance.sites), instance.money.discount_rate
    annuity = np.array([capital_recovery_factor(rate, unit.life_years) for unit in types])
    limits = [
        commissioned(
            horizon,
            instance.sites[site_at[row.site]].available_from,
            row.lead_years,
            row.max_units,
            row.max_units_per_year,
        )
        for row in rows
    ]
    return {
        "site": np.array([site_at[row.site] for row in rows], dtype=np.int64),
        "unit_mw": np.array([unit.unit_mw for unit in types], dtype=float),
        "derate": np.array([unit.derate for unit in types], dtype=float),
        "life": np.array([unit.life_years for unit in types], dtype=np.int64),
        "existing": np.array([float(row.existing_units) for row in rows]),
        "max_units": np.array([float(row.max_units) for row in rows]),
        "build_limit": np.array(limits).reshape(overnight_kusd.shape),
        "unit_overnight": overnight_kusd,
        "unit_cost": overnight_kusd * annuity[:, None],
        "fixed_cost": np.array(
            [unit.fixed_om_usd_per_kw_year * unit.unit_mw * KUSD_PER_MW for unit in types]
        ),
    }


def commissioned(
    horizon: Horizon, available_from: int, lead_years: int, most: float, per_year: float | None
) -> list[float]:
    """Most that may be commissioned in each period; 0 before lead time and site allow it."""
    first = max(horizon.years[0] + lead_years, available_from)
    yearly = most if per_year is None else per_year
    return [
        float(min(yearly * span, most)) if year >= first else 0.0
        for year, span in zip(horizon.years, horizon.span_years, strict=True)
    ]
