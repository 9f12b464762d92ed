"""A claim that does not hold, and how figures are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats

RELATIVE, ABSOLUTE = 1e-6, 1e-5


@dataclass(frozen=True)
class Violation:
    """A claim of a plan that does not hold.

    Attributes
    ----------
    family : str
        Constraint family, numbered as in docs/formulation.md; ``tables`` or ``prices`` if a table
        itself is wrong.
    where : str
        What the claim is about.
    claimed, allowed : float or str
        The figure, and what it must equal, not exceed, or not fall below; text for words and
        for what is null.
    message : str
    """

    family: str
    where: str
    claimed: float | str
    allowed: float | str
    message: str

    def __str__(self) -> str:
        figures = f"{figure_text(self.claimed)} against {figure_text(self.allowed)}"
        return f"{self.family}: {self.where}: {self.message} ({figures})"


def figure_text(figure: float | str) -> str:
    """Return a figure with nine digits, or text as it is."""
    return figure if isinstance(figure, str) else f"{figure:.9g}"


def equal(
    family: str, names: Sequence[str], claimed: Floats, computed: Floats, message: str
) -> Iterator[Violation]:
    """Yield where claimed figures differ from computed ones; names run along the first axis."""
    slack = ABSOLUTE + RELATIVE * np.maximum(np.abs(claimed), np.abs(computed))
    close = np.isfinite(slack) & (np.abs(claimed - computed) <= slack)
    yield from _worst(family, names, (claimed, computed), ~close, message)


def equal_if_limited(
    family: str, names: Sequence[str], claimed: Floats, computed: Floats, message: str
) -> Iterator[Violation]:
    """Yield like `equal`, but accept no number for what is computed to be infinite."""
    free = np.isnan(claimed) & np.isinf(computed)
    yield from equal(
        family, names, np.where(free, 0.0, claimed), np.where(free, 0.0, computed), message
    )


def at_most(
    family: str, names: Sequence[str], claimed: Floats, limit: Floats | float, message: str
) -> Iterator[Violation]:
    """Yield where claimed figures exceed a limit, which may be infinite."""
    claimed, limits = np.broadcast_arrays(claimed, limit)
    size = np.where(np.isfinite(limits), np.abs(limits), 0.0)
    slack = ABSOLUTE + RELATIVE * np.maximum(np.abs(claimed), size)
    within = claimed <= limits + slack  # false if either is not a number
    yield from _worst(family, names, (claimed, limits), ~within, message)


def _worst(
    family: str,
    names: Sequence[str],
    figures: tuple[Floats, Floats],
    wrong: np.ndarray,
    message: str,
) -> Iterator[Violation]:
    """Yield one violation for each name, the worst of its years and slots."""
    claimed, allowed = figures
    for i in np.unique(np.nonzero(wrong)[0]):
        excess = np.where(wrong[i], np.abs(claimed[i] - allowed[i]), -1.0)
        worst = np.unravel_index(np.argmax(excess), excess.shape)
        where = f"{names[i]}[{','.join(str(int(j)) for j in worst)}]" if worst else names[i]
        yield Violation(family, where, float(claimed[i][worst]), float(allowed[i][worst]), message)
