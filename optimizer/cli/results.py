"""Commands on saved results: ``verify``, ``compare``, ``report`` and ``info``."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.options import Set
from optimizer.cli.session import Exit, command
from optimizer.cli.terminal import Terminal
from optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from optimizer.plan.plan import Plan
    from optimizer.schema.instance import Instance
    from optimizer.verification import Violation

Side = Annotated[
    Path, typer.Argument(help="An instance, or the folder of a saved plan or displacement.")
]


@command
def verify(
    terminal: Terminal,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a saved plan or displacement.")
    ],
) -> None:
    """Recompute a saved plan from its instance alone and list every violation.

    For a saved displacement, recompute the plans of both worlds, and from these the displacement,
    its parts and the words of its verdict.
    """
    from optimizer.cli.folder import holds_displacement

    if holds_displacement(folder):
        violations = _violations_of_displacement(terminal, folder)
    else:
        violations = _violations(terminal, folder)
    terminal.document({"verified": not violations, "violations": [*map(_finite, violations)]})
    if violations:
        raise typer.Exit(Exit.BAD_INPUT)


def _violations(terminal: Terminal, folder: Path) -> "list[Violation]":
    """Verify the plan in a folder and print the outcome."""
    from optimizer.plan.saved import load_plan
    from optimizer.verification import verify as find_violations

    plan = load_plan(folder)
    _check_saved(folder, plan)
    violations = find_violations(plan.instance, plan)
    if not violations:
        terminal.say(*_recomputed(plan))
    _conclude(terminal, f"The plan in {folder}", violations)
    return violations


def _violations_of_displacement(terminal: Terminal, folder: Path) -> "list[Violation]":
    """Verify the displacement in a folder, its plans first, and print the outcome."""
    from optimizer.counterfactual.saved import read_displacement
    from optimizer.errors import refused

    saved = read_displacement(folder)
    if not saved.result.plans:
        raise refused(folder, "contains a displacement whose worlds have no plans", "")
    violations = saved.violations()
    if not violations:
        for plan in saved.result.plans.values():
            terminal.say(*_recomputed(plan))
        terminal.say(
            "Recomputed from the tables of both plans: that their worlds are one instance without"
            " and with the intervention, the amounts of the intervention and the rest by year,"
            " what follows from them, and the words of the verdict. Intervals are the solver's,"
            " and fixed service and the worlds of the attribution are not saved: of these, only"
            " that they agree with the rest is checked."
        )
    _conclude(terminal, f"The displacement in {folder}", violations)
    return violations


def _conclude(terminal: Terminal, what: str, violations: "list[Violation]") -> None:
    for violation in violations:
        terminal.say_unwrapped(str(violation))
    outcome = f"invalid: {len(violations)} violations" if violations else "verified"
    terminal.say_unwrapped(f"{what} is {outcome}.")


def _check_saved(folder: Path, plan: "Plan") -> None:
    """Refuse a folder without a plan, or with another instance than was solved."""
    from optimizer.verification.saved import digest_fault

    if not plan.has_point:
        message = "contains no plan to verify"
        raise InputError([Problem(str(folder), None, "status", plan.status, message)])
    if fault := digest_fault(folder, plan):
        raise InputError([fault])


def _finite(violation: "Violation") -> dict[str, Any]:
    """Convert a violation for JSON, which has neither infinity nor NaN."""
    from optimizer.plan.plan import finite_or_none

    figures = {"claimed": violation.claimed, "allowed": violation.allowed}
    return asdict(violation) | {
        name: value if isinstance(value, str) else finite_or_none(value)
        for name, value in figures.items()
    }


def _recomputed(plan: "Plan") -> Iterator[str]:
    """Yield sentences on what was recomputed."""
    from optimizer.plan.plan import SOLVED
    from optimizer.report.numbers import counted, percent
    from optimizer.verification.claims import Claims
    from optimizer.verification.money import recompute_parts

    claims, _ = Claims.read(plan.instance, plan)
    if claims is None or plan.welfare_usd is None:
        raise ValueError("a plan without violations can be read")
    welfare = sum(recompute_parts(claims).values())
    proof = "" if plan.status in SOLVED else ", wider than the gap requested"
    slots = len(claims.horizon.years) * claims.horizon.slots
    yield (
        f"Recomputed from the instance alone: {counted(len(claims.placement), 'placement')},"
        f" {counted(claims.served.size, 'demand balance')},"
        f" {counted(claims.power.size, 'site balance')},"
        f" {counted(len(plan.instance.zones) * slots, 'zone limit')},"
        f" {counted(claims.units.size, 'hardware stock')},"
        f" {counted(claims.generators_built.size, 'generator stock')},"
        f" {len(plan.parts_usd)} parts of welfare."
    )
    yield f"Recomputed welfare is ${welfare:,.2f}; the plan states ${plan.welfare_usd:,.2f}."
    yield (
        f"The gap to its bound is {percent(plan.gap, 3)} of cost{proof}. The bound is the solver's"
        " proof and the prices are derivatives of its optimum: neither is recomputed."
    )


@command
def compare(terminal: Terminal, a: Side, b: Side) -> None:
    """Compare two instances, plans or displacements; flag differences the gaps cannot resolve."""
    from optimizer.diff import compare as find_differences
    from optimizer.report.tables.diff import sentences, tables

    differences = find_differences(a, b)
    terminal.say(*sentences(differences))
    terminal.show(*tables(differences))
    terminal.document(differences.summary())


@command
def report(
    terminal: Terminal,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a saved plan, displacement or study.")
    ],
) -> None:
    """Rewrite the page of a saved plan, displacement or study from its folder alone."""
    page = _write_page(folder)
    terminal.say_unwrapped(f"Report: {page}")
    terminal.document({"out": str(folder), "report": str(page)})


def _write_page(folder: Path) -> Path:
    """Read the result in a folder and write its page there.

    Raises
    ------
    InputError
        If the folder contains no plan, displacement or study, one that does not verify, or
        cannot be written.
    """
    from optimizer.cli.folder import holds_displacement, holds_study
    from optimizer.counterfactual.saved import load_displacement
    from optimizer.report.page.displacement_page import write_displacement_page
    from optimizer.report.page.plan_page import write_plan_page
    from optimizer.report.page.study_page import write_study_page
    from optimizer.verification.saved import load_verified_plan

    if holds_study(folder):
        from optimizer.studies import Study
        from optimizer.studies.summary import summarize

        study = Study.open(folder)
        write = partial(write_study_page, study.results(folder), summarize(study), folder)
    elif holds_displacement(folder):
        write = partial(write_displacement_page, load_displacement(folder), folder)
    else:
        write = partial(write_plan_page, load_verified_plan(folder), folder)
    try:
        return write()
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise InputError([Problem(str(folder), None, "", None, message)]) from None


@command
def info(
    terminal: Terminal,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="INSTANCE_OR_DIR", help="An instance, or the folder of a saved plan."
        ),
    ],
    overrides: Set = None,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List every assumption, not only headline ones.")
    ] = False,
) -> None:
    """Show the size and assumptions of an instance; for a saved plan, how it was made."""
    from optimizer.cli.folder import SUMMARY, holds_displacement, plan_folders
    from optimizer.counterfactual.saved import load_displacement
    from optimizer.load import load_instance

    if holds_displacement(path):
        load_displacement(path)  # refuses one that does not verify
    path = plan_folders(path)[-1]
    read = load_instance(path, overrides or ())
    document = _saved_run(terminal, path) if (path / SUMMARY).is_file() else {}
    terminal.say(f"{read.name}{read.title and f': {read.title}'}")
    terminal.document({"instance": read.name, **_size(terminal, read, assumptions), **document})


def _saved_run(terminal: Terminal, folder: Path) -> dict[str, Any]:
    from optimizer.report.tables.plan import headline, run, status_in_words
    from optimizer.verification.saved import load_verified_plan

    plan = load_verified_plan(folder)
    terminal.say(status_in_words(plan))
    terminal.show(headline(plan), run(plan.run))
    for warning in plan.run.warnings:
        terminal.say(f"\nWarning: {warning}.")
    terminal.say_unwrapped("")
    return plan.summary()


def _size(terminal: Terminal, instance: "Instance", every_assumption: bool) -> dict[str, Any]:
    from optimizer.formulation.compose import compose
    from optimizer.load.assumption_values import records_of
    from optimizer.problem.parameters.case import compile_case
    from optimizer.report.tables.instance import (
        all_assumptions,
        counts,
        days,
        headline_assumptions,
        placement_counts,
        placements,
        records,
        solved_value,
    )

    case, by_name = compile_case(instance), records_of(instance)
    program, _ = compose(case)
    horizon, arcs = case.horizon, case.arcs
    size = {"arcs": len(arcs), "arcs_with_hubs": case.hubs.ways, **program.size}
    kinds = {"arcs_with_hubs": "with hubs"}
    terminal.show(records(instance), days(horizon), placements(instance, arcs))
    sizes = (f"{count:,} {kinds.get(kind, kind)}" for kind, count in size.items())
    terminal.say("\nProgram: " + ", ".join(sizes))
    terminal.show((all_assumptions if every_assumption else headline_assumptions)(instance))
    by_reason = placement_counts(instance, arcs)
    weights = dict(zip(horizon.day_of_year[horizon.day], horizon.days_per_year, strict=True))
    return {
        "years": horizon.years,
        "days": [
            {"day": int(day), "days_per_year": float(weight)} for day, weight in weights.items()
        ],
        "counts": counts(instance),
        "arcs": by_reason.pop("none"),
        "refused": by_reason,
        "size": size,
        "assumptions": [
            {**assumption.model_dump(), "solved": solved_value(by_name, assumption)}
            for assumption in instance.assumptions
        ],
    }
