"""Family 12, the objective: prices that no other family adds, and the names of all parts."""

from optimizer.formulation.fleet import OPERATION
from optimizer.formulation.generation import FUEL, GENERATORS
from optimizer.formulation.grid_limit import CAPACITY
from optimizer.formulation.interconnection import INTERCONNECTION
from optimizer.formulation.investment import HARDWARE, OPENING
from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import CO2, ENERGY
from optimizer.formulation.storage import STORAGE
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer

NETWORK = "network"
COSTS = (
    NETWORK,
    ENERGY,
    FUEL,
    CO2,
    OPERATION,
    CAPACITY,
    HARDWARE,
    GENERATORS,
    STORAGE,
    OPENING,
    INTERCONNECTION,
)
"""Parts of the system cost; the value of demand less shedding and system cost is welfare."""


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Price the work on arcs, and through hubs."""
    hubs, hours = case.hubs, case.horizon.discounted_hours
    for columns, cost in (
        (layout.carriers, case.arc.cost[hubs.carriers]),
        (layout.to_hub.index, hubs.inlet_cost),
    ):
        writer.add_objective(NETWORK, columns, -cost[:, None, None] * hours)
