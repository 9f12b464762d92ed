"""``optimizer displacement``: does an intervention take load off the rest, or add to it."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.exits import exit_of_displacement
from optimizer.cli.options import (
    AsJson,
    Backend,
    Debug,
    Gap,
    InstancePath,
    Method,
    Out,
    Quiet,
    Set,
    Threads,
    TimeLimit,
)
from optimizer.cli.progress import Follower
from optimizer.cli.session import session
from optimizer.cli.solve import STOPPING

if TYPE_CHECKING:
    from optimizer.cli.terminal import Terminal
    from optimizer.counterfactual.results import InterventionResult
    from optimizer.schema.instance import Instance


def displacement(
    instance: InstancePath,
    intervention: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="What is new: edge (all device and edge sites), offgrid, or one that the"
            " instance names.",
        ),
    ] = "edge",
    no_attribution: Annotated[
        bool,
        typer.Option("--no-attribution", help="Do not split what changes by cause (six solves)."),
    ] = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Worlds and interval alone: no split by cause, no proof, no range of elasticity.",
        ),
    ] = False,
    out: Out = None,
    overrides: Set = None,
    gap: Gap = 1e-3,
    time_limit: TimeLimit = None,
    threads: Threads = None,
    backend: Backend = "highs",
    method: Method = "auto",
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Plan with an intervention and without it, and tell what it displaces and what it adds."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.cli.folder import ANSWER, result_folder
        from optimizer.counterfactual import displacement as compare_worlds
        from optimizer.load import load_instance
        from optimizer.report.page.displacement_page import write_displacement_page
        from optimizer.solvers.context import check_options
        from optimizer.solvers.interrupts import stop_on_interrupt

        limit_s = math.inf if time_limit is None else time_limit
        check_options(gap, limit_s, backend, method, threads)
        read = load_instance(instance, overrides or ())
        folder = result_folder(out, read.name, ANSWER, "a displacement")
        terminal.note(
            f"{read.name}: with and without {intervention}, each world to a gap of {gap:g}"
            " (Ctrl-C stops and keeps the plans so far)"
        )
        follower = Follower(terminal)

        def on_stage(text: str) -> None:
            follower.forget(meanwhile=text)
            follower.say(text)

        with stop_on_interrupt(on_ask=lambda: follower.say(STOPPING)):
            with follower:
                answer = compare_worlds(
                    read,
                    intervention,
                    gap=gap,
                    time_limit_s=limit_s,
                    backend=backend,
                    method=method,
                    threads=threads,
                    attribution=not (no_attribution or quick),
                    proof=not quick,
                    elasticity_range=not quick,
                    on_progress=follower,
                    on_stage=on_stage,
                )
            answer.save(folder)
        _show(terminal, read, answer)
        if overrides:
            terminal.say_as_it_is("\nSet over the files: " + ", ".join(overrides))
        for warning in answer.warnings:
            terminal.say(f"\nWarning: {warning}.")
        page = write_displacement_page(answer, folder)
        terminal.say_as_it_is(f"\n{_saved(answer, folder)}\nTo look at it, open {page}")
        terminal.document({"set": overrides or [], "out": str(folder), **answer.summary()})
        raise typer.Exit(exit_of_displacement(answer))


def _show(terminal: "Terminal", instance: "Instance", answer: "InterventionResult") -> None:
    from optimizer.counterfactual.results import Displacement
    from optimizer.report.tables.displacement import (
        by_year,
        causes,
        change_table,
        measures,
        worlds,
        zone_changes,
    )
    from optimizer.report.tables.displacement_sentences import (
        change_sentence,
        elasticity_sentence,
        mandates_sentence,
        models_sentence,
        proof_sentence,
        refill_sentences,
        verdict_sentence,
    )
    from optimizer.report.tables.instance import headline_assumptions

    terminal.say(change_sentence(answer) or verdict_sentence(answer))
    for sentence in (
        proof_sentence(answer),
        elasticity_sentence(answer),
        models_sentence(answer),
        mandates_sentence(answer),
    ):
        if sentence:
            terminal.say(sentence)
    tables = [headline_assumptions(instance)]
    if isinstance(answer, Displacement):
        terminal.show([table for table in (measures(answer),) if table is not None])
        if answer.plans:
            terminal.say("\n" + refill_sentences(answer))
        tables = [causes(answer), by_year(answer), *zone_changes(answer), *tables]
    else:
        terminal.show([table for table in (change_table(answer),) if table is not None])
    terminal.show([table for table in tables if table is not None])
    terminal.show([worlds(answer)])


def _saved(answer: "InterventionResult", folder: Path) -> str:
    if not answer.plans:
        return f"Saved in {folder}, without plans."
    checks = "\n".join(f"  optimizer verify {folder}/world-{name}" for name in answer.plans)
    return f"Saved in {folder}.  To check the plans of both worlds:\n{checks}"
