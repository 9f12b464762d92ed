"""How large a synthetic instance is, and what it is drawn from."""

from dataclasses import dataclass

import numpy as np

FIRST_YEAR = 2026
DISCOUNT_RATE = 0.07


@dataclass(frozen=True)
class Size:
    """Dimensions of an instance.

    Attributes
    ----------
    regions, classes, clouds, offgrid : int
        A region has a device fleet and an edge site besides.
    days : int
        Representative days of 24 steps.
    years : int
        Periods, one a year.
    fixed_cost_share : float or None
        Wanted share of opening in the system cost, in [0, 1); every cloud is then a
        candidate.  The share met depends on what the plan opens.  None keeps the usual cost
        of a shell, and half of the clouds open already.
    seed : int
    """

    regions: int
    classes: int
    clouds: int
    offgrid: int
    days: int
    years: int
    fixed_cost_share: float | None
    seed: int

    @property
    def periods(self) -> tuple[int, ...]:
        """Calendar years."""
        return tuple(range(FIRST_YEAR, FIRST_YEAR + self.years))

    def random(self, part: str) -> np.random.Generator:
        """Stream of one part, so that a change of another part leaves it as it is."""
        return np.random.default_rng([self.seed, *part.encode()])

    def growth(self, rate: float, start: float = 1.0, digits: int = 4) -> dict[int, float]:
        """Yearly path that begins at `start` and grows at `rate` a year."""
        return {
            year: round(start * (1 + rate) ** (year - FIRST_YEAR), digits) for year in self.periods
        }


ONE_YEAR = Size(1, 1, 0, 0, 1, 1, None, 0)
"""For figures of the first year, which no size changes."""
