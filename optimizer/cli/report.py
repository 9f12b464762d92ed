"""``optimizer report``: the page of what is saved in a folder, written again."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session
from optimizer.errors import InputError, Problem


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a saved plan, displacement or study.")
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the page of a saved plan, displacement or study again, from the folder alone."""
    with session(as_json, quiet, debug) as terminal:
        page = _written(folder)
        terminal.say_as_it_is(f"To look at it, open {page}")
        terminal.document({"out": str(folder), "report": str(page)})


def _written(folder: Path) -> Path:
    """Read what the folder holds and write its page there.

    Raises
    ------
    InputError
        Where it holds neither a plan, a displacement nor a study, or cannot be written.
    """
    from optimizer.cli.folder import holds_displacement, holds_study
    from optimizer.counterfactual.results import load_displacement
    from optimizer.plan.saved import load_plan
    from optimizer.report.page.displacement_page import write_displacement_page
    from optimizer.report.page.plan_page import write_plan_page
    from optimizer.report.page.study_page import write_study_page

    if holds_study(folder):
        from optimizer.studies import Study
        from optimizer.studies.summary import facts_of

        study = Study.open(folder)
        write = partial(write_study_page, study.results(folder), facts_of(study), folder)
    elif holds_displacement(folder):
        write = partial(write_displacement_page, load_displacement(folder), folder)
    else:
        write = partial(write_plan_page, load_plan(folder), folder)
    try:
        return write()
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem(str(folder), None, "", None, message)]) from None
