"""How a plan was made."""

from collections.abc import Mapping
from typing import Any

from optimizer.plan.plan import HELD, STARTED, Run
from optimizer.report.display_table import DisplayTable
from optimizer.report.tables.plan import held_builds


def run(made: Run) -> DisplayTable:
    """Options, versions, seconds and size of a run."""
    plain = {name: told for name, told in made.options.items() if name not in (HELD, STARTED)}
    options = {name: "none" if value is None else value for name, value in plain.items()}
    held, started = made.options.get(HELD), made.options.get(STARTED)
    told = {"held": f"up to {held['until']}: {held_builds(held)}; {_source(held)}"} if held else {}
    began = {"started from": _source(started)} if started else {}
    lines = {
        "options": _pairs(options),
        **told,
        **began,
        "versions": _pairs(made.versions),
        "seconds": _pairs({stage: f"{took:,.1f}" for stage, took in made.seconds.items()}),
        "size": _pairs({what: f"{count:,}" for what, count in made.size.items()}),
        "digest": f"SHA-256 {made.digest}",
    }
    return DisplayTable("Run", ("", ""), tuple(lines.items()), words=(0, 1))


def _source(plan: Mapping[str, Any]) -> str:
    return f"a plan of {plan['instance']}, SHA-256 {plan['digest']}"


def _pairs(named: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())
