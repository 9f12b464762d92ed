"""An instance for other tools: its program in two formats and as a Pyomo model, or a workbook."""

import warnings
from os import PathLike
from typing import TYPE_CHECKING

from optimizer.errors import InputError, Problem
from optimizer.export.files import written_whole
from optimizer.export.lp import lp_lines
from optimizer.export.mps import mps_lines
from optimizer.export.names import Named, named_program
from optimizer.export.workbook import write_workbook
from optimizer.schema.instance import Instance

if TYPE_CHECKING:
    from pyomo.environ import ConcreteModel

__all__ = ["WRITERS", "to_pyomo", "write_program", "write_workbook"]

WRITERS = {"mps": mps_lines, "lp": lp_lines}
"""Formats by name; each makes lines of a program and of the names of columns and rows."""


def write_program(instance: Instance, file: str | PathLike[str], form: str) -> Named:
    """Write the program of an instance to a file.

    Parameters
    ----------
    instance : Instance
    file : path
        Written whole or not at all.
    form : str
        ``mps`` (free MPS, which minimises the negative of welfare in k$) or ``lp`` (CPLEX's
        LP format, which maximises welfare in k$).

    Returns
    -------
    Named
        What was written, with warnings about numbers that solvers may not carry.

    Raises
    ------
    InputError
        Where there is no such format, or the file cannot be written.
    """
    if form not in WRITERS:
        allowed = f"must be {' or '.join(WRITERS)}"
        raise InputError([Problem("options", None, "format", form, allowed)])
    named = named_program(instance)
    lines = WRITERS[form](named.program, named.columns, named.rows)
    with written_whole(file) as part, part.open("w", encoding="ascii", newline="\n") as out:
        out.writelines(f"{line}\n" for line in lines)
    return named


def to_pyomo(instance: Instance) -> "ConcreteModel":
    """Return the program of an instance as a Pyomo model, to add to and to solve.

    Variables and constraints have the names and indices of docs/formulation.md, in the
    planner's ids: ``model.flow[workload, site, configuration, year, slot]``.

    Parameters
    ----------
    instance : Instance

    Returns
    -------
    pyomo.environ.ConcreteModel
        Maximises ``model.welfare``, k$.

    Warns
    -----
    UserWarning
        For numbers of a size that solvers may not carry.
    """
    from optimizer.solvers.backends.pyomo_model import build_model

    named = named_program(instance)
    for told in named.warnings:
        warnings.warn(told, stacklevel=2)
    model = build_model(named.program, list(named.columns.items()), list(named.rows.items()))
    model.name = instance.name
    return model
