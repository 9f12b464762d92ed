"""Commands on an instance: ``init``, ``validate``, ``export`` and ``schema``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.options import InstancePath, Set
from optimizer.cli.session import command
from optimizer.cli.terminal import Terminal
from optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from optimizer.schema.instance import Instance

WORKBOOK = "xlsx"
SCHEMAS = ("json", "markdown", "outputs", "study")


@command
def init(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write, new or empty.")],
    template: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="tutorial (one zone, worked by hand), pjm (ten zones, 2026 to 2030), offgrid"
            " (campuses with on-site generation) or blank (placeholders for your own figures).",
        ),
    ] = "tutorial",
) -> None:
    """Write a starting folder: commented YAML, tables, README and JSON Schema."""
    from optimizer.templates import init as write

    written = write(folder, template)
    terminal.say_unwrapped(
        f"Written to {folder} from the template {template}: {len(written)} files.\n"
        f"Start with {folder / 'README.md'}, then run:\n"
        f"  optimizer validate {folder}\n"
        f"  optimizer solve {folder}"
    )
    terminal.document(
        {
            "template": template,
            "folder": str(folder),
            "files": [str(file.relative_to(folder)) for file in written],
        }
    )


@command
def validate(terminal: Terminal, instance: InstancePath, overrides: Set = None) -> None:
    """Check an instance and report every error at once, each with its place."""
    from optimizer.load import load_instance
    from optimizer.load.input_warnings import input_warnings
    from optimizer.problem.placements import find_arcs
    from optimizer.problem.unserved import unserved_classes
    from optimizer.report.numbers import counted
    from optimizer.report.tables.instance import counts, records

    read = load_instance(instance, overrides or ())
    checksum = read.digest()
    nowhere = map(str, unserved_classes(read, find_arcs(read)))
    warnings = [*input_warnings(read), *nowhere]
    time = read.time
    terminal.say_unwrapped(f"{instance} is valid: {read.name}{read.title and f', {read.title}'}.")
    terminal.say(
        f"Years {', '.join(map(str, time.years))};"
        f" {counted(time.days, 'representative day')} a year in steps of {time.hours_per_step} h."
    )
    terminal.show(records(read))
    for warning in warnings:
        terminal.say_unwrapped(f"\nWarning: {warning}.")
    terminal.say_unwrapped(f"\nChecksum (SHA-256): {checksum}")
    terminal.document(
        {
            "status": "valid",
            "instance": read.name,
            "title": read.title,
            "digest": checksum,
            "years": time.years,
            "days": time.days,
            "hours_per_step": time.hours_per_step,
            "counts": counts(read),
            "warnings": warnings,
        }
    )


@command
def export(
    terminal: Terminal,
    instance: InstancePath,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="mps (the program as free MPS, minimising minus welfare), lp (the program as"
            " CPLEX LP, maximising welfare) or xlsx (the instance as a workbook that every"
            " command accepts).",
        ),
    ] = "mps",
    hubs: Annotated[
        bool,
        typer.Option(
            "--hubs",
            help="Write the smaller program that solve uses: workloads that reach the same"
            " placements share columns, so there is no flow for each arc.",
        ),
    ] = False,
    overrides: Set = None,
) -> None:
    """Write an instance as a workbook, or its program for other solvers."""
    from optimizer.export import WRITERS
    from optimizer.load import load_instance

    if form not in (*WRITERS, WORKBOOK):
        allowed = f"must be {', '.join(WRITERS)} or {WORKBOOK}"
        raise InputError([Problem("options", None, "format", form, allowed)])
    read = load_instance(instance, overrides or ())
    document = {"instance": read.name, "set": overrides or [], "format": form, "out": str(out)}
    if form == WORKBOOK:
        written = _workbook(terminal, read, out)
    else:
        written = _program(terminal, read, out, form, hubs)
    terminal.document(document | written)


def _workbook(terminal: Terminal, instance: "Instance", out: Path) -> dict[str, Any]:
    from optimizer.export import write_workbook

    rows = write_workbook(instance, out)
    terminal.say_unwrapped(
        f"{instance.name}: {len(rows)} sheets with {sum(rows.values()):,} rows, in {out}.\n"
        f"To check it after editing:\n  optimizer validate {out}"
    )
    return {"rows": rows}


def _program(
    terminal: Terminal, instance: "Instance", out: Path, form: str, hubs: bool
) -> dict[str, Any]:
    from optimizer.export import write_program

    program, warnings = write_program(instance, out, form, hubs=hubs)
    size = {**program.size, "integers": int(program.integer.sum())}
    sense = "maximise welfare" if form == "lp" else "minimise minus welfare"
    terminal.say_unwrapped(
        f"{instance.name}: {', '.join(f'{count:,} {kind}' for kind, count in size.items())},"
        f" in {out}.\nObjective: {sense}, in thousands of dollars of present value."
    )
    for warning in warnings:
        terminal.say(f"\nWarning: {warning}.")
    return {"size": size, "warnings": list(warnings)}


@command
def schema(
    terminal: Terminal,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="json (JSON Schema of instance.yaml, for editors), markdown (every field with"
            " unit, meaning, default and range), outputs (every column of a plan's tables) or study"
            " (JSON Schema of a study file).",
        ),
    ] = "json",
) -> None:
    """Print every field of an instance or study, or every column of a plan's tables."""
    from optimizer.load.dictionary import json_schema, markdown
    from optimizer.plan.outputs_page import outputs_page
    from optimizer.schema.references import near_miss
    from optimizer.studies.definition import study_schema

    if form not in SCHEMAS:
        message = f"must be one of {', '.join(SCHEMAS)}{near_miss(form, SCHEMAS)}"
        raise InputError([Problem("options", None, "format", form, message)])
    if form in ("markdown", "outputs"):
        text = markdown() if form == "markdown" else outputs_page()
        terminal.say_unwrapped(text.rstrip("\n"))
        terminal.document({"format": form, "text": text})
    else:
        document = json_schema() if form == "json" else study_schema()
        terminal.say_unwrapped(json.dumps(document, indent=2))
        terminal.document(document)
