"""The program of an instance for other tools: files of two formats, and a Pyomo model."""

import warnings
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import InputError, Problem
from optimizer.export.lp import lp_lines
from optimizer.export.mps import mps_lines
from optimizer.export.names import Named, named_program
from optimizer.schema.instance import Instance

if TYPE_CHECKING:
    from pyomo.environ import ConcreteModel

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
    path = Path(file)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="ascii", newline="\n") as out:
            out.writelines(f"{line}\n" for line in lines)
        part.replace(path)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem("--out", None, "", str(path), message)]) from None
    finally:
        part.unlink(missing_ok=True)
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
    from optimizer.backends.pyomo_model import build_model

    named = named_program(instance)
    for told in named.warnings:
        warnings.warn(told, stacklevel=2)
    model = build_model(named.program, list(named.columns.items()), list(named.rows.items()))
    model.name = instance.name
    return model
