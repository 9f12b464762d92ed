"""The quantities whose displacement is judged: work, site energy, grid draw, and stress."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from optimizer.counterfactual import linear_measure, worlds
from optimizer.counterfactual.linear_measure import Quantity, Split
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.stress import Stress, find_stress
from optimizer.counterfactual.verdict import ENERGY, GRID, STRESS, WORK
from optimizer.errors import SolverError
from optimizer.solvers.milp import Floats

Found = TypeVar("Found")


@dataclass(frozen=True)
class Each(Generic[Found]):
    """What was found for each quantity, by name, and why the others were not."""

    found: dict[str, Found]
    missing: dict[str, str]


def each_once(quantities: Mapping[str, Quantity], find: Callable[[Quantity], Found]) -> Each[Found]:
    """Find something for each quantity: once for those that are the same object, energy first."""
    found: dict[str, Found] = {}
    missing: dict[str, str] = {}
    known: dict[int, Found] = {}
    for name in sorted(quantities, key=lambda name: name != ENERGY):
        quantity = quantities[name]
        try:
            if id(quantity) not in known:
                known[id(quantity)] = find(quantity)
        except SolverError as error:
            missing[name] = str(error)
        else:
            found[name] = known[id(quantity)]
    return Each(found, missing)


def grid_draw(scenarios: SolvedScenarios, weight: Floats | None = None) -> Split:
    """Energy drawn from the grid; the grid's share of a site's power is that of the plan with it.

    Parameters
    ----------
    scenarios : SolvedScenarios
    weight : ndarray, shape (Y, K), optional
        As in `linear_measure.draw`.
    """
    case, layout = scenarios.case, scenarios.layout
    share = linear_measure.grid_share(case, layout, scenarios.point(worlds.WITH_INTERVENTION))
    return linear_measure.draw(case, layout, scenarios.scope, share, weight)


def stressed_draw(scenarios: SolvedScenarios, stress: Stress | None = None) -> tuple[Split, Floats]:
    """Mean draw over each year's hours of grid stress, and the tightest year.

    Returns
    -------
    tuple of Split and ndarray, shape (Y,)
        MW; 1 for the year in which the grid is tightest, and 0 for the others.
    """
    stress = stress or find_stress(scenarios)
    weight = np.zeros(len(scenarios.spans))
    weight[stress.tightest_year] = 1.0
    return grid_draw(scenarios, stress.weight), weight


def judged(scenarios: SolvedScenarios, stress: Stress) -> dict[str, Quantity]:
    """Return the quantities with a verdict of their own, by name.

    Grid draw is the same object as energy if every site draws all of its power from the grid.
    """
    case, spans = scenarios.case, scenarios.spans
    energy = Quantity(scenarios.split(linear_measure.energy), spans)
    only_grid = (
        bool((case.grid.zone_of_site >= 0).all())
        and not len(case.generator.site)
        and not len(case.storage.site)
    )
    return {
        WORK: Quantity(scenarios.split(linear_measure.tokens), spans),
        ENERGY: energy,
        GRID: energy if only_grid else Quantity(grid_draw(scenarios), spans),
        STRESS: Quantity(*stressed_draw(scenarios, stress)),
    }
