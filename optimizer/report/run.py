"""How a plan was made."""

from collections.abc import Mapping

from optimizer.plan import Run
from optimizer.report.table import Table


def run(made: Run) -> Table:
    """Options, versions, seconds and size of a run."""
    options = {name: "none" if value is None else value for name, value in made.options.items()}
    lines = {
        "options": _pairs(options),
        "versions": _pairs(made.versions),
        "seconds": _pairs({stage: f"{took:,.1f}" for stage, took in made.seconds.items()}),
        "size": _pairs({what: f"{count:,}" for what, count in made.size.items()}),
        "digest": f"SHA-256 {made.digest}",
    }
    return Table("Run", ("", ""), tuple(lines.items()), words=(0, 1))


def _pairs(named: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())
