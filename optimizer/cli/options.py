"""Arguments and options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from optimizer.solvers.registry import BACKENDS, method_names, wording

InstancePath = Annotated[
    Path,
    typer.Argument(
        metavar="INSTANCE", help="Instance folder, its instance.yaml, or a workbook (.xlsx)."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Override a value, addressing records by id: zones.DOM.limit_mw.2027=900."
        " May be repeated.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder for the result; runs/NAME-TIME by default."),
]
Gap = Annotated[
    float, typer.Option(help="Stop when (bound - welfare) is at most this share of system cost.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Stop after this time with the best plan so far."),
]
Threads = Annotated[
    int | None, typer.Option(help="Threads of the solver; chosen by the solver by default.")
]
Backend = Annotated[str, typer.Option(help=f"Solver: {wording(BACKENDS)}.")]
Method = Annotated[str, typer.Option(help=f"Solving method: {wording(method_names())}.")]
FixBuildsFrom = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Fix builds and openings up to --until to those of the plan saved in DIR.",
    ),
]
Until = Annotated[
    int | None,
    typer.Option(metavar="YEAR", help="Last year of --fix-builds-from; all years by default."),
]
StartFrom = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Start the search from the builds of the plan saved in DIR."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="On stderr, print errors only.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")]
