"""An instance for other tools: its program as MPS, LP or a Pyomo model, or a workbook."""

import warnings
from os import PathLike
from typing import TYPE_CHECKING

from optimizer.errors import InputError, Problem
from optimizer.export.lp import lp_lines
from optimizer.export.mps import mps_lines
from optimizer.export.workbook import write_workbook
from optimizer.formulation.compose import compose
from optimizer.formulation.numerics import check_scales
from optimizer.io.atomic import exporting
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.milp import Program

if TYPE_CHECKING:
    from pyomo.environ import ConcreteModel

__all__ = ["WRITERS", "to_pyomo", "write_program", "write_workbook"]

WRITERS = {"mps": mps_lines, "lp": lp_lines}
"""Formats by name; each turns a program into the lines of a file."""


def write_program(
    instance: Instance, file: str | PathLike[str], form: str, *, hubs: bool = False
) -> tuple[Program, tuple[str, ...]]:
    """Write the program of an instance to a file.

    Parameters
    ----------
    instance : Instance
    file : path
        Written whole or not at all.
    form : str
        ``mps`` (free MPS, which minimises the negative of welfare in k$) or ``lp`` (CPLEX's
        LP format, which maximises welfare in k$).
    hubs : bool
        Whether to write the smaller program with hubs, without a flow for each arc.

    Returns
    -------
    Program
        The program in the file.
    tuple of str
        Warnings about numbers that solvers may not represent accurately.

    Raises
    ------
    InputError
        If the format is unknown, if a solver would misread a number, or if the file cannot be
        written.
    """
    if form not in WRITERS:
        allowed = f"must be {' or '.join(WRITERS)}"
        raise InputError([Problem("options", None, "format", form, allowed)])
    program, concerns = _checked_program(instance, hubs=hubs)
    with exporting(file) as part, part.open("w", encoding="ascii", newline="\n") as out:
        out.writelines(f"{line}\n" for line in WRITERS[form](program))
    return program, concerns


def to_pyomo(instance: Instance, *, hubs: bool = False) -> "ConcreteModel":
    """Return the program of an instance as a Pyomo model, to extend and to solve.

    Variables and constraints have the names and indices of docs/formulation.md, in the
    planner's ids: ``model.flow[workload, site, configuration, year, slot]``.

    Parameters
    ----------
    instance : Instance
    hubs : bool
        Whether to return the smaller program with hubs.  It has no flow for each arc, to which
        a constraint of your own could be added.

    Returns
    -------
    pyomo.environ.ConcreteModel
        Maximises ``model.welfare``, k$.

    Raises
    ------
    InputError
        If a solver would misread a number.

    Warns
    -----
    UserWarning
        For numbers that solvers may not represent accurately.
    """
    from optimizer.solvers.backends.pyomo_model import build_model

    program, concerns = _checked_program(instance, hubs=hubs)
    for concern in concerns:
        warnings.warn(concern, stacklevel=2)
    columns, rows = (
        [(block.name, list(block.keys())) for block in blocks.values()]
        for blocks in (program.columns, program.rows)
    )
    model = build_model(program, columns, rows)
    model.name = instance.name
    return model


def _checked_program(instance: Instance, *, hubs: bool) -> tuple[Program, tuple[str, ...]]:
    """Compose the program of an instance; return it with warnings about its numbers."""
    case = compile_case(instance, hubs=hubs)
    program, _ = compose(case)
    return program, check_scales(case, program)
