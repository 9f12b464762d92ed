"""The program of an instance for other tools: files of two formats, and a Pyomo model."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import InputError, Problem
from optimizer.export.lp import lp_lines
from optimizer.export.mps import mps_lines
from optimizer.export.names import program_keys
from optimizer.schema.instance import Instance

if TYPE_CHECKING:
    from pyomo.environ import ConcreteModel

    from optimizer.program import Program

WRITERS = {"mps": mps_lines, "lp": lp_lines}
"""Formats by name; each makes lines of a program and of the names of columns and rows."""


def write_program(instance: Instance, file: str | PathLike[str], form: str) -> "Program":
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
    Program
        What was written.

    Raises
    ------
    InputError
        Where there is no such format, or the file cannot be written.
    """
    if form not in WRITERS:
        allowed = f"must be {' or '.join(WRITERS)}"
        raise InputError([Problem("options", None, "format", form, allowed)])
    program, columns, rows = program_keys(instance)
    path = Path(file)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="ascii", newline="\n") as out:
            out.writelines(f"{line}\n" for line in WRITERS[form](program, columns, rows))
        part.replace(path)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem("--out", None, "", str(path), message)]) from None
    finally:
        part.unlink(missing_ok=True)
    return program


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
    """
    from optimizer.backends.pyomo_model import build_model

    program, columns, rows = program_keys(instance)
    model = build_model(program, list(columns.items()), list(rows.items()))
    model.name = instance.name
    return model
