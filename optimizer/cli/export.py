"""``optimizer export``: an instance as a workbook, or its program for other solvers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.options import AsJson, Debug, InstancePath, Quiet, Set
from optimizer.cli.session import session

if TYPE_CHECKING:
    from optimizer.cli.terminal import Terminal
    from optimizer.schema.instance import Instance

WORKBOOK = "xlsx"


def export(
    instance: InstancePath,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="The program as mps (free MPS, which minimises minus welfare) or lp (CPLEX's LP"
            " format, which maximises it); or the instance as xlsx, a workbook that every command"
            " takes.",
        ),
    ] = "mps",
    overrides: Set = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write an instance to a workbook, or its program to a file for other solvers."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.errors import InputError, Problem
        from optimizer.export import WRITERS
        from optimizer.load import load_instance

        if form not in (*WRITERS, WORKBOOK):
            allowed = f"must be {', '.join(WRITERS)} or {WORKBOOK}"
            raise InputError([Problem("options", None, "format", form, allowed)])
        read = load_instance(instance, overrides or ())
        write = _workbook if form == WORKBOOK else _program
        terminal.document(
            {
                "instance": read.name,
                "set": overrides or [],
                "format": form,
                "out": str(out),
                **write(terminal, read, out, form),
            }
        )


def _workbook(terminal: "Terminal", read: "Instance", out: Path, form: str) -> dict[str, Any]:
    from optimizer.export import write_workbook

    rows = write_workbook(read, out)
    terminal.say_as_it_is(
        f"{read.name}: {len(rows)} sheets, {sum(rows.values()):,} rows, in {out}.\n"
        f"To check it after editing:\n  optimizer validate {out}"
    )
    return {"rows": rows}


def _program(terminal: "Terminal", read: "Instance", out: Path, form: str) -> dict[str, Any]:
    from optimizer.export import write_program

    program, warnings = write_program(read, out, form)
    size = {**program.size, "integers": int(program.integer.sum())}
    sense = "maximise welfare" if form == "lp" else "minimise minus welfare"
    terminal.say_as_it_is(
        f"{read.name}: {', '.join(f'{count:,} {what}' for what, count in size.items())},"
        f" in {out}.\nTo {sense}, in thousands of dollars of present value."
    )
    for warning in warnings:
        terminal.say(f"\nWarning: {warning}.")
    return {"size": size, "warnings": list(warnings)}
