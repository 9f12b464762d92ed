"""A point of the program, and the columns that name what rows of its tables are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.schema.sites import SiteUnits
from optimizer.solvers.milp import Block, Floats, Indices

Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Point:
    """Values of the variables of a case.

    Attributes
    ----------
    case : Case
    layout : Layout
    x : ndarray, shape (n,)
    """

    case: Case
    layout: Layout
    x: Floats

    def of(self, block: Block) -> Floats:
        """Return the values of a block of variables, in its shape."""
        return block.of(self.x)

    def year(self, year: Indices) -> Columns:
        """Name the periods at these positions."""
        return {"year": np.array(self.case.horizon.years)[year]}

    def slot(self, year: Indices, slot: Indices) -> Columns:
        """Name the slots at these positions, with their lengths and weights."""
        horizon = self.case.horizon
        return {
            **self.year(year),
            "day": horizon.day_of_year[horizon.day][slot],
            "start_h": horizon.start_h[slot],
            "length_h": horizon.length_h[slot],
            "days_per_year": horizon.days_per_year[slot],
        }

    def workload(self, workload: Indices) -> Columns:
        """Name the workloads at these positions."""
        workloads = self.case.instance.workloads
        return {
            "region": pick([w.region for w in workloads], workload),
            "class": pick([w.workload_class for w in workloads], workload),
        }

    def site(self, site: Indices) -> Columns:
        """Name the sites at these positions, with what they are."""
        sites = self.case.instance.sites
        return {
            "site": pick([s.id for s in sites], site),
            "kind": pick([s.kind for s in sites], site),
            "zone": pick([s.zone or "" for s in sites], site),
        }

    def row(self, kind: str, rows: Sequence[SiteUnits], position: Indices) -> Columns:
        """Name the site and type of the rows of units at these positions."""
        return {
            "site": pick([row.site for row in rows], position),
            kind: pick([getattr(row, kind) for row in rows], position),
        }

    def installed(self, existing: Floats, site: Indices, life: Indices, built: Floats) -> Floats:
        """Return what serves in each year: existing at open sites, and what survives of builds.

        Parameters
        ----------
        existing : ndarray, shape (N, 1) or (N, Y)
            Units, or MW, installed before the first year.
        site, life : ndarray of int, shape (N,)
            Site of each, and years of service.
        built : ndarray, shape (N, Y)
            Units, or MW, commissioned in each year.

        Returns
        -------
        ndarray, shape (N, Y)
        """
        total: Floats = existing * self.of(self.layout.is_open)[site]
        for year, build, alive in self.case.horizon.surviving(life):
            total[alive, year] += built[alive, build]
        return total


def pick(values: Sequence[str], position: Indices) -> "np.ndarray[Any, np.dtype[np.object_]]":
    """Return the values at these positions as a column of objects."""
    return np.array(values, dtype=object)[position]


def positions(shape: tuple[int, ...]) -> tuple[Indices, ...]:
    """Return the position along each axis of every element of a shape, in order."""
    return tuple(axis.ravel() for axis in np.indices(shape))
