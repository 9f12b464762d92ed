"""Tangents close enough to where a world's demand ends.

Tangents to the value of demand lie above it, and by most halfway between two points.  Points are
therefore placed around each world's quantities, workload by workload, close to them and at growing
distances, until what is left is small beside the gap, and the steps in which a world ends hold at
most 2% of the tokens in question.  Worlds that are compared share their points.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.formulation.demand import cost_of_accepting
from optimizer.formulation.world_program import WorldProgram
from optimizer.problem.arrays import workload_classes
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.curve import geometric_points
from optimizer.solvers.milp import Floats

TARGET = 0.02
"""Largest share of the tokens in question that the steps at which a world ends may hold."""

AIM = 0.5
"""Width that a refinement aims at first, as a share of the target's."""

SIDE = 9
"""Points on each side of a quantity, at distances that grow by a constant factor."""

REACH = 0.5
"""Distance of the farthest of them, in multiples of D."""

SPARE = 5
"""Points for single tangents at quantities of earlier plans, for each world."""

NARROWEST = 1e-6
"""Smallest distance of points, in multiples of D; those closer than a tenth of it are merged."""


def fine_case(case: Case, worlds: int) -> Case:
    """Return the case with as many tangents as `points_around` needs for so many worlds."""
    curves = case.demand.curves
    counts = _geometric(case)
    if (curves.elasticity < 0).any():
        counts = [count + worlds * (2 * SIDE + 3 + SPARE) for count in counts]
    points = geometric_points(curves, counts)
    return replace(case, demand=case.demand.touched_at(points))


def _geometric(case: Case) -> list[int]:
    """Number of points at geometric distances that every refinement keeps, by workload."""
    return [
        group.demand_steps if elasticity.min() < 0 else 1
        for group, elasticity in zip(
            workload_classes(case.instance), case.demand.curves.elasticity, strict=True
        )
    ]


def ending_width(case: Case, accepted: Floats) -> Floats:
    """Width of the wider of the steps at which acceptance ends, multiples of D, shape (W, Y).

    0 if demand is inelastic or at an end of its curve: no step decides it there.

    Parameters
    ----------
    case : Case
    accepted : ndarray, shape (W, Y)
        Accepted multiples of D.
    """
    edges, curves = case.demand.edges, case.demand.curves
    inside = (
        (curves.elasticity < 0)
        & (accepted > curves.core * (1 + NARROWEST))
        & (accepted < curves.most * (1 - NARROWEST))
    )
    near = 1e-9 * np.maximum(accepted, 1.0)
    width = np.diff(edges, axis=2)
    touched = (
        (width > 0)
        & (edges[:, :, :-1] <= (accepted + near)[:, :, None])
        & (edges[:, :, 1:] >= (accepted - near)[:, :, None])
    )
    return np.asarray(np.where(inside, np.where(touched, width, 0.0).max(axis=2), 0.0))


def ending_share(case: Case, accepted: Floats, intervention_gtok: Floats) -> Floats:
    """Tokens in the steps at which acceptance ends, over the intervention's, shape (Y,)."""
    held = (ending_width(case, accepted) * _yearly(case)).sum(axis=0)
    share = np.zeros_like(held)
    np.divide(held, intervention_gtok, out=share, where=intervention_gtok > 0)
    return np.asarray(share)


def quantities(world: WorldProgram, x: Floats, row_dual: Floats) -> Floats:
    """Where a world's demand ends on the exact curve, multiples of D, shape (W, Y).

    Within a step it is the program's quantity, since a limit holds it there; at an edge, the
    quantity that the curve demands at the world's marginal cost.
    """
    case = world.case
    accepted = world.layout.accepted.of(x).sum(axis=2)
    spent = cost_of_accepting(world.program, row_dual)
    tokens = case.discounted_gtok
    marginal = np.divide(spent, tokens, out=np.zeros_like(spent), where=tokens > 0)
    away = np.abs(case.demand.edges - accepted[:, :, None]).min(axis=2)
    at_edge = away <= 1e-7 * np.maximum(accepted, 1.0)
    return np.where(at_edge, case.demand.curves.quantity(marginal), accepted)


