"""``optimizer schema``: what an instance may hold, for editors and for readers."""

from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session
from optimizer.errors import InputError, Problem
from optimizer.schema.references import near_miss

FORMATS = ("json", "markdown", "outputs", "study")


def schema(
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
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Print what an instance may hold: every field, its unit, meaning, default and range."""
    with session(as_json, quiet, debug) as terminal:
        import json

        from optimizer.load.dictionary import json_schema, markdown
        from optimizer.plan.outputs_page import outputs_page
        from optimizer.studies.editors import study_schema

        if form not in FORMATS:
            message = f"must be one of {', '.join(FORMATS)}{near_miss(form, FORMATS)}"
            raise InputError([Problem("options", None, "format", form, message)])
        if form in ("markdown", "outputs"):
            text = markdown() if form == "markdown" else outputs_page()
            terminal.say_as_it_is(text.rstrip("\n"))
            terminal.document({"format": form, "text": text})
        else:
            document = json_schema() if form == "json" else study_schema()
            terminal.say_as_it_is(json.dumps(document, indent=2))
            terminal.document(document)
