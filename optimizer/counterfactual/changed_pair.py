"""Both worlds after a change to the instance, solved from where the worlds without it ended.

Most changes move bounds and values only: the matrix is then the same, and sessions go on.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.counterfactual import worlds
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.scope import find_scope
from optimizer.counterfactual.worlds import COMPARED, AddingPair
from optimizer.formulation import demand_grid
from optimizer.formulation.world_program import world_program
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.backends.base import Session
from optimizer.solvers.context import SolveContext
from optimizer.solvers.milp import Floats, Program


def changed_pair(scenarios: SolvedScenarios, instance: Instance, points: Floats) -> AddingPair:
    """Return both worlds of a changed instance.

    Parameters
    ----------
    scenarios : SolvedScenarios
        The worlds without the change.
    instance : Instance
        After it.
    points : ndarray, shape (W, Y, J)
        Where tangents touch the demand curves; moved to the curves' ends if they are beyond.
    """
    intervention = scenarios.scope.intervention
    case = compile_case(instance, intervention_models=frozenset(intervention.models))
    world = world_program(demand_grid.fine_case(case, len(COMPARED)))
    ours = scenarios.programs[worlds.WITH_INTERVENTION]
    if _same_matrix(world.program, ours):
        world = replace(world, program=replace(world.program, matrix=ours.matrix))
    curves = case.demand.curves
    low = np.minimum(curves.core, curves.most)[:, :, None]
    within = np.clip(points, low, curves.most[:, :, None])
    return AddingPair(world, find_scope(case, intervention)).recut(within)


def sessions_for(
    scenarios: SolvedScenarios,
    programs: Mapping[str, Program],
    sessions: Mapping[str, Session],
    context: SolveContext,
) -> dict[str, Session]:
    """Return a session for each changed world, at the last basis of the world without the change.

    Parameters
    ----------
    scenarios : SolvedScenarios
        The worlds without the change.
    programs : mapping of str to Program
        The changed worlds by key, or their relaxations.
    sessions : mapping of str to Session
        Of the worlds without the change; a world with the same matrix goes on in the same one.
    context : SolveContext
    """
    found = {}
    for key, program in programs.items():
        ours = scenarios.programs[key].matrix
        if program.matrix is ours:
            found[key] = sessions[key]
        elif program.matrix.shape == ours.shape:
            found[key] = sessions[key].fork(program.relaxed())
        else:
            found[key] = context.open()
    return found


def _same_matrix(first: Program, second: Program) -> bool:
    mine, other = first.matrix, second.matrix
    return mine.shape == other.shape and all(
        np.array_equal(getattr(mine, name), getattr(other, name))
        for name in ("indptr", "indices", "data")
    )
