"""The annuity that repays an overnight cost over a life."""

import math


def capital_recovery_factor(rate: float, life_years: int) -> float:
    """Share of an overnight cost that is paid in each year of its life.

    ``CRF(r, n) = r / (1 - (1 + r)**-n)``, and ``1 / n`` at a rate of 0.  Payments at the end of
    each year are worth the overnight cost at the start of the first (docs/formulation.md, Money
    and discounting).

    Parameters
    ----------
    rate : float
        Real discount rate, a year.
    life_years : int
        Years of service.
    """
    if rate == 0:
        return 1.0 / life_years
    return -rate / math.expm1(-life_years * math.log1p(rate))
