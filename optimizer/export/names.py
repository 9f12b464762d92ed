"""Names of columns and rows, such as ``flow[E/chat,C,m-node,2026,3]``, and as formats take them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optimizer.formulation.compose import compose
from optimizer.formulation.coordinates import Key, column_axes, keys, row_axes
from optimizer.formulation.numerics import check_scales
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from optimizer.solvers.milp import Program

LONGEST = 255
"""Characters that every reader of both formats takes in a name."""

Keys = Mapping[str, list[Key]]
"""Blocks by name, in the program's order, with the key of each member."""


@dataclass(frozen=True)
class Named:
    """A program, and what its columns and rows are called.

    Attributes
    ----------
    program : Program
    columns, rows : mapping of str to list of tuple
        Keys of their members, by block.
    warnings : tuple of str
        Numbers of a size that solvers may not carry.
    """

    program: Program
    columns: Keys
    rows: Keys
    warnings: tuple[str, ...]


def named_program(instance: Instance) -> Named:
    """Compose the program of an instance and name its columns and rows.

    Raises
    ------
    InputError
        Where a solver would drop, refuse or misread one of its numbers.
    """
    case = compile_case(instance)
    program, _ = compose(case)
    warnings = check_scales(case, program)
    columns, rows = column_axes(case), row_axes(case)
    return Named(
        program,
        {name: keys(block, columns.get(name)) for name, block in program.columns.items()},
        {name: keys(block, rows.get(name)) for name, block in program.rows.items()},
        warnings,
    )


def names(blocks: Keys, brackets: str, illegal: re.Pattern[str]) -> list[str]:
    """Name every member of every block, each once.

    Parameters
    ----------
    blocks : mapping of str to list of tuple
    brackets : str
        What opens and closes the ids.
    illegal : re.Pattern
        Characters that the format does not take in an id; ``_`` takes their place.  Where two
        names become the same, and where one is too long, the number of the member in its block
        is put in the place of the ids.
    """
    seen: set[str] = set()
    found = []
    for block, members in blocks.items():
        for place, key in enumerate(members):
            ids = ",".join(illegal.sub("_", str(label)) for label in key)
            name = f"{block}{brackets[0]}{ids}{brackets[1]}"
            if len(name) > LONGEST or name in seen:
                name = f"{block}{brackets[0]}#{place}{brackets[1]}"
            seen.add(name)
            found.append(name)
    return found


def folded(words: Iterator[str] | list[str], width: int = 120) -> Iterator[str]:
    """Put words on lines that no reader finds too long."""
    line = ""
    for word in words:
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line += f" {word}"
    if line:
        yield line
