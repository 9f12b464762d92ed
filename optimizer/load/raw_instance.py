"""An instance as written, before validation, with the place of every part of it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from optimizer.errors import Problem
from optimizer.io.tables import Place
from optimizer.schema.references import Names, address

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the instance down to a value."""


LISTED = 5
"""Problems of one kind in one table that are reported one by one."""


class Finding(NamedTuple):
    """A problem at a path, before the path is put into words."""

    place: Place
    path: Path
    value: object
    message: str


@dataclass
class RawInstance:
    """An instance that is still being read.

    Attributes
    ----------
    data : dict
        Content of the files, with tables and catalog rows in place of their names.
    places : dict
        Place of a value by its path; a value without a place has that of its parent.
    columns : dict
        For lists read from a table column, by path: the place of each value.
    problems : list
        Problems found so far.
    silenced : set
        Paths whose content could not be read and has been reported: further problems at or
        below them are not reported.
    doubtful : set
        Tables with an invalid column: a field missing from them may only be misspelt.
    files : list
        Files and options in the order in which they were read.
    """

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    columns: dict[Path, Sequence[Place]] = field(default_factory=dict)
    problems: list[Problem | Finding] = field(default_factory=list)
    silenced: set[Path] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    files: list[str] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Return the place of a value, or of the nearest part of the instance that holds it."""
        for depth in range(len(path), -1, -1):
            if (place := self.places.get(path[:depth])) is not None:
                return place
            if depth and (column := self.columns.get(path[: depth - 1])) is not None:
                index = path[depth - 1]
                if isinstance(index, int) and index < len(column):
                    return column[index]
        raise KeyError(path)

    def report(
        self, path: Path, message: str, value: object = None, place: Place | None = None
    ) -> None:
        """Add a problem at a path, unless one at or above it was reported as unreadable."""
        if not any(path[:depth] in self.silenced for depth in range(len(path) + 1)):
            self.problems.append(Finding(place or self.place(path), path, value, message))

    def all_problems(self) -> list[Problem]:
        """Return every problem in words: the instance's own file, then its tables, by line.

        Of problems of one kind in one table, the first five are listed and the others counted.
        A sheet of a workbook counts as a file of its own.
        """
        names = self.names()
        problems = [
            problem if isinstance(problem, Problem) else _in_words(problem, names)
            for problem in self.problems
        ]
        files = dict.fromkeys([*self.files, *map(_home, problems)])
        rank = {file: position for position, file in enumerate(files)}
        problems.sort(key=lambda problem: (rank[_home(problem)], problem.line or 0))
        return list(_first_of_each_kind(list(dict.fromkeys(problems))))

    def names(self) -> dict[str, list[dict[str, Any]]]:
        """Return the readable tables, for references; a row that is not a record is empty."""
        return {
            table: [row if isinstance(row, dict) else {} for row in rows]
            for table, rows in self.data.items()
            if isinstance(rows, list) and (table,) not in self.silenced
        }


def _first_of_each_kind(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield problems, the first few of each kind, with their number in place of the others."""
    kinds = [_kind(problem) for problem in problems]
    total = Counter(kinds)
    seen: Counter[tuple[str, ...]] = Counter()
    for problem, kind in zip(problems, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= LISTED or total[kind] == LISTED + 1:
            yield problem
        elif seen[kind] == LISTED + 1:
            more = f"and {total[kind] - LISTED} more like this"
            yield replace(problem, field=kind[1], value=None, message=more)


def _kind(problem: Problem) -> tuple[str, ...]:
    """File or sheet, field without the record, and message without what follows a semicolon."""
    table, *rest = problem.field.split(".")
    words = [word for word in rest[1:] if not word.isdigit()]
    field = ".".join([table.partition("[")[0], *words[-1:]])
    shown = re.sub(r"\d+", "#", problem.message.split(";")[0])
    return _home(problem), field, shown


def _home(problem: Problem) -> str:
    """File or sheet of a problem, as `Table.home` names it."""
    sheet = problem.cell and problem.cell.rpartition("!")[0]
    return f"{problem.file}:{sheet}" if sheet else problem.file


def _in_words(finding: Finding, names: Names) -> Problem:
    place, path, value, message = finding
    if place.option == path:
        return Problem(place.file, None, "", None, message)
    field = address(path, names)
    return Problem(place.file, place.line, field, shown(value), message, place.cell)


def shown(value: object) -> str | None:
    """Return a single value as one line of text for a message; null for a list or a mapping."""
    if value is None or isinstance(value, dict | list | tuple):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    return (text if len(text) <= 60 else text[:57] + "...") or "''"
