"""Solved worlds of an instance, and their points as tables."""

from typing import cast

import numpy as np
import pandas as pd

from optimizer.counterfactual.scenarios import SolvedScenarios, solve_scenarios
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.plan.decode import decode
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.context import SolveContext

OWN = {
    "interventions": [
        {"id": "building", "sites": ["B"]},
        {"id": "model", "models": ["big"]},
        {"id": "all-new", "sites": ["B"], "site_kinds": ["offgrid"], "models": ["big"]},
    ]
}
"""Interventions of `tests.properties.tiny`, in addition to the built-in ones."""

INTERVENTIONS = ("offgrid", "building", "model", "all-new")


def compared(instance: Instance, intervention: str, gap: float) -> SolvedScenarios:
    chosen = find_intervention(instance, intervention)
    case = compile_case(instance, intervention_models=frozenset(chosen.models))
    return solve_scenarios(case, find_scope(case, chosen), SolveContext(gap=gap))


class Tables:
    """Figures of a world from its tables, independent of the linear measures."""

    def __init__(self, scenarios: SolvedScenarios, world: str) -> None:
        tables = decode(scenarios.case, scenarios.layout, scenarios.point(world))
        scope, instance = scenarios.scope, scenarios.case.instance
        self.sites = {s.id for s, new in zip(instance.sites, scope.site, strict=True) if new}
        self.models = set(scope.intervention.models)
        self.years = list(scenarios.case.horizon.years)
        self.placement, self.power = tables["placement"], tables["power"]
        self.zones, self.demand = tables["zones"], tables["demand"]

    def tokens(self) -> tuple[np.ndarray, np.ndarray]:
        """Gtok per year of the intervention and of the rest, each (Y,)."""
        table = self.placement
        new = table["site"].isin(self.sites) | table["model"].isin(self.models)
        amount = table["flow_gtok_per_h"] * hours(table)
        return self._yearly(table[new], amount[new]), self._yearly(table[~new], amount[~new])

    def served(self) -> np.ndarray:
        """Gtok per year served, (Y,)."""
        return self._yearly(self.demand, self.demand["served_gtok_per_h"] * hours(self.demand))

    def energy(self) -> np.ndarray:
        """MWh per year of all sites, (Y,)."""
        return self._yearly(self.power, self.power["power_mw"] * hours(self.power))

    def draw(self) -> np.ndarray:
        """MWh per year drawn from the grid, (Y,)."""
        return self._yearly(self.power, self.power["draw_mw"] * hours(self.power))

    def loads(self, year: int) -> pd.Series:
        """MW of all sites by slot of a year."""
        table = self.power[self.power["year"] == year]
        sums = table.groupby(["day", "start_h"])["power_mw"].sum()
        return cast(pd.Series, sums)

    def zone_draw(self) -> pd.Series:
        """MWh per year by zone and year."""
        amount = self.zones["draw_mw"] * hours(self.zones)
        return cast(pd.Series, amount.groupby([self.zones["zone"], self.zones["year"]]).sum())

    def _yearly(self, table: pd.DataFrame, amount: pd.Series) -> np.ndarray:
        sums = amount.groupby(table["year"]).sum()
        return np.array([float(sums.get(year, 0.0)) for year in self.years])


def hours(table: pd.DataFrame) -> pd.Series:
    return table["length_h"] * table["days_per_year"]
