"""Demand steps fine enough not to decide the result.

Coarse steps decide displacement by themselves: a world's price can move within a step without
moving demand.  The curve is therefore refined around each world's quantity, workload by
workload, until the steps in which a world ends hold at most 2% of the intervention's tokens
together.  All worlds use the same steps.
"""

from dataclasses import replace

import numpy as np

from optimizer.formulation.demand import cost_of_accepting
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.curve import geometric_edges
from optimizer.solvers.milp import Floats, Program

TARGET = 0.02
"""Largest share of the intervention's tokens that the steps at which a world ends may hold."""

AIM = 0.5
"""Width that each refinement aims at, as a share of the target's."""

COARSE = 8
"""Geometric steps that every refinement keeps."""

SIDE = 9
"""Edges on each side of a quantity, at distances that grow by a constant factor."""

REACH = 0.5
"""Distance of the farthest of them, in multiples of D."""

NARROWEST = 1e-6
"""Smallest step, in multiples of D; edges closer than a tenth of it are merged."""


def fine_case(case: Case, worlds: int) -> Case:
    """Return the case with as many geometric steps as `edges_around` needs for its worlds."""
    steps = COARSE + worlds * 2 * (SIDE + 1)
    curves = case.demand.curves
    edges = geometric_edges(curves, [steps] * len(curves.most))
    return replace(case, demand=case.demand.cut_at(edges))


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


def quantities(case: Case, program: Program, layout: Layout, x: Floats, row_dual: Floats) -> Floats:
    """Where a world's demand ends on the exact curve, multiples of D, shape (W, Y).

    Within a step it is the program's quantity, since a limit holds it there; at an edge, the
    quantity that the curve demands at the world's marginal cost.
    """
    accepted = layout.accepted.of(x).sum(axis=2)
    spent = cost_of_accepting(program, row_dual)
    tokens = case.discounted_gtok
    marginal = np.divide(spent, tokens, out=np.zeros_like(spent), where=tokens > 0)
    away = np.abs(case.demand.edges - accepted[:, :, None]).min(axis=2)
    at_edge = away <= 1e-7 * np.maximum(accepted, 1.0)
    return np.where(at_edge, case.demand.curves.quantity(marginal), accepted)


def edges_around(case: Case, centres: list[Floats], intervention_gtok: Floats) -> Floats:
    """Edges of steps that are fine around given quantities, shape (W, Y, J + 1).

    Parameters
    ----------
    case : Case
        With enough steps for these worlds (`fine_case`).
    centres : list of ndarray, shape (W, Y)
        Quantities to refine around, one array per world.
    intervention_gtok : ndarray, shape (Y,)
        The intervention's tokens, to which steps are compared.
    """
    curves = case.demand.curves
    elastic = curves.elasticity < 0
    asked = np.where(elastic, _yearly(case), 0.0).sum(axis=0)
    width = np.full_like(asked, REACH)
    np.divide(AIM * TARGET * intervention_gtok, asked, out=width, where=asked > 0)
    nearest = 0.5 * np.clip(width, NARROWEST, REACH)
    reach = nearest[:, None] * (REACH / nearest[:, None]) ** (np.arange(SIDE + 1) / SIDE)
    offsets = np.concatenate([-reach, reach], axis=1)
    low, high = np.minimum(curves.core, curves.most)[:, :, None], curves.most[:, :, None]
    cuts = [geometric_edges(curves, [COARSE] * len(curves.most))]
    for centre in centres:
        cut = np.clip(centre[:, :, None] + offsets[None], low, high)
        cuts.append(np.where(elastic[:, :, None], cut, high))
    return _merged(np.sort(np.concatenate(cuts, axis=2), axis=2))


def _merged(edges: Floats) -> Floats:
    """Merge each edge into the one before if they nearly coincide, keeping the last edge."""
    close = np.diff(edges, axis=2) < NARROWEST / 10
    merged = edges.copy()
    for j in range(1, edges.shape[2]):
        merged[:, :, j] = np.where(close[:, :, j - 1], merged[:, :, j - 1], merged[:, :, j])
    at_end = edges == edges[:, :, -1:]
    return np.where(at_end, edges, merged)


def _yearly(case: Case) -> Floats:
    """Demand at the reference price, Gtok per year, shape (W, Y)."""
    yearly = np.einsum("wyk,k->wy", case.demand.level, case.horizon.hours_per_year)
    return np.asarray(yearly)