def nearest_distance(case: Case, gtok: Floats) -> Floats:
    """Distance of the closest points that the target allows, multiples of D, shape (Y,).

    Parameters
    ----------
    case : Case
    gtok : ndarray, shape (Y,)
        The tokens in question in each year.
    """
    elastic = case.demand.curves.elasticity < 0
    asked = np.where(elastic, _yearly(case), 0.0).sum(axis=0)
    width = np.full_like(asked, REACH)
    np.divide(AIM * TARGET * gtok, asked, out=width, where=asked > 0)
    return np.asarray(np.clip(0.5 * width, NARROWEST, REACH))


def points_around(
    case: Case, centres: list[Floats], nearest: Floats, touched: Sequence[Floats] = ()
) -> Floats:
    """Points of tangents that are close to given quantities, shape (W, Y, J).

    Parameters
    ----------
    case : Case
        With enough tangents for these worlds (`fine_case`).
    centres : list of ndarray, shape (W, Y)
        Quantities to refine around, one array per world.
    nearest : ndarray, shape (Y,)
        Distance of the closest points, multiples of D.
    touched : sequence of ndarray, shape (W, Y)
        Quantities that get one tangent each; the last ones if there are too many.
    """
    curves = case.demand.curves
    elastic = (curves.elasticity < 0)[:, :, None]
    reach = nearest[:, None] * (REACH / nearest[:, None]) ** (np.arange(SIDE + 1) / SIDE)
    offsets = np.concatenate([-reach, np.zeros_like(nearest)[:, None], reach], axis=1)
    low, high = np.minimum(curves.core, curves.most)[:, :, None], curves.most[:, :, None]
    points = [geometric_points(curves, _geometric(case))]
    for centre in centres:
        around = np.clip(centre[:, :, None] + offsets[None], low, high)
        points.append(np.where(elastic, around, high))
    spare = case.demand.points.shape[2] - sum(each.shape[2] for each in points)
    for quantity in touched[max(len(touched) - spare, 0) :]:
        points.append(np.where(elastic, np.clip(quantity[:, :, None], low, high), high))
        spare -= 1
    points.append(np.repeat(high, spare, axis=2))
    return _merged(np.sort(np.concatenate(points, axis=2), axis=2))


def points_between(case: Case, starts: list[Floats], ends: list[Floats]) -> Floats:
    """Points of tangents at even distances from starts to ends, shape (W, Y, J).

    Parameters
    ----------
    case : Case
    starts, ends : list of ndarray, shape (W, Y)
        Multiples of D, one array per world; those of a curve that does not respond are ignored.
    """
    curves = case.demand.curves
    elastic = (curves.elasticity < 0)[:, :, None]
    low, high = np.minimum(curves.core, curves.most)[:, :, None], curves.most[:, :, None]
    points = [geometric_points(curves, _geometric(case))]
    free = case.demand.points.shape[2] - points[0].shape[2]
    share = np.linspace(0.0, 1.0, free // len(starts))
    for start, end in zip(starts, ends, strict=True):
        spread = np.clip(start[:, :, None] + share * (end - start)[:, :, None], low, high)
        points.append(np.where(elastic, spread, high))
    points.append(np.repeat(high, free - len(starts) * len(share), axis=2))
    return _merged(np.sort(np.concatenate(points, axis=2), axis=2))


def _merged(points: Floats) -> Floats:
    """Merge each point into the one before if they nearly coincide, keeping the last."""
    close = np.diff(points, axis=2) < NARROWEST / 10
    merged = points.copy()
    for j in range(1, points.shape[2]):
        merged[:, :, j] = np.where(close[:, :, j - 1], merged[:, :, j - 1], merged[:, :, j])
    at_end = points == points[:, :, -1:]
    return np.where(at_end, points, merged)


def _yearly(case: Case) -> Floats:
    """Demand at the reference price, Gtok per year, shape (W, Y)."""
    yearly = np.einsum("wyk,k->wy", case.demand.level, case.horizon.hours_per_year)
    return np.asarray(yearly)
