"""Solvers behind one Protocol; they know vectors, not sites."""

from optimizer.errors import InputError, Problem
from optimizer.solvers.backends.base import Backend

NAMES = ("highs", "pulp", "pyomo")

PACKAGES = {"highs": ("highspy",), "pulp": ("pulp",), "pyomo": ("pyomo", "highspy")}
"""Packages whose versions decide what a backend finds."""

TELLS_OTHERS = frozenset({"highs"})
"""Backends that also give the points they meet on the way; see `Outcome.others`."""


def name_of(backend: str | Backend) -> str:
    """Name of a backend, which may be given by it."""
    return backend if isinstance(backend, str) else backend.name


def backend_named(name: str | Backend) -> Backend:
    """Return the backend of a name; one that is a backend already is returned as it is.

    Raises
    ------
    InputError
        Where there is none of that name.
    """
    if not isinstance(name, str):
        return name
    if name == "highs":
        from optimizer.solvers.backends.highs import Highs

        return Highs()
    if name == "pulp":
        from optimizer.solvers.backends.pulp import Pulp

        return Pulp()
    if name == "pyomo":
        from optimizer.solvers.backends.pyomo import Pyomo

        return Pyomo()
    allowed = ", ".join(NAMES)
    raise InputError([Problem("options", None, "backend", name, f"must be one of {allowed}")])
