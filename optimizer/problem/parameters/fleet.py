"""Whole units at sites in arrays: what is there, what may be built when, and what a unit costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.problem.annuity import capital_recovery_factor
from optimizer.problem.horizon import Floats, Horizon, Ints
from optimizer.schema.instance import Instance
from optimizer.schema.sites import SiteUnits


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
    fixed_kusd: Floats,
) -> dict[str, Any]:
    """Fields of a `Fleet`.

    Parameters
    ----------
    rows : sequence of SiteUnits
    types : sequence
        The type of each row, with `unit_mw`, `derate` and `life_years`.
    overnight_kusd : ndarray, shape (N, Y)
        Overnight cost of a unit by the year in which it is commissioned.
    fixed_kusd : ndarray, shape (N,)
        Fixed operation of a unit, a year.
    """
    sites = {site.id: (i, site) for i, site in enumerate(instance.sites)}
    rate, shape = instance.money.discount_rate, (len(rows), len(horizon.years))
    annuity = np.array([capital_recovery_factor(rate, one.life_years) for one in types])
    return {
        "site": np.array([sites[row.site][0] for row in rows], dtype=np.int64),
        "unit_mw": np.array([one.unit_mw for one in types], dtype=float),
        "derate": np.array([one.derate for one in types], dtype=float),
        "life": np.array([one.life_years for one in types], dtype=np.int64),
        "existing": np.array([float(row.existing_units) for row in rows]),
        "max_units": np.array([float(row.max_units) for row in rows]),
        "build_limit": np.array(
            [
                commissioned(
                    horizon,
                    sites[row.site][1].available_from,
                    row.lead_years,
                    row.max_units,
                    row.max_units_per_year,
                )
                for row in rows
            ]
        ).reshape(shape),
        "unit_overnight": overnight_kusd.reshape(shape),
        "unit_cost": overnight_kusd.reshape(shape) * annuity[:, None],
        "fixed_cost": fixed_kusd,
    }


def commissioned(
    horizon: Horizon, available_from: int, lead_years: int, most: int, a_year: int | None
) -> list[float]:
    """Most that may be commissioned in each period: none before lead time and site allow it."""
    first = max(horizon.years[0] + lead_years, available_from)
    yearly = most if a_year is None else a_year
    return [
        float(min(yearly * span, most)) if year >= first else 0.0
        for year, span in zip(horizon.years, horizon.span_years, strict=True)
    ]
