"""``optimizer init``: a folder to begin from."""

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write, new or empty.")],
    template: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="tutorial (one zone, worked by hand), pjm (ten zones, 2026 to 2030), offgrid"
            " (campuses with their own power) or blank (placeholders for figures of your own).",
        ),
    ] = "tutorial",
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write an instance to begin from: YAML with comments, tables, README and JSON Schema."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.templates import init as write

        written = write(folder, template)
        terminal.say_as_it_is(
            f"Written in {folder}, from the template {template}: {len(written)} files.\n"
            f"Begin with {folder / 'README.md'}; then:\n"
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
