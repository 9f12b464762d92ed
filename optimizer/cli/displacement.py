"""``optimizer displacement``: does an intervention displace load, or add to it."""

from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.options import InstancePath
from optimizer.cli.session import command, exit_code
from optimizer.cli.solving import Solving, shown_progress
from optimizer.cli.terminal import Terminal

if TYPE_CHECKING:
    from optimizer.counterfactual.results import InterventionResult
    from optimizer.schema.instance import Instance

Intervention = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="edge (all device and edge sites), offgrid, or an intervention that the instance"
        " names.",
    ),
]


@command
def displacement(
    terminal: Terminal,
    instance: InstancePath,
    intervention: Intervention = "edge",
    no_attribution: Annotated[
        bool,
        typer.Option(
            "--no-attribution",
            help="Skip the attribution by cause, and the test of which limits force the verdict"
            " (up to five solves, and two for each limit that binds).",
        ),
    ] = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Plan both worlds and find the interval; skip attribution, proof, the range of"
            " elasticities and the nearest flip.",
        ),
    ] = False,
    *,
    solving: Solving,
) -> None:
    """Plan with and without an intervention; report what it displaces and what it adds."""
    from optimizer.cli.folder import ANSWER
    from optimizer.counterfactual import displacement as find_displacement
    from optimizer.report.page.displacement_page import write_displacement_page

    read, folder = solving.load(instance, ANSWER, "a displacement")
    terminal.note(
        f"{read.name}: with and without {intervention}, each world to a gap of {solving.gap:g}"
        " (Ctrl-C stops and keeps the plans so far)"
    )
    with shown_progress(terminal) as progress:
        answer = find_displacement(
            read,
            intervention,
            attribution=not (no_attribution or quick),
            proof=not quick,
            elasticity_range=not quick,
            flip=not quick,
            on_progress=progress,
            on_stage=progress.begin,
            **solving.keywords,
        )
        answer.save(folder)
    _show(terminal, read, answer)
    page = write_displacement_page(answer, folder)
    check = f". To recompute it from the plans of both worlds:\n  optimizer verify {folder}"
    saved = check if answer.plans else ", without plans."
    solving.conclude(
        terminal, folder, answer.summary(), answer.warnings, f"{saved}\nReport: {page}"
    )
    raise typer.Exit(exit_code(answer.status, answer.status == "solved", bool(answer.plans)))


def _show(terminal: Terminal, instance: "Instance", answer: "InterventionResult") -> None:
    from optimizer.counterfactual.results import Displacement
    from optimizer.report.tables.displacement import (
        by_class,
        by_year,
        causes,
        change_table,
        measures,
        worlds,
    )
    from optimizer.report.tables.displacement_limits import binding_table
    from optimizer.report.tables.displacement_sentences import (
        elasticity_sentence,
        mandates_sentence,
        models_sentence,
        proof_sentence,
        refill_sentences,
    )
    from optimizer.report.tables.displacement_zones import zone_changes
    from optimizer.report.tables.instance import headline_assumptions

    terminal.say(
        *answer.headline.lines,
        proof_sentence(answer),
        elasticity_sentence(answer),
        models_sentence(answer),
        mandates_sentence(answer),
    )
    if isinstance(answer, Displacement):
        terminal.show(measures(answer))
        if answer.plans:
            terminal.say("\n" + refill_sentences(answer))
        terminal.show(
            causes(answer),
            by_year(answer),
            binding_table(answer),
            by_class(answer),
            *zone_changes(answer),
        )
    else:
        terminal.show(change_table(answer))
    terminal.show(headline_assumptions(instance), worlds(answer))
