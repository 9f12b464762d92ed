"""``optimizer verify``: recompute a saved plan from its instance alone."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.exits import Exit
from optimizer.cli.options import AsJson, Debug, Quiet
from optimizer.cli.session import session
from optimizer.errors import InputError, Problem

if TYPE_CHECKING:
    from optimizer.cli.terminal import Terminal
    from optimizer.plan.plan import Plan
    from optimizer.verification import Violation


def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a saved plan, or displacement.")
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Recompute a saved plan from its instance alone, and tell what does not hold.

    Of a saved displacement, the plans of both worlds.
    """
    with session(as_json, quiet, debug) as terminal:
        from optimizer.cli.folder import plan_folders

        wrong = [
            violation for one in plan_folders(folder) for violation in _violations(terminal, one)
        ]
        terminal.document({"verified": not wrong, "violations": [_finite(one) for one in wrong]})
        if wrong:
            raise typer.Exit(Exit.BAD_INPUT)


def _violations(terminal: "Terminal", folder: Path) -> "list[Violation]":
    """Verify the plan in a folder and say what came of it."""
    from optimizer.plan.saved import load_plan
    from optimizer.verification import verify as find_violations

    plan = load_plan(folder)
    _check_saved(folder, plan)
    violations = find_violations(plan.instance, plan)
    for violation in violations:
        terminal.say_as_it_is(str(violation))
    for line in () if violations else _recomputed(plan):
        terminal.say(line)
    held = f"does not hold: {len(violations)} violations" if violations else "holds"
    terminal.say_as_it_is(f"The plan in {folder} {held}.")
    return violations


def _check_saved(folder: Path, plan: "Plan") -> None:
    """Refuse a folder without a plan, or with another instance than was solved."""
    if not plan.has_point:
        message = "holds no plan, so there is nothing to verify"
        raise InputError([Problem(str(folder), None, "status", plan.status, message)])
    if plan.instance.digest() != plan.run.digest:
        file = str(folder / "instance.json")
        message = "is not the instance that was solved: its digest is not the one in plan.json"
        raise InputError([Problem(file, None, "", None, message)])


def _finite(violation: "Violation") -> dict[str, Any]:
    """A violation for JSON, which has neither infinity nor NaN."""
    from optimizer.plan.plan import finite_or_none

    figures = {"claimed": violation.claimed, "allowed": violation.allowed}
    return asdict(violation) | {name: finite_or_none(value) for name, value in figures.items()}


def _recomputed(plan: "Plan") -> list[str]:
    """What was recomputed, in sentences."""
    from optimizer.plan.plan import SOLVED
    from optimizer.report.numbers import percent
    from optimizer.verification.claims import Claims
    from optimizer.verification.money import recompute_parts

    claims, _ = Claims.read(plan.instance, plan)
    if claims is None or plan.welfare_usd is None:
        raise ValueError("a plan that holds can be read")
    welfare = sum(recompute_parts(claims).values())
    proof = "" if plan.status in SOLVED else ", short of the gap asked for"
    slots = len(claims.horizon.years) * claims.horizon.slots
    return [
        f"Recomputed from the instance alone: {len(claims.placement):,} placements,"
        f" {claims.served.size:,} demand balances, {claims.power.size:,} site balances,"
        f" {len(plan.instance.zones) * slots:,} zone limits, {claims.units.size:,} hardware and"
        f" {claims.generators_built.size:,} generator stocks,"
        f" {len(plan.parts_usd)} parts of welfare.",
        f"Welfare recomputed is ${welfare:,.2f}; the plan claims ${plan.welfare_usd:,.2f}.",
        f"The gap to its bound is {percent(plan.gap, 3)} of cost{proof}; the bound itself is the"
        " solver's proof and is not recomputed.  Neither are the prices, which are its duals.",
    ]
