"""Arguments and options that commands share."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from optimizer.errors import Problem
from optimizer.solvers.registry import BACKENDS, method_names, wording


def as_typed(problem: Problem) -> Problem:
    """Name an option of the library as it is typed here: time_limit_s is --time-limit."""
    if problem.file != "options":
        return problem
    typed = "--" + problem.field.removesuffix("_s").replace("_", "-")
    return replace(problem, file="command line", field=typed)


InstancePath = Annotated[
    Path,
    typer.Argument(
        metavar="INSTANCE", help="Folder of an instance, its instance.yaml, or a workbook (.xlsx)."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Put a value over the files', records by id: zones.DOM.limit_mw.2027=900."
        " May be repeated.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder to save in; runs/NAME-TIME if not given."),
]
Gap = Annotated[
    float, typer.Option(help="Stop when (bound - welfare) is this share of the system cost.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Stop then with the best plan so far."),
]
Threads = Annotated[
    int | None, typer.Option(help="Threads of the solver; its own choice if not given.")
]
Backend = Annotated[str, typer.Option(help=f"Solver: {wording(BACKENDS)}.")]
Method = Annotated[str, typer.Option(help=f"Solving method: {wording(method_names())}.")]
FixBuildsFrom = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Build and open up to --until what the plan saved in DIR does, and nothing else.",
    ),
]
Until = Annotated[
    int | None,
    typer.Option(metavar="YEAR", help="Last year of --fix-builds-from; all if not given."),
]
StartFrom = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Try the builds of the plan saved in DIR first."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but what went wrong.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a fault.")]
