"""A program together with the case behind it: what its points and bounds are worth on the curve."""

from dataclasses import dataclass, replace
from typing import Self

from optimizer.formulation.compose import compose
from optimizer.formulation.demand_curve import VALUE, excess, recut
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Floats, Program


@dataclass(frozen=True)
class WorldProgram:
    """A world's program, the case that it comes from, and the positions of its variables.

    The program's objective takes demand at tangents to its value, which lie above it: its bound
    holds for the curve, and its points are worth less than their objective by `excess_kusd`.
    """

    case: Case
    layout: Layout
    program: Program

    def recut(self, points: Floats) -> Self:
        """Return the program with tangents at other points of the curves, shape (W, Y, J)."""
        case = replace(self.case, demand=self.case.demand.touched_at(points))
        return replace(self, case=case, program=recut(self.program, case, self.layout))

    def excess_kusd(self, x: Floats) -> float:
        """Objective at a point less its welfare on the demand curve, k$."""
        return float(excess(self.case, self.layout, x).sum())

    def welfare_kusd(self, x: Floats) -> float:
        """Welfare at a point, with demand valued on its curve, k$."""
        return self.program.value(x) - self.excess_kusd(x)

    def parts_kusd(self, x: Floats) -> dict[str, float]:
        """Welfare at a point by part, k$; costs are negative."""
        parts = {name: part.value(x) for name, part in self.program.parts.items()}
        return parts | {VALUE: parts[VALUE] - self.excess_kusd(x)}

    def gap(self, x: Floats, bound: float) -> float:
        """Distance of a point's welfare from a proven bound; see `Program.gap`."""
        return self.program.gap(x, bound + self.excess_kusd(x))


def world_program(case: Case) -> WorldProgram:
    """Build a case's program."""
    program, layout = compose(case)
    return WorldProgram(case, layout, program)
