"""Read a saved plan that holds; refuse one that does not."""

from os import PathLike
from pathlib import Path

from optimizer.errors import InputError, Problem
from optimizer.plan.plan import INSTANCE, Plan
from optimizer.plan.saved import load_plan
from optimizer.verification import verify_plan
from optimizer.verification.violation import Violation, figure_text


def load_verified_plan(folder: str | PathLike[str]) -> Plan:
    """Read a saved plan, and refuse one whose figures are not those of its instance.

    Raises
    ------
    InputError
        As `optimizer.plan.saved.load_plan`, or with every violation; a run without a plan claims
        nothing.
    """
    plan = load_plan(folder)
    problems = [
        problem_of(str(folder), violation.where, violation)
        for violation in verify_plan(plan.instance, plan)
    ]
    problems += filter(None, [digest_fault(folder, plan)])
    if problems:
        raise InputError(problems)
    return plan


def digest_fault(folder: str | PathLike[str], plan: Plan) -> Problem | None:
    """Return the problem of an instance that is not the one solved; None if it is."""
    if plan.instance.digest() == plan.run.digest:
        return None
    message = "is not the instance that was solved: its digest differs from that in plan.json"
    return Problem(str(Path(folder) / INSTANCE), None, "", None, message)


def problem_of(file: str, field: str, violation: Violation) -> Problem:
    """Return a violation as a problem of a file, with what is claimed and what is recomputed."""
    message = f"{violation.message}: {figure_text(violation.allowed)}"
    return Problem(file, None, field, figure_text(violation.claimed), message)
