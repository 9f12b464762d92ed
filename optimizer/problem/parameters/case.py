"""A case: an instance as arrays, with its time resolved and its arcs determined."""

from dataclasses import dataclass

import numpy as np

from optimizer.problem.arrays import Floats
from optimizer.problem.horizon import Horizon, resolve_time
from optimizer.problem.hubs import Hubs, direct_only, find_hubs
from optimizer.problem.parameters.contracts import ContractSide, contract_side
from optimizer.problem.parameters.deferral import DeferralSide, deferral_side
from optimizer.problem.parameters.demand import DemandSide, demand_side
from optimizer.problem.parameters.grid import GeneratorSide, GridSide, generator_side, grid_side
from optimizer.problem.parameters.interconnection import ConnectionSide, connection_side
from optimizer.problem.parameters.policy import PolicySide, policy_side
from optimizer.problem.parameters.siting_rules import (
    FailoverSide,
    SingleSide,
    failover_side,
    single_side,
)
from optimizer.problem.parameters.storage import StorageSide, storage_side
from optimizer.problem.parameters.supply import (
    ArcSide,
    PoolSide,
    SiteSide,
    arc_side,
    pool_side,
    site_side,
)
from optimizer.problem.placements import Arcs, find_arcs
from optimizer.schema.instance import Instance


@dataclass(frozen=True)
class Case:
    """All that the formulation reads, in the program's units."""

    instance: Instance
    horizon: Horizon
    arcs: Arcs
    hubs: Hubs
    demand: DemandSide
    deferral: DeferralSide
    arc: ArcSide
    single: SingleSide
    pool: PoolSide
    site: SiteSide
    grid: GridSide
    generator: GeneratorSide
    contract: ContractSide
    connection: ConnectionSide
    policy: PolicySide
    failover: FailoverSide
    storage: StorageSide

    @property
    def discounted_gtok(self) -> Floats:
        """Discounted tokens of each workload's reference demand in a period, shape (W, Y)."""
        hours = self.horizon.discounted_hours
        return np.asarray(np.einsum("wyk,yk->wy", self.demand.level, hours))


def compile_case(
    instance: Instance,
    *,
    intervention_models: frozenset[str] = frozenset(),
    hubs: bool = True,
) -> Case:
    """Turn an instance into arrays.

    Parameters
    ----------
    instance : Instance
        The instance.
    intervention_models : frozenset of str
        See `optimizer.problem.placements.find_arcs`.
    hubs : bool
        Whether arcs share columns through hubs.  If not, the program is larger, and equivalent.
    """
    horizon = resolve_time(instance)
    arcs = find_arcs(instance, intervention_models)
    arc, pool = arc_side(instance, horizon, arcs), pool_side(instance, horizon)
    grid, generator = grid_side(instance, horizon), generator_side(instance, horizon)
    contract = contract_side(instance, horizon)
    demand = demand_side(instance, horizon)
    return Case(
        instance=instance,
        horizon=horizon,
        arcs=arcs,
        hubs=find_hubs(instance, arcs, arc) if hubs else direct_only(arcs),
        demand=demand,
        deferral=deferral_side(instance, horizon, demand.level),
        arc=arc,
        single=single_side(instance, arcs),
        pool=pool,
        site=site_side(instance, horizon),
        grid=grid,
        generator=generator,
        storage=storage_side(instance, horizon, grid, generator, contract),
        contract=contract,
        connection=connection_side(instance, horizon, arcs, arc, pool),
        policy=policy_side(instance, horizon, arcs),
        failover=failover_side(instance, arcs),
    )
