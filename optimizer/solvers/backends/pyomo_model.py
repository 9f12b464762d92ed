"""A program as a Pyomo model."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from optimizer.solvers.milp import Floats, Program

Names = Sequence[tuple[str, Sequence[Hashable]]]
"""Components in order: name, and indices of the members."""

OBJECTIVE = "welfare"


def build_model(program: Program, columns: Names, rows: Names) -> Any:
    """Build a Pyomo model of a program.

    Parameters
    ----------
    program : Program
    columns, rows : sequence of (name, indices)
        Names of variables and constraints, in the order of the program, one index per column or
        row.  Rows without a finite bound are left out.

    Returns
    -------
    pyomo.environ.ConcreteModel
        Maximises ``welfare``, k$, constant included.
    """
    model = pyo.ConcreteModel(name="program")
    variables: list[Any] = []
    lower, upper = _or_none(program.lower), _or_none(program.upper)
    for name, indices in columns:
        block = _indexed(pyo.Var, indices)
        model.add_component(name, block)
        for index in indices:
            place = len(variables)
            variable = block[index]
            variable.domain = pyo.Integers if program.integer[place] else pyo.Reals
            variable.bounds = lower[place], upper[place]
            variables.append(variable)
    row_lower, row_upper = _or_none(program.row_lower), _or_none(program.row_upper)
    matrix = program.matrix.tocsr()
    place = 0
    for name, indices in rows:
        block = _indexed(pyo.Constraint, indices)
        model.add_component(name, block)
        for index in indices:
            if row_lower[place] is not None or row_upper[place] is not None:
                part = slice(matrix.indptr[place], matrix.indptr[place + 1])
                body = _linear(variables, matrix.indices[part], matrix.data[part])
                block.add(index, (row_lower[place], body, row_upper[place]))
            place += 1
    used = np.flatnonzero(program.objective)
    welfare = _linear(variables, used, program.objective[used], program.constant)
    model.add_component(OBJECTIVE, pyo.Objective(expr=welfare, sense=pyo.maximize))
    return model


def _indexed(kind: Callable[..., Any], indices: Sequence[Hashable]) -> Any:
    first = next(iter(indices), ())
    dimension = len(first) if isinstance(first, tuple) and first else 1
    return kind(pyo.Set(initialize=list(indices), dimen=dimension))


def _linear(variables: list[Any], places: Any, coefficients: Floats, constant: float = 0.0) -> Any:
    if not len(places):
        # Pyomo rejects an expression without variables, which is a number, as a constraint.
        places, coefficients = [0], np.zeros(1)
    return LinearExpression(
        constant=constant,
        linear_coefs=coefficients.tolist(),
        linear_vars=[variables[place] for place in places],
    )


def _or_none(values: Floats) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]
