"""Builds of whole units at sites, for families 7 and 8: limits, gates and yearly cost."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.fleet import Fleet
from optimizer.solvers.milp import Axis, Block, Floats, Indices
from optimizer.solvers.writer import Writer

OPERATION = "operation"


@dataclass(frozen=True)
class Installed:
    """Units of a fleet as a linear function of columns: ``existing * o + surviving builds``."""

    case: Case
    fleet: Fleet
    axis: Axis
    gate: Indices  # (N, Y) columns of is_open
    builds: Indices  # (N, Y) columns of units built

    @classmethod
    def of(cls, case: Case, layout: Layout, fleet: Fleet, axis: Axis, built: Block) -> Self:
        """Return the units of a fleet whose builds are a block of columns."""
        return cls(case, fleet, axis, layout.is_open.index[fleet.site], built.index)

    def add_to(self, writer: Writer, rows: Indices, coefficient: Floats) -> None:
        """Add ``coefficient * installed units`` to rows (N, Y, K); the coefficient is (N, K)."""
        existing = self.fleet.existing[:, None] * coefficient
        writer.add_entries(rows, self.gate[:, :, None], existing[:, None, :])
        for y, b, alive in self.case.horizon.surviving(self.fleet.life):
            writer.add_entries(rows[alive, y], self.builds[alive, b][:, None], coefficient[alive])

    def only(self, some: Indices) -> Self:
        """Return some of the fleet's members."""
        fields = {name: getattr(self.fleet, name)[some] for name in Fleet.__dataclass_fields__}
        return replace(
            self,
            fleet=Fleet(**fields),
            axis=self.axis[some],
            gate=self.gate[some],
            builds=self.builds[some],
        )


def add_builds(layout: Layout, writer: Writer, units: Installed, name: str, part: str) -> None:
    """Limit builds, in total and to sites that are open; price them and fixed operation."""
    case, fleet, builds = units.case, units.fleet, units.builds
    discount = case.horizon.discount
    for y, b, alive in case.horizon.surviving(fleet.life):
        writer.add_objective(part, builds[alive, b], -fleet.unit_cost[alive, b] * discount[y])
        writer.add_objective(OPERATION, builds[alive, b], -fleet.fixed_cost[alive] * discount[y])
    existing_cost = fleet.fixed_cost * fleet.existing
    writer.add_objective(OPERATION, units.gate, -existing_cost[:, None] * discount)

    optional = np.flatnonzero(case.site.candidate[fleet.site])
    axes = (units.axis[optional], *layout.axes.by_year)
    gated = writer.add_rows(f"{name}_if_open", axes, -np.inf, 0.0).index
    writer.add_entries(gated, builds[optional], 1.0)
    writer.add_entries(gated, units.gate[optional], -fleet.build_limit[optional])
    total = writer.add_rows(f"{name}_limit", (units.axis,), -np.inf, fleet.max_units).index
    writer.add_entries(total[:, None], builds, 1.0)
