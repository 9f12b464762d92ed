"""Builds of whole units at sites: limits, gates and yearly cost, for families 7 and 8."""

from dataclasses import dataclass

import numpy as np

from optimizer.formulation.discounting import year_weight
from optimizer.formulation.survival import surviving
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.fleet import Fleet
from optimizer.solvers.milp import Block, Floats, Indices, Writer

OPERATION = "operation"


@dataclass(frozen=True)
class UnitsThere:
    """Units of a fleet as a linear function of columns: ``existing * o + surviving builds``."""

    fleet: Fleet
    gate: Indices  # (N, Y) columns of is_open
    builds: Indices  # (N, Y) columns of units built
    years: tuple[int, ...]

    def add_to(self, writer: Writer, rows: Indices, coefficient: Floats) -> None:
        """Add ``coefficient * units there`` to rows (N, Y, K); the coefficient is (N, K)."""
        existing = self.fleet.existing[:, None] * coefficient
        writer.add_entries(rows, self.gate[:, :, None], existing[:, None, :])
        for y, b, alive in surviving(self.fleet.life, self.years):
            writer.add_entries(rows[alive, y], self.builds[alive, b][:, None], coefficient[alive])

    def only(self, some: Indices) -> "UnitsThere":
        """Some of the rows."""
        fields = {name: getattr(self.fleet, name)[some] for name in Fleet.__dataclass_fields__}
        return UnitsThere(Fleet(**fields), self.gate[some], self.builds[some], self.years)


def units_there(case: Case, fleet: Fleet, is_open: Block, built: Block) -> UnitsThere:
    """Units of a fleet whose builds are a block of columns."""
    return UnitsThere(fleet, is_open.index[fleet.site], built.index, case.horizon.years)


def add_builds(case: Case, writer: Writer, there: UnitsThere, name: str, part: str) -> None:
    """Limit builds in all, and to sites that are open; price them, and fixed operation."""
    fleet, yearly = there.fleet, year_weight(case)
    for y, b, alive in surviving(fleet.life, there.years):
        cost = fleet.unit_cost[alive, b] * yearly[y]
        writer.add_objective(part, there.builds[alive, b], -cost)
        fixed = fleet.fixed_cost[alive] * yearly[y]
        writer.add_objective(OPERATION, there.builds[alive, b], -fixed)
    standing = fleet.fixed_cost * fleet.existing
    writer.add_objective(OPERATION, there.gate, -standing[:, None] * yearly)

    optional = np.flatnonzero(case.site.candidate[fleet.site])
    shape = (len(optional), len(there.years))
    gated = writer.add_rows(f"{name}_if_open", shape, -np.inf, 0.0).index
    writer.add_entries(gated, there.builds[optional], 1.0)
    writer.add_entries(gated, there.gate[optional], -fleet.build_limit[optional])
    in_all = writer.add_rows(f"{name}_limit", (len(fleet.site),), -np.inf, fleet.max_units).index
    writer.add_entries(in_all[:, None], there.builds, 1.0)
