"""``optimizer compare``: what differs between two instances, plans or displacements."""

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session

WHAT = "An instance, or a folder of a saved plan or displacement."


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help=WHAT)],
    b: Annotated[Path, typer.Argument(metavar="B", help=WHAT)],
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Tell what differs between two instances, plans or displacements, and what can be told."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.diff import compare as put_beside
        from optimizer.report.tables.diff import sentences, tables

        found = put_beside(a, b)
        for sentence in sentences(found):
            terminal.say(sentence)
        terminal.show(tables(found))
        terminal.document(found.summary())
