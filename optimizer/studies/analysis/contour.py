"""Lines between two kinds of cells of a grid, by marching squares on the cells' centres.

W. E. Lorensen and H. E. Cline, Marching cubes, Computer Graphics 21 (1987), in two dimensions.
Cells may be unknown: a line neither crosses nor borders them.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Cell = tuple[int, int]
"""Row and column."""

Node = tuple[Cell, Cell]
"""The two neighbours between which a line passes."""

Point = tuple[float, float]
"""Column and row, in cells; a whole number is a cell's centre."""


def lines(
    above: Mask,
    known: Mask,
    fraction: Callable[[Cell, Cell], float],
    centre: Callable[[list[Cell]], bool],
) -> list[list[Point]]:
    """Join the points between neighbouring cells of which one is above and one is not.

    Parameters
    ----------
    above : array of bool, shape (rows, columns)
    known : array of bool, shape (rows, columns)
        Cells that take part.
    fraction : callable
        Where between two neighbours the line passes: 0 at the first, 1 at the second.
    centre : callable
        Whether the middle of four cells is above, asked where two opposite ones are.

    Returns
    -------
    list of list of (float, float)
        Each line from end to end; one that closes ends where it began, and a point that nothing
        is joined to is a line of its own.
    """
    rows, columns = above.shape
    every = ((row, column) for row in range(rows) for column in range(columns))
    beside: dict[Node, list[Node]] = {}
    for row, column in every:
        for other in ((row, column + 1), (row + 1, column)):
            if other[0] < rows and other[1] < columns:
                here = (row, column)
                if known[here] and known[other] and above[here] != above[other]:
                    beside[here, other] = []
    for row in range(rows - 1):
        for column in range(columns - 1):
            for one, two in _joined(row, column, above, beside, centre):
                beside[one].append(two)
                beside[two].append(one)
    return [[_place(node, fraction) for node in chain] for chain in _chains(beside)]


def _joined(
    row: int,
    column: int,
    above: Mask,
    beside: dict[Node, list[Node]],
    centre: Callable[[list[Cell]], bool],
) -> list[tuple[Node, Node]]:
    """Pairs of points that a line joins within the square of four cells."""
    a, b = (row, column), (row, column + 1)
    d, c = (row + 1, column), (row + 1, column + 1)
    crossed = [side for side in ((a, b), (b, c), (d, c), (a, d)) if side in beside]
    if len(crossed) == 2:
        return [(crossed[0], crossed[1])]
    if len(crossed) == 4:
        bottom, right, top, left = crossed
        # Two opposite cells are joined through the middle: the line cuts off the other two.
        if above[a] == centre([a, b, c, d]):
            return [(bottom, right), (top, left)]
        return [(bottom, left), (right, top)]
    return []


def _chains(beside: dict[Node, list[Node]]) -> list[list[Node]]:
    """Walk from every end first, then round what closes."""
    left = dict(beside)
    chains = []
    for start in [*(node for node in beside if len(beside[node]) < 2), *beside]:
        if start not in left:
            continue
        chain, node = [], start
        while node in left:
            chain.append(node)
            del left[node]
            node = next((one for one in beside[node] if one in left), node)
        if len(chain) > 2 and start in beside[chain[-1]]:
            chain.append(start)
        chains.append(chain)
    return chains


def _place(node: Node, fraction: Callable[[Cell, Cell], float]) -> Point:
    (row, column), (other_row, other_column) = node
    share = min(max(fraction(*node), 0.0), 1.0)
    return column + share * (other_column - column), row + share * (other_row - row)
