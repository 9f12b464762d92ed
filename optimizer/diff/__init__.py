"""Two instances, plans or displacements beside each other: what differs, and what can be told.

`compare` is the map of this room.
"""

from dataclasses import asdict, dataclass
from typing import Any

from optimizer.diff.answers import AnswerComparison, compare_answers
from optimizer.diff.inputs import Difference, differences, reordered
from optimizer.diff.plans import PlanComparison, compare_plans
from optimizer.diff.sides import Given, Side, read_side
from optimizer.errors import InputError, Problem

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """What differs between two sides.

    Attributes
    ----------
    a, b : Side
    input : tuple of Difference or None
        Fields of their instances that differ; None where a side has no instance.
    reordered : tuple of str
        Tables that hold the same records in another order, which changes nothing.
    plans : PlanComparison or None
        Where both are plans.
    answers : AnswerComparison or None
        Where both are displacements.
    """

    a: Side
    b: Side
    input: tuple[Difference, ...] | None
    reordered: tuple[str, ...]
    plans: PlanComparison | None
    answers: AnswerComparison | None

    @property
    def differs(self) -> bool:
        """Whether anything differs but the order of records and how it was solved."""
        found = [one.differs for one in (self.plans, self.answers) if one is not None]
        return bool(self.input) or any(found)

    def summary(self) -> dict[str, Any]:
        """What JSON output holds: everything, in plain values."""
        return {
            "a": {"name": self.a.name, "kind": self.a.kind},
            "b": {"name": self.b.name, "kind": self.b.kind},
            "differs": self.differs,
            "input": None
            if self.input is None
            else [{"path": one.path, "a": one.a, "b": one.b, "how": one.how} for one in self.input],
            "reordered": list(self.reordered),
            "plan": None if self.plans is None else asdict(self.plans),
            "displacement": None if self.answers is None else asdict(self.answers),
        }


def compare(a: Given, b: Given) -> Comparison:
    """Tell what differs between two instances, plans or displacements.

    Parameters
    ----------
    a, b : Instance, Plan, Displacement or path
        A path is that of an instance, or a folder in which a plan or a displacement was saved.

    Returns
    -------
    Comparison
        Of input always where both have one; of what was decided or displaced where both are of
        one kind.

    Raises
    ------
    InputError
        With everything that is wrong with either side.
    """
    sides: list[Side] = []
    problems: list[Problem] = []
    for given in (a, b):
        try:
            sides.append(read_side(given))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    one, other = sides
    found: tuple[Difference, ...] | None = None
    order: tuple[str, ...] = ()
    if one.instance is not None and other.instance is not None:
        found = differences(one.instance, other.instance)
        order = reordered(one.instance, other.instance)
    plans = answers = None
    if one.plan is not None and other.plan is not None:
        plans = compare_plans(one.plan, other.plan, same_instance=not found)
    if one.answer is not None and other.answer is not None:
        answers = compare_answers(one.answer, other.answer)
    return Comparison(one, other, found, order, plans, answers)
