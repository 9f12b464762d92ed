"""The sides of a comparison: an instance, a plan or a displacement, in memory or saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from optimizer.counterfactual.results import ANSWER, InterventionResult
from optimizer.counterfactual.saved import load_displacement
from optimizer.counterfactual.worlds import WITH_INTERVENTION
from optimizer.load import load_instance
from optimizer.plan.plan import SUMMARY, Plan
from optimizer.schema.instance import Instance
from optimizer.verification.saved import load_verified_plan

INSTANCE, PLAN, DISPLACEMENT = "instance", "plan", "displacement"

Given = Instance | Plan | InterventionResult | str | PathLike[str]


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    name : str
        The path given, or the name of the instance.
    kind : str
        `INSTANCE`, `PLAN` or `DISPLACEMENT`.
    instance : Instance or None
        Its input; for a displacement, that of the world with the intervention if it has a plan.
    plan : Plan or None
    answer : mapping or None
        A displacement, as `InterventionResult.summary` returns it.
    """

    name: str
    kind: str
    instance: Instance | None
    plan: Plan | None = None
    answer: Mapping[str, Any] | None = None


def read_side(given: Given) -> Side:
    """Read one side.

    Raises
    ------
    InputError
        If a path leads to nothing that can be compared, or to a result that does not verify.
    """
    if isinstance(given, Instance):
        return Side(given.name, INSTANCE, given)
    if isinstance(given, Plan):
        return Side(given.instance.name, PLAN, given.instance, given)
    if isinstance(given, InterventionResult):
        return _displacement_side(given.instance, given)
    path, name = Path(given), str(given)
    if _is_file(path / SUMMARY):
        plan = load_verified_plan(path)
        return Side(name, PLAN, plan.instance, plan)
    if _is_file(path / ANSWER):
        return _displacement_side(name, load_displacement(path))
    return Side(name, INSTANCE, load_instance(path))


def _displacement_side(name: str, answer: InterventionResult) -> Side:
    plan = answer.plans.get(WITH_INTERVENTION)
    instance = None if plan is None else plan.instance
    return Side(name, DISPLACEMENT, instance, None, answer.summary())


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # not a possible file name, which reading the instance reports
        return False
