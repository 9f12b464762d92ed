"""Quantities of the intervention and of the rest, as linear functions of a point.

Each holds coefficients over the program's columns, by year, so that one function gives both a
plan's figure and the objective of an interval's linear program.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.counterfactual.scope import Scope
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Bools, Floats, Indices

USED = 1e-3
"""Share of tokens, energy and MW below which an intervention counts as not used."""

IDLE_MW = 1e-9
"""Power of a site below which it is idle."""


@dataclass(frozen=True)
class LinearMeasure:
    """A linear function of a point, by year.

    Attributes
    ----------
    columns : ndarray of int, shape (n,)
    coefficients : ndarray, shape (n,)
    year : ndarray of int, shape (n,)
        Period to which each coefficient belongs.
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
        """Coefficients over all `size` columns, with a weight per year, shape (Y,)."""
        out = np.zeros(size)
        np.add.at(out, self.columns, self.coefficients * weight[self.year])
        return out

    def plus(self, other: "LinearMeasure", sign: float = 1.0) -> "LinearMeasure":
        """Return the sum with another measure, or the difference if the sign is -1."""
        return LinearMeasure(
            np.concatenate([self.columns, other.columns]),
            np.concatenate([self.coefficients, sign * other.coefficients]),
            np.concatenate([self.year, other.year]),
            self.years,
        )


@dataclass(frozen=True)
class Split:
    """One quantity, of the intervention and of the rest."""

    intervention: LinearMeasure
    rest: LinearMeasure


@dataclass(frozen=True)
class Quantity:
    """A quantity whose displacement is measured, and the weight of each year in the whole, (Y,)."""

    split: Split
    weight: Floats


def tokens_of(case: Case, layout: Layout, scope: Scope, kept: Bools) -> Split:
    """Answer tokens served on arcs of whole classes, Gtok per year; `kept` has shape (A,)."""
    carriers = case.hubs.carriers
    columns = layout.carriers[kept[carriers]]
    return _split(columns, scope.arc[carriers[kept[carriers]]], case.horizon.hours_per_year)


def tokens(case: Case, layout: Layout, scope: Scope) -> Split:
    """Answer tokens served, Gtok per year."""
    return tokens_of(case, layout, scope, np.ones(len(case.arcs), dtype=bool))


def energy(case: Case, layout: Layout, scope: Scope) -> Split:
    """Site energy P, MWh per year."""
    return _site_power(case, layout, scope, case.horizon.hours_per_year)


def all_energy(case: Case, layout: Layout) -> LinearMeasure:
    """Site energy P of all sites, MWh per year."""
    return _measure(layout.power.index, case.horizon.hours_per_year)


def power_at(case: Case, layout: Layout, scope: Scope, slot: Indices) -> Split:
    """Site power P in a given slot of each year, MW; `slot` has shape (Y,)."""
    chosen = np.arange(case.horizon.slots)[None, :] == slot[:, None]
    return _site_power(case, layout, scope, chosen.astype(float))


def grid_share(case: Case, layout: Layout, x: Floats) -> Floats:
    """Share of each site's power that the grid supplies at a point, shape (S, Y, K).

    Below 1 if generators or storage at the site supply some of it, above 1 while storage charges,
    and 0 off the grid.  An idle site on the grid counts as 1.
    """
    power, draw = layout.power.of(x), layout.draw.of(x)
    on_grid = np.broadcast_to((case.grid.zone_of_site >= 0)[:, None, None], power.shape)
    return np.asarray(np.divide(draw, power, out=on_grid.astype(float), where=power > IDLE_MW))


def draw(
    case: Case, layout: Layout, scope: Scope, share: Floats, weight: Floats | None = None
) -> Split:
    """Energy drawn from the grid by the intervention and by the rest, MWh per year.

    Sites are metered.  A model at a shared site draws its power times the share of the site's
    power that the grid supplies; the rest draws what remains on the meter.

    Parameters
    ----------
    case, layout, scope
    share : ndarray, shape (S, Y, K)
        As in `grid_share`.
    weight : ndarray, shape (Y, K), optional
        Weight of each slot instead of its hours per year: a mean in MW if they sum to 1.
    """
    each = np.asarray(case.horizon.hours_per_year if weight is None else weight)
    metered = _split(layout.draw.index, scope.site, each)
    return _with_models(metered, case, layout, scope, each * share)


def _site_power(case: Case, layout: Layout, scope: Scope, weight: Floats) -> Split:
    """Power of the intervention (its sites, and its models elsewhere) and of the rest.

    `weight` broadcasts to shape (Y, K).
    """
    at_sites = _split(layout.power.index, scope.site, weight)
    return _with_models(at_sites, case, layout, scope, weight)


def _with_models(
    at_sites: Split, case: Case, layout: Layout, scope: Scope, weight: Floats
) -> Split:
    """Move the power of the intervention's models at shared sites from the rest to it.

    `weight` broadcasts to shape (S, Y, K).  A model at a shared site accounts for its marginal
    power and the idle power of the unit-hours that it loads; idle power beyond that stays with the
    rest.
    """
    theirs = scope.arc & ~scope.site[case.arcs.site]
    columns = layout.carriers[theirs[case.hubs.carriers]]
    if not len(columns):
        return at_sites
    shared = case.hubs.carriers[theirs[case.hubs.carriers]]
    pool, site = case.arcs.pool[shared], case.arcs.site[shared]
    idle = case.pool.idle_mw[pool] / case.pool.usable[pool]
    each = case.arc.energy[shared] + idle[:, None] * case.arc.unit_hours[shared]
    power = (case.site.pue[site][:, None] * each)[:, :, None]
    shape = (len(case.site.pue), *columns.shape[1:])
    models = _measure(columns, power * np.broadcast_to(weight, shape)[site])
    return Split(at_sites.intervention.plus(models), at_sites.rest.plus(models, -1.0))


def _split(columns: Indices, new: Bools, weight: Floats) -> Split:
    """Columns of shape (n, Y, K) with weights that broadcast to them; `new` has shape (n,)."""
    return Split(_measure(columns[new], weight), _measure(columns[~new], weight))


def _measure(columns: Indices, coefficients: Floats) -> LinearMeasure:
    """Measure over columns of shape (n, Y, K) with coefficients that broadcast to them."""
    spread = np.broadcast_to(coefficients, columns.shape)
    year = np.broadcast_to(np.arange(columns.shape[1])[None, :, None], columns.shape)
    return LinearMeasure(columns.ravel(), spread.ravel(), year.ravel(), columns.shape[1])
