"""Backends and solving methods by name.

Option help, study files, messages, recorded versions and docs/backends.md all derive from here.
To add a backend, write a module with a class that implements `Backend` and add its entry; to add
a method, write a module with a function that implements `Method` and add its place.  Nothing is
imported before it is used.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from optimizer.solvers.backends.base import Backend, Outcome

HERE = "optimizer.solvers.backends"


@dataclass(frozen=True)
class Entry:
    """A backend, imported when it is first used.

    Attributes
    ----------
    place : str
        Module and class, as ``module:Class``.
    packages : tuple of str
        Packages whose versions are recorded with every plan; the first is what it imports.
    solver : str
        Solver and the route to it, for people.
    reports_others : bool
        Whether it returns the other points met in branch and bound; see `Outcome.others`.
    extra : str
        Extra of this package that installs it; empty if it comes with the package itself.
    """

    place: str
    packages: tuple[str, ...]
    solver: str
    reports_others: bool = False
    extra: str = ""


BACKENDS: dict[str, Entry] = {
    "highs": Entry(f"{HERE}.highs:Highs", ("highspy",), "HiGHS", reports_others=True),
    "pulp": Entry(f"{HERE}.pulp:Pulp", ("pulp",), "CBC, through PuLP"),
    "pyomo": Entry(f"{HERE}.pyomo:Pyomo", ("pyomo", "highspy"), "HiGHS, through Pyomo"),
    "scip": Entry(f"{HERE}.scip:Scip", ("pyscipopt",), "SCIP", extra="scip"),
    "gurobi": Entry(f"{HERE}.gurobi:Gurobi", ("gurobipy",), "Gurobi", extra="gurobi"),
}

METHODS: dict[str, str] = {"whole": "optimizer.solvers.search.whole:solve_whole"}
"""Solving methods, each as ``module:function``."""

AUTO = "auto"
"""Leaves the choice of a method to `method_for`."""


def method_names() -> tuple[str, ...]:
    """Return the names of methods that a user may choose."""
    return AUTO, *METHODS


def method_for(name: str) -> str:
    """Return the name of the method that solves, chosen here if it is ``auto``."""
    return "whole" if name == AUTO else name


def method_named(name: str) -> "Callable[..., Outcome]":
    """Return the method of a name, which may be ``auto``; see `optimizer.solvers.search.Method`."""
    made: Callable[..., Outcome] = _load(METHODS[method_for(name)])
    return made


def wording(names: Iterable[str]) -> str:
    """Return names as a list for people, such as ``a, b or c``."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def refusal(backend: object) -> str | None:
    """Return why a backend, by name or as an object, cannot be used; None if it can."""
    from optimizer.solvers.backends.base import Backend

    if not isinstance(backend, str):
        if isinstance(backend, type) or not isinstance(backend, Backend):
            return "must be a name, or an object with name, parallel and open(threads)"
        packages = getattr(backend, "packages", ())
        if isinstance(packages, str):
            return "has packages as text: must be a tuple of names"
        missing = [name for name in packages if not _installed(name)]
        return f"names packages that are not installed: {', '.join(missing)}" if missing else None
    if backend not in BACKENDS:
        return f"must be {wording(BACKENDS)}"
    entry = BACKENDS[backend]
    if find_spec(entry.packages[0]) is None:
        return f"needs {entry.packages[0]}: pip install 'optimizer[{entry.extra}]'"
    return None


def backend_named(backend: "str | Backend") -> "Backend":
    """Return the backend of a name; an object is returned as it is.

    Raises
    ------
    InputError
        If there is none of that name, or its package is not installed.
    """
    reason = refusal(backend)
    if reason is not None:
        raise InputError([Problem("options", None, "backend", str(backend), reason)])
    if not isinstance(backend, str):
        return backend
    made: Backend = _load(BACKENDS[backend].place)()
    return made


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def reports_others(backend: "Backend") -> bool:
    """Whether a backend returns the other points met in branch and bound."""
    return backend.name in BACKENDS and BACKENDS[backend.name].reports_others


def versions(backend: "Backend") -> dict[str, str]:
    """Return the versions recorded with a plan: of this package, numpy and the backend.

    A backend given as an object may name its packages in an attribute ``packages``.
    """
    entry = BACKENDS.get(backend.name)
    packages = getattr(backend, "packages", ()) if entry is None else entry.packages
    return {name: version(name) for name in ("optimizer", *packages, "numpy")}
