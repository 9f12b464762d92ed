"""Exit codes."""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.calibration.result import Calibration
    from optimizer.counterfactual.breakeven import Breakeven
    from optimizer.counterfactual.results import InterventionResult
    from optimizer.plan.plan import Plan


class Exit(IntEnum):
    """What the exit code of a command says."""

    SOLVED = 0
    FAULT = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    STOPPED_WITH_PLAN = 4
    STOPPED_WITHOUT = 5


def exit_of(plan: "Plan") -> Exit:
    """Exit code of a solve that ended in this plan."""
    from optimizer.plan.plan import SOLVED

    return _ended(plan.status in SOLVED, plan.has_point, plan.status)


def exit_of_displacement(answer: "InterventionResult") -> Exit:
    """Exit code of a comparison that ended in this answer."""
    return _ended(answer.status == "solved", bool(answer.plans), answer.status)


def exit_of_calibration(answer: "Calibration") -> Exit:
    """Exit code of a calibration; that a class has no markup is a question without answer."""
    from optimizer.calibration.result import CALIBRATED, IMPOSSIBLE, STOPPED

    if answer.status == IMPOSSIBLE:
        return Exit.INFEASIBLE
    return _ended(answer.status == CALIBRATED, answer.status == STOPPED, answer.status)


def exit_of_breakeven(answer: "Breakeven") -> Exit:
    """Exit code of a search; a value without a plan is an answer too."""
    if answer.complete:
        return Exit.SOLVED
    return Exit.STOPPED_WITH_PLAN if answer.points else Exit.STOPPED_WITHOUT


def _ended(solved: bool, with_plan: bool, status: str) -> Exit:
    from optimizer.plan.plan import INFEASIBLE, STOPPED

    if solved:
        return Exit.SOLVED
    if status in INFEASIBLE:
        return Exit.INFEASIBLE
    if with_plan:
        return Exit.STOPPED_WITH_PLAN
    return Exit.STOPPED_WITHOUT if status in STOPPED else Exit.FAULT
