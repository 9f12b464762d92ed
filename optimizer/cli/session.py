"""What every command does with an error: say it, and end with its exit code."""

import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import typer

from optimizer.cli.exits import Exit
from optimizer.cli.options import as_typed
from optimizer.cli.terminal import Terminal
from optimizer.errors import InputError, SolverError


@contextmanager
def session(as_json: bool, quiet: bool, debug: bool) -> Iterator[Terminal]:
    """Give a command its terminal, and turn what it raises into words and an exit code.

    A mistake of the user's is told without a traceback.  The traceback of a fault of ours is
    saved, or shown where `debug`.
    """
    terminal = Terminal(as_json, quiet)
    try:
        yield terminal
    except (typer.Exit, typer.Abort):
        raise
    except InputError as error:
        problems = [as_typed(problem) for problem in error.problems]
        terminal.complain("\n".join(map(str, problems)))
        terminal.document({"status": "bad_input", "problems": [asdict(one) for one in problems]})
        raise typer.Exit(Exit.BAD_INPUT) from None
    except KeyboardInterrupt:
        terminal.complain("Interrupted before there was anything to keep.")
        terminal.document({"status": "interrupted"})
        raise typer.Exit(Exit.STOPPED_WITHOUT) from None
    except Exception as error:
        what = "The solver failed" if isinstance(error, SolverError) else "A fault of ours"
        message = f"{type(error).__name__}: {error}"
        first = message.splitlines()[0]
        terminal.complain(f"{what}: {first} ({_traceback(terminal, error, debug)})")
        terminal.document({"status": "fault", "message": message})
        raise typer.Exit(Exit.FAULT) from None


def _traceback(terminal: Terminal, error: Exception, debug: bool) -> str:
    """Show or save a traceback; where it is."""
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
