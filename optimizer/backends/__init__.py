"""Solvers behind one Protocol; they know vectors, not sites."""

from optimizer.backends.base import Backend
from optimizer.errors import InputError, Problem

NAMES = ("highs", "pulp", "pyomo")

PACKAGES = {"highs": ("highspy",), "pulp": ("pulp",), "pyomo": ("pyomo", "highspy")}
"""Packages whose versions decide what a backend finds."""

TELLS_OTHERS = frozenset({"highs"})
"""Backends that also give the points they meet on the way; see `Outcome.others`."""


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
    if name == "pulp":
        from optimizer.backends.pulp import Pulp

        return Pulp()
    if name == "pyomo":
        from optimizer.backends.pyomo import Pyomo

        return Pyomo()
    allowed = ", ".join(NAMES)
    raise InputError([Problem("options", None, "backend", name, f"must be one of {allowed}")])
