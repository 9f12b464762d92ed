"""The command line.  A command is a function with `@command`, listed in `COMMANDS`."""

import io
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from optimizer.cli.breakeven import breakeven
from optimizer.cli.calibrate import calibrate
from optimizer.cli.displacement import displacement
from optimizer.cli.instances import export, init, schema, validate
from optimizer.cli.results import compare, info, report, verify
from optimizer.cli.session import Exit
from optimizer.cli.solve import solve
from optimizer.cli.study import study
from optimizer.cli.terminal import Terminal
from optimizer.errors import Problem

UsageError: Any = typer.BadParameter.__mro__[1]
"""Raised by the parser for any command line that it cannot read."""


class Commands(TyperGroup):
    """The commands; with --json, a command line that cannot be read yields a document too."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # typer's own class
        """Run the command."""
        asked = [*ctx.args, *getattr(ctx, "_protected_args", ())]
        try:
            return super().invoke(ctx)
        except UsageError as error:
            if "--json" in asked:
                problem = Problem("command line", None, "", None, error.format_message())
                content = {"status": "bad_input", "problems": [asdict(problem)]}
                Terminal(as_json=True, quiet=True).document(content)
            raise


COMMANDS = (
    init,
    validate,
    solve,
    verify,
    displacement,
    breakeven,
    study,
    compare,
    calibrate,
    report,
    export,
    info,
    schema,
)

app = typer.Typer(
    name="optimizer",
    cls=Commands,
    help="Plan where AI inference runs, and show whether serving it at the edge replaces cloud"
    " load or adds to it.",
    epilog="Exit codes: 0 solved, 1 internal error (please report it), 2 bad input, 3 infeasible,"
    " 4 stopped with a plan, 5 stopped without.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for function in COMMANDS:
    app.command()(function)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"optimizer {version('optimizer')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Accept the options without a command."""


def main() -> int:
    """Run the command line; end the process with a code of `Exit`."""
    if sys.stderr is None:  # closed by the caller
        sys.stderr = io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="optimizer")
    return Exit.SOLVED
