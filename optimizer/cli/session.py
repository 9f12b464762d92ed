"""What every command shares: its terminal, its exit code and the handling of its errors."""

import inspect
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass, replace
from enum import IntEnum
from functools import wraps
from inspect import Parameter
from typing import Any

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.terminal import Terminal
from optimizer.errors import InputError, Problem, SolverError


class Exit(IntEnum):
    """What the exit code of a command means."""

    SOLVED = 0
    INTERNAL_ERROR = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    STOPPED_WITH_PLAN = 4
    STOPPED_WITHOUT = 5


def exit_code(status: str, solved: bool, has_plan: bool) -> Exit:
    """Exit code of a command that ends with a result of this status."""
    from optimizer.plan.plan import INFEASIBLE, STOPPED

    if solved:
        return Exit.SOLVED
    if status in INFEASIBLE:
        return Exit.INFEASIBLE
    if has_plan:
        return Exit.STOPPED_WITH_PLAN
    return Exit.STOPPED_WITHOUT if status in STOPPED else Exit.INTERNAL_ERROR


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Turn a function into a command: it receives a terminal first, then its options.

    A parameter that is a dataclass adds one option per field.  The options --json, --quiet and
    --debug are added.
    """
    options: list[Parameter] = []
    records: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if is_dataclass(parameter.annotation):
            record = records[parameter.name] = parameter.annotation
            options += [_option(field.name, field.type, field.default) for field in fields(record)]
        else:
            options.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
    for name, kind in (("as_json", AsJson), ("quiet", Quiet), ("debug", Debug)):
        options.append(_option(name, kind, False))

    @wraps(function)
    def run(as_json: bool, quiet: bool, debug: bool, **values: Any) -> None:
        with _session(Terminal(as_json, quiet), debug) as terminal:
            for name, record in records.items():
                values[name] = record(
                    **{field.name: values.pop(field.name) for field in fields(record)}
                )
            function(terminal, **values)

    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in options}
    return run


def _option(name: str, kind: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


@contextmanager
def _session(terminal: Terminal, debug: bool) -> Iterator[Terminal]:
    """Turn what a command raises into a message and an exit code.

    A user's mistake is reported without a traceback.  The traceback of an internal error is
    saved to a file, or shown if `debug`.
    """
    try:
        yield terminal
    except (typer.Exit, typer.Abort):
        raise
    except InputError as error:
        problems = [_as_typed(problem) for problem in error.problems]
        terminal.complain("\n".join(map(str, problems)))
        terminal.document({"status": "bad_input", "problems": [*map(asdict, problems)]})
        raise typer.Exit(Exit.BAD_INPUT) from None
    except KeyboardInterrupt:
        terminal.complain("Interrupted before there was a result to keep.")
        terminal.document({"status": "interrupted"})
        raise typer.Exit(Exit.STOPPED_WITHOUT) from None
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        if isinstance(error, SolverError):
            shown = f"Solver error: {error}"
        else:
            shown = f"Internal error (please report it): {message}"
        place = _traceback(terminal, error, debug)
        terminal.complain(f"{shown.splitlines()[0]} ({place})")
        terminal.document({"status": "fault", "message": message})
        raise typer.Exit(Exit.INTERNAL_ERROR) from None


def _as_typed(problem: Problem) -> Problem:
    """Name an option of the library as it is typed here: time_limit_s is --time-limit."""
    if problem.file != "options":
        return problem
    typed = "--" + problem.field.removesuffix("_s").replace("_", "-")
    return replace(problem, file="command line", field=typed)


def _traceback(terminal: Terminal, error: Exception, debug: bool) -> str:
    """Show or save a traceback; say where it is."""
    lines = "".join(traceback.format_exception(error))
    if debug:
        terminal.complain(lines.rstrip())
        return "traceback above"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="optimizer-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(lines)
    except OSError:
        return "run again with --debug for the traceback"
    return f"traceback in {file.name}"
