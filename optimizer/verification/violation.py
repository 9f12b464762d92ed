"""How a broken claim is told, and how figures are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.problem.horizon import Floats

RELATIVE, ABSOLUTE = 1e-6, 1e-5


@dataclass(frozen=True)
class Violation:
    """One claim of a plan that does not hold.

    Attributes
    ----------
    family : str
        Constraint family, numbered as in docs/formulation.md; ``tables`` or ``prices`` where a
        table itself is wrong.
    where : str
        Whom it concerns.
    claimed, allowed : float
        The figure, and what it must equal or not exceed (or fall below).
    message : str
    """

    family: str
    where: str
    claimed: float
    allowed: float
    message: str

    def __str__(self) -> str:
        return (
            f"{self.family}: {self.where}: {self.message}"
            f" ({self.claimed:.9g} against {self.allowed:.9g})"
        )


def equal(
    family: str, names: Sequence[str], claimed: Floats, computed: Floats, message: str
) -> Iterator[Violation]:
    """Yield where claimed figures differ from computed ones; names run along the first axis."""
    slack = ABSOLUTE + RELATIVE * np.maximum(np.abs(claimed), np.abs(computed))
    near = np.isfinite(slack) & (np.abs(claimed - computed) <= slack)
    yield from _tell(family, names, claimed, computed, ~near, message)


def at_most(
    family: str, names: Sequence[str], claimed: Floats, limit: Floats, message: str
) -> Iterator[Violation]:
    """Yield where claimed figures exceed a limit, which may be infinite."""
    claimed, limit = np.broadcast_arrays(claimed, limit)
    size = np.where(np.isfinite(limit), np.abs(limit), 0.0)
    slack = ABSOLUTE + RELATIVE * np.maximum(np.abs(claimed), size)
    within = claimed <= limit + slack  # false where either is not a number
    yield from _tell(family, names, claimed, limit, ~within, message)


def equal_where_given(
    family: str, names: Sequence[str], claimed: Floats, computed: Floats, message: str
) -> Iterator[Violation]:
    """Yield like `equal`, where no number is claimed for what is computed to be infinite."""
    none = np.isnan(claimed) & np.isinf(computed)
    one, other = np.where(none, 0.0, claimed), np.where(none, 0.0, computed)
    yield from equal(family, names, one, other, message)


def _tell(
    family: str,
    names: Sequence[str],
    claimed: Floats,
    other: Floats,
    wrong: np.ndarray,
    message: str,
) -> Iterator[Violation]:
    """One violation for each name, the worst of its years and slots."""
    if not wrong.any():
        return
    for i in np.unique(np.nonzero(wrong)[0]):
        excess = np.where(wrong[i], np.abs(claimed[i] - other[i]), -1.0)
        worst = np.unravel_index(np.argmax(excess), excess.shape)
        at = f"{names[i]}[{','.join(str(int(j)) for j in worst)}]" if worst else names[i]
        yield Violation(family, at, float(claimed[i][worst]), float(other[i][worst]), message)
