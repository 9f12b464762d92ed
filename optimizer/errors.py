"""Errors that are not bugs of this package."""

from collections.abc import Iterable
from dataclasses import dataclass


class OptimizerError(Exception):
    """Base of all errors that this package raises."""


@dataclass(frozen=True)
class Problem:
    """One problem in the input.

    Attributes
    ----------
    file : str
        File as the user named it, or the ``--set`` option itself.
    line : int or None
        Line in that file, from 1; null if the problem concerns the whole file.
    field : str
        Dotted address, records by id, as ``--set`` takes it; empty if there is none.
    value : str or None
        The offending value as text; null if there is none to show.
    message : str
        What is wrong and what is allowed, with its unit.
    cell : str or None
        Sheet and cell of a workbook, such as ``zones!C7``; null in a file of text.
    """

    file: str
    line: int | None
    field: str
    value: str | None
    message: str
    cell: str | None = None

    def __str__(self) -> str:
        place = self.line if self.cell is None else self.cell
        where = self.file if place is None else f"{self.file}:{place}"
        what = " = ".join(part for part in (self.field, self.value) if part)
        text = ": ".join(part for part in (where, what, self.message) if part)
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


class InputError(OptimizerError):
    """The input is invalid; lists every problem, not only the first."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refused(value: object, message: str, option: str = "--out") -> InputError:
    """Return the error of an option's value."""
    return InputError([Problem(option, None, "", str(value), message)])


class SolverError(OptimizerError):
    """A solver failed, or refused a call, through no fault of the instance."""


class StoppedError(OptimizerError):
    """A batch ended early; finished scenarios are kept, and the batch can be resumed."""
