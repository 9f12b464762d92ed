"""``optimizer report``: the page of a saved plan or comparison, written again."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session
from optimizer.errors import InputError, Problem


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a saved plan, or displacement.")
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the page of a saved plan or displacement again, from the folder alone."""
    with session(as_json, quiet, debug) as terminal:
        page = _written(folder)
        terminal.say_as_it_is(f"To look at it, open {page}")
        terminal.document({"out": str(folder), "report": str(page)})


def _written(folder: Path) -> Path:
    """Read what the folder holds and write its page there.

    Raises
    ------
    InputError
        Where it holds neither a plan nor a displacement, or cannot be written.
    """
    from optimizer.cli.folder import holds_displacement
    from optimizer.counterfactual.saved import load_displacement
    from optimizer.plan import load_plan
    from optimizer.report.page.displacement_page import write_displacement_page
    from optimizer.report.page.plan_page import write_plan_page

    if holds_displacement(folder):
        write = partial(write_displacement_page, load_displacement(folder), folder)
    else:
        write = partial(write_plan_page, load_plan(folder), folder)
    try:
        return write()
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem(str(folder), None, "", None, message)]) from None
