"""Solvers behind one Protocol; they know vectors, not sites."""

from optimizer.backends.base import Backend
from optimizer.errors import InputError, Problem

NAMES = ("highs",)


def backend_named(name: str) -> Backend:
    """Return the backend of a name.

    Raises
    ------
    InputError
        Where there is none of that name.
    """
    if name == "highs":
        from optimizer.backends.highs import Highs

        return Highs()
    allowed = ", ".join(NAMES)
    raise InputError([Problem("options", None, "backend", name, f"must be one of {allowed}")])
