"""``optimizer export``: the program of an instance as a file that other solvers read."""

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, InstancePath, Quiet, Set
from optimizer.cli.session import session


def export(
    instance: InstancePath,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="mps (free MPS, which minimises minus welfare) or lp (CPLEX's LP format, which"
            " maximises it).",
        ),
    ] = "mps",
    overrides: Set = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the program of an instance to a file, under names in the planner's ids."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.export import write_program
        from optimizer.load import load_instance

        read = load_instance(instance, overrides or ())
        written = write_program(read, out, form)
        program = written.program
        size = {**program.size, "integers": int(program.integer.sum())}
        sense = "maximise welfare" if form == "lp" else "minimise minus welfare"
        terminal.say_as_it_is(
            f"{read.name}: {', '.join(f'{count:,} {what}' for what, count in size.items())},"
            f" in {out}.\nTo {sense}, in thousands of dollars of present value."
        )
        for warning in written.warnings:
            terminal.say(f"\nWarning: {warning}.")
        terminal.document(
            {
                "instance": read.name,
                "set": overrides or [],
                "format": form,
                "out": str(out),
                "size": size,
                "warnings": list(written.warnings),
            }
        )
