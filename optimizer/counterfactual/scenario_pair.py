"""The two worlds that are compared, as programs that are cut alike.

An intervention that adds sites or models leaves one program, whose bounds shut it out of world 0.
One that changes what a token takes makes two programs, with the same workloads and steps.
"""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.linear_measure import tokens
from optimizer.counterfactual.scope import Scope
from optimizer.formulation.compose import compose
from optimizer.formulation.demand_curve import recut
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program

USED = 1e-3
"""Share of tokens below which an intervention counts as not used."""


@dataclass(frozen=True)
class Setting:
    """A world's program, what its numbers come from, and where its variables stand."""

    case: Case
    layout: Layout
    program: Program


class Pair(Protocol):
    """Worlds 0 and 1."""

    @property
    def settings(self) -> dict[str, Setting]:
        """Both worlds by name."""
        ...

    def recut(self, edges: Floats) -> Self:
        """Return both worlds with the demand curve cut at edges, shape (W, Y, J + 1)."""
        ...

    def measured(self, points: dict[str, Floats]) -> Floats:
        """Tokens by year that a step of demand is measured against, Gtok, shape (Y,)."""
        ...


@dataclass(frozen=True)
class Added:
    """Worlds with and without sites or models: one program under two sets of bounds."""

    with_it: Setting
    scope: Scope

    @property
    def settings(self) -> dict[str, Setting]:
        """Both worlds by name."""
        case, layout, program = self.with_it.case, self.with_it.layout, self.with_it.program
        without = replace(self.with_it, program=worlds.without(program, case, layout, self.scope))
        return {worlds.WITH: self.with_it, worlds.WITHOUT: without}

    def recut(self, edges: Floats) -> Self:
        """Return both worlds with the demand curve cut at edges."""
        return replace(self, with_it=_cut(self.with_it, edges))

    def measured(self, points: dict[str, Floats]) -> Floats:
        """Tokens of the intervention, or what would just count as used if they are fewer."""
        split = tokens(self.with_it.case, self.with_it.layout, self.scope)
        x = points[worlds.WITH]
        new = split.intervention.by_year(x)
        return np.maximum(new, USED * (new + split.rest.by_year(x)))


@dataclass(frozen=True)
class Changed:
    """Worlds before and after a change of what a token takes: two programs of the same demand."""

    before: Setting
    after: Setting

    @property
    def settings(self) -> dict[str, Setting]:
        """Both worlds by name."""
        return {worlds.WITH: self.after, worlds.WITHOUT: self.before}

    def recut(self, edges: Floats) -> Self:
        """Return both worlds with the demand curve cut at edges."""
        return replace(self, before=_cut(self.before, edges), after=_cut(self.after, edges))

    def measured(self, points: dict[str, Floats]) -> Floats:
        """Tokens more that are served after it, or a thousandth of all if they are fewer."""
        served = [
            np.einsum(
                "wyk,k->y", one.layout.served.of(points[world]), one.case.horizon.hours_per_year
            )
            for world, one in self.settings.items()
        ]
        return np.asarray(np.maximum(np.abs(served[0] - served[1]), USED * served[0]))


def setting(case: Case) -> Setting:
    """Build a case's program."""
    program, layout = compose(case)
    return Setting(case, layout, program)


def _cut(one: Setting, edges: Floats) -> Setting:
    case = replace(one.case, demand=one.case.demand.cut_at(edges))
    return Setting(case, one.layout, recut(one.program, case, one.layout))
