"""What held growth back in the baseline: grid limits, policies, hardware, or its price.

The limits of the baseline are lifted one kind after another: of the grid, then of policies too,
then of hardware too, which the rest then buys at its cost.  What a workload would then be served
more than in the baseline was held back by that kind of limit.  Growth beyond all of it has
another cause: the intervention serves more cheaply than the rest would even without limits.
Demand that does not respond to price cannot grow for that reason, so its remainder counts as
hardware that the rest lacks: none that would serve it for what it is worth.
"""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.lifted_limits import without_hardware_limits, without_policies
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.errors import SolverError
from optimizer.formulation import demand_grid
from optimizer.formulation.arc_flows import arc_flows
from optimizer.formulation.world_program import WorldProgram
from optimizer.solvers.backends.base import Outcome
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Bools, Floats
from optimizer.solvers.search import solve_in

NEGLIGIBLE = 1e-9
"""Share of a workload's tokens below which growth is numerical noise."""


@dataclass(frozen=True)
class GrowthCauses:
    """Shares of growth by cause; they add up to 1.

    Attributes
    ----------
    grid, policy, hardware : float
        Held back by limits of this kind in the baseline.
    price : float
        Beyond that: price response.
    """

    grid: float
    policy: float
    hardware: float
    price: float


@dataclass(frozen=True)
class Growth:
    """Growth of workloads that the baseline reaches, Gtok per year by cause, shape (W, Y) each.

    Attributes
    ----------
    grid, policy, hardware, price : ndarray
        As in `GrowthCauses`, at least 0.
    responds : ndarray of bool
        Whether demand responds to price.
    mwh_per_gtok : ndarray
        Site energy of a Gtok of the workload with the intervention.
    """

    grid: Floats
    policy: Floats
    hardware: Floats
    price: Floats
    responds: Bools
    mwh_per_gtok: Floats

    def shares(self, weight: Floats) -> GrowthCauses:
        """Sum growth by cause, as shares; `weight` broadcasts to shape (W, Y)."""
        parts = (self.grid, self.policy, self.hardware, self.price)
        grown = [float((part * weight).sum()) for part in parts]
        whole = sum(grown)
        if whole <= 0:
            # Nothing grows over the years: what the switch moves is timing, or noise.
            price = float(self.responds.any())
            return GrowthCauses(0.0, 0.0, 1.0 - price, price)
        return GrowthCauses(*(part / whole for part in grown))


def split_growth(
    amount: Floats, responds: Bools, grid: Floats, policy: Floats, hardware: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Split growth by what would be served above the baseline with limits lifted.

    Parameters
    ----------
    amount : ndarray, shape (W, Y)
        Gtok per year above the baseline, at least 0.
    responds : ndarray of bool, shape (W, Y)
        Whether demand responds to price.
    grid, policy, hardware : ndarray, shape (W, Y)
        Gtok per year above the baseline's with limits of the grid lifted; those of policies too;
        those of hardware too.

    Returns
    -------
    tuple of ndarray, shape (W, Y)
        Grid, policy and hardware relief, and price response.
    """
    by_grid = np.clip(grid, 0.0, amount)
    by_policy = np.clip(policy - by_grid, 0.0, amount - by_grid)
    left = amount - by_grid - by_policy
    bought = np.clip(hardware - by_grid - by_policy, 0.0, left)
    by_hardware = np.where(responds, bought, left)
    return by_grid, by_policy, by_hardware, left - by_hardware


def growth_by_cause(scenarios: SolvedScenarios, context: SolveContext) -> Growth:
    """Split the growth of the workloads that the baseline reaches by cause.

    At most two more programs are solved: the baseline without policies, if it has any, to the
    gap; and, if demand responds to price, without limits of hardware, with builds relaxed.

    Raises
    ------
    SolverError
        If one of them has no plan, in time or at all.
    """
    case = scenarios.case
    base = _served(scenarios, worlds.BASELINE)
    known = worlds.reachable(case, ~scenarios.scope.arc)
    more = _served(scenarios, worlds.WITH_INTERVENTION) - base
    more[~known | (more <= np.maximum(NEGLIGIBLE * base, 0.0))] = 0.0
    responds = np.asarray(case.demand.curves.elasticity < 0)
    unlimited = scenarios.outcomes[worlds.UNCONSTRAINED_GRID]
    world = scenarios.worlds[worlds.UNCONSTRAINED_GRID]
    grid = policy = hardware = _demanded(world, unlimited) - base

    free = replace(world, program=without_policies(world.program))
    lifted = not np.array_equal(free.program.row_upper, world.program.row_upper)
    if lifted and (more > np.maximum(grid, 0.0)).any():
        outcome = solve_in(context.open(), free.program, context, unlimited.x)
        policy = np.maximum(grid, _demanded(free, outcome) - base)
        hardware = policy
    if (responds & (more > np.maximum(policy, 0.0))).any():
        bought = without_hardware_limits(free.program, case, scenarios.layout, scenarios.scope)
        outcome = context.open().solve(bought.relaxed(), context.options())
        if not outcome.solved:
            outcome = replace(outcome, x=None)  # a relaxation is of use at its optimum only
        hardware = np.maximum(policy, _demanded(replace(free, program=bought), outcome) - base)
    parts = split_growth(more, responds, grid, policy, hardware)
    return Growth(*parts, responds, _mwh_per_gtok(scenarios))


def _mwh_per_gtok(scenarios: SolvedScenarios) -> Floats:
    """Site energy of a Gtok of each workload with the intervention, shape (W, Y).

    Marginal energy, and the idle energy of the unit-hours that it loads.
    """
    case, layout = scenarios.case, scenarios.layout
    pool, workload = case.arcs.pool, case.arcs.workload
    idle = case.pool.idle_mw[pool] / case.pool.usable[pool]
    each = case.arc.energy + idle[:, None] * case.arc.unit_hours
    each = each * case.site.pue[case.arcs.site][:, None]
    flow = arc_flows(case, layout, scenarios.point(worlds.WITH_INTERVENTION))
    gtok = flow @ case.horizon.hours_per_year
    whole, mwh = np.zeros((2, *layout.served.shape[:2]))
    np.add.at(whole, workload, gtok)
    np.add.at(mwh, workload, gtok * each)
    return np.asarray(np.divide(mwh, whole, out=np.zeros_like(mwh), where=whole > 0))


def _served(scenarios: SolvedScenarios, world: str) -> Floats:
    """Gtok per year that a world serves, shape (W, Y)."""
    served = scenarios.layout.served.of(scenarios.point(world))
    return np.asarray(served @ scenarios.case.horizon.hours_per_year)


def _demanded(world: WorldProgram, outcome: Outcome) -> Floats:
    """Gtok per year that a world serves, shape (W, Y); where it ends at a step, by the curve."""
    if outcome.x is None:
        raise SolverError(f"the baseline without limits has no plan: {outcome.reason.value}")
    case, layout = world.case, world.layout
    hours = case.horizon.hours_per_year
    served = layout.served.of(outcome.x) @ hours
    if outcome.row_dual is None:
        return np.asarray(served)
    multiple = demand_grid.quantities(world, outcome.x, outcome.row_dual)
    accepted = multiple * (case.demand.level @ hours)
    shed = layout.shed.of(outcome.x) @ hours
    responds = (case.demand.curves.elasticity < 0) & (shed <= NEGLIGIBLE * served)
    return np.asarray(np.where(responds, accepted, served))
