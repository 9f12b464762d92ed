"""Family 12, the objective: what the families do not price themselves, and names of parts."""

from optimizer.formulation.demand_curve import SHED, VALUE
from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.fleet import OPERATION
from optimizer.formulation.generation import FUEL, GENERATORS
from optimizer.formulation.grid_limit import CAPACITY
from optimizer.formulation.interconnection import INTERCONNECTION
from optimizer.formulation.investment import HARDWARE, OPENING
from optimizer.formulation.layout import Layout
from optimizer.formulation.site_balance import CO2, ENERGY
from optimizer.formulation.storage import STORAGE
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

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
"""Parts of the system cost; with the value of demand and the cost of shed they make welfare."""

PARTS = (VALUE, SHED, *COSTS)


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Price what arcs carry."""
    weight = slot_weight(case)[None]
    writer.add_objective(NETWORK, layout.flow.index, -case.arc.cost[:, None, None] * weight)
