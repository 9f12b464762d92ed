"""Loads of the intervention and of the rest, as linear functions of a point.

Each is a set of coefficients over the program's columns, by year, so that the same function
gives a plan's figure and the objective of an interval's linear program.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.counterfactual.scope import Scope
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Indices


@dataclass(frozen=True)
class Load:
    """A linear function of a point, by year.

    Attributes
    ----------
    columns : ndarray of int, shape (n,)
    coefficients : ndarray, shape (n,)
    year : ndarray of int, shape (n,)
        Period that each coefficient counts in.
    years : int
    """

    columns: Indices
    coefficients: Floats
    year: Indices
    years: int

    def by_year(self, x: Floats) -> Floats:
        """Value in each year at a point, shape (Y,)."""
        amounts = self.coefficients * x[self.columns]
        return np.bincount(self.year, weights=amounts, minlength=self.years).astype(float)

    def objective(self, weight: Floats, size: int) -> Floats:
        """Coefficients over all `size` columns, each year by its weight (Y,)."""
        out = np.zeros(size)
        np.add.at(out, self.columns, self.coefficients * weight[self.year])
        return out

    def minus(self, other: "Load") -> "Load":
        """Difference of two loads."""
        return Load(
            np.concatenate([self.columns, other.columns]),
            np.concatenate([self.coefficients, -other.coefficients]),
            np.concatenate([self.year, other.year]),
            self.years,
        )


@dataclass(frozen=True)
class Split:
    """One quantity, of the intervention and of the rest."""

    intervention: Load
    rest: Load


def tokens(case: Case, layout: Layout, scope: Scope) -> Split:
    """Tokens of the answer served, Gtok a year."""
    hours = case.horizon.hours_per_year
    return Split(
        _load(layout.flow.index[scope.arc], hours[None, None, :]),
        _load(layout.flow.index[~scope.arc], hours[None, None, :]),
    )


def energy(case: Case, layout: Layout, scope: Scope) -> Split:
    """Site energy P, MWh a year."""
    return _site_power(case, layout, scope, case.horizon.hours_per_year[None, :])


def all_energy(case: Case, layout: Layout) -> Load:
    """Site energy P of all sites, MWh a year."""
    return _load(layout.power.index, case.horizon.hours_per_year[None, None, :])


def power_at(case: Case, layout: Layout, scope: Scope, slot: Indices) -> Split:
    """Site power P in one slot of each year, MW; `slot` has shape (Y,)."""
    chosen = np.arange(case.horizon.slots)[None, :] == slot[:, None]
    return _site_power(case, layout, scope, chosen.astype(float))


def draw(case: Case, layout: Layout, scope: Scope) -> Split:
    """Energy drawn from the grid at sites of the intervention and others, MWh a year."""
    hours = case.horizon.hours_per_year[None, None, :]
    return Split(
        _load(layout.draw.index[scope.site], hours), _load(layout.draw.index[~scope.site], hours)
    )


def _site_power(case: Case, layout: Layout, scope: Scope, weight: Floats) -> Split:
    """Power weighted by (Y, K): of the intervention's sites, and of its models elsewhere.

    A model at a shared site counts with its marginal power and with the idle power of the
    unit-hours that it loads; what idles beyond that stays with the rest.
    """
    site = _load(layout.power.index[scope.site], weight[None])
    others = _load(layout.power.index[~scope.site], weight[None])
    shared = np.flatnonzero(scope.arc & ~scope.site[case.arcs.site])
    if not len(shared):
        return Split(site, others)
    pool = case.arcs.pool[shared]
    idle = case.pool.idle_mw[pool] / case.pool.usable[pool]
    each = case.arc.energy[shared] + idle[:, None] * case.arc.unit_hours[shared]
    pue = case.site.pue[case.arcs.site[shared]]
    theirs = _load(layout.flow.index[shared], (pue[:, None] * each)[:, :, None] * weight[None])
    return Split(site.minus(_negative(theirs)), others.minus(theirs))


def _negative(load: Load) -> Load:
    return Load(load.columns, -load.coefficients, load.year, load.years)


def _load(columns: Indices, coefficients: Floats) -> Load:
    """Load over columns of shape (n, Y, K) with coefficients that broadcast to it."""
    spread = np.broadcast_to(coefficients, columns.shape)
    year = np.broadcast_to(np.arange(columns.shape[1])[None, :, None], columns.shape)
    return Load(columns.ravel(), spread.ravel(), year.ravel(), columns.shape[1])
