"""The commands.  A command is a function in a module of its own, entered in `COMMANDS`."""

import io
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from optimizer.cli.breakeven import breakeven
from optimizer.cli.calibrate import calibrate
from optimizer.cli.compare import compare
from optimizer.cli.displacement import displacement
from optimizer.cli.exits import Exit
from optimizer.cli.export import export
from optimizer.cli.info import info
from optimizer.cli.init import init
from optimizer.cli.report import report
from optimizer.cli.schema import schema
from optimizer.cli.solve import solve
from optimizer.cli.study import study
from optimizer.cli.terminal import Terminal
from optimizer.cli.validate import validate
from optimizer.cli.verify import verify
from optimizer.errors import Problem

UsageError: Any = typer.BadParameter.__mro__[1]
"""What the parser raises for any command line that it cannot read."""


class Commands(TyperGroup):
    """The commands; a command line that cannot be read has its JSON document too."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # typer's own class
        """Run the command named."""
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
    help="Where should AI inference run, and does placing it at the edge replace cloud load or"
    " add to it?",
    epilog="Exit codes: 0 solved, 1 a fault of ours, 2 bad input, 3 infeasible, 4 stopped with"
    " a plan, 5 stopped without.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)


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
    """Take what every command shares."""


def main() -> int:
    """Run the command line; ends the process with a code of `Exit`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="optimizer")
    return Exit.SOLVED
