"""What differs between two instances, plans or displacements, and whether it exceeds the gaps.

`compare` is the entry point.
"""

from dataclasses import asdict, dataclass
from typing import Any

from optimizer.diff.displacements import DisplacementComparison, compare_displacements
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
        Fields of their instances that differ; None if a side has no instance.
    reordered : tuple of str
        Tables that hold the same records in another order, which changes nothing.
    plans : PlanComparison or None
        If both are plans.
    answers : DisplacementComparison or None
        If both are displacements.
    """

    a: Side
    b: Side
    input: tuple[Difference, ...] | None
    reordered: tuple[str, ...]
    plans: PlanComparison | None
    answers: DisplacementComparison | None

    @property
    def differs(self) -> bool:
        """Whether anything differs except the order of records and how it was solved."""
        results = (self.plans, self.answers)
        return bool(self.input) or any(result is not None and result.differs for result in results)

    def summary(self) -> dict[str, Any]:
        """Return everything as plain values, as JSON output has it."""
        fields = None if self.input is None else [asdict(field) for field in self.input]
        for field in fields or ():
            del field["list"]
        return {
            "a": {"name": self.a.name, "kind": self.a.kind},
            "b": {"name": self.b.name, "kind": self.b.kind},
            "differs": self.differs,
            "input": fields,
            "reordered": list(self.reordered),
            "plan": None if self.plans is None else asdict(self.plans),
            "displacement": None if self.answers is None else asdict(self.answers),
        }


def compare(a: Given, b: Given) -> Comparison:
    """Compare two instances, plans or displacements; flag differences that exceed the gaps.

    Parameters
    ----------
    a, b : Instance, Plan, Displacement or path
        A path is that of an instance, or of a folder with a saved plan or displacement.

    Returns
    -------
    Comparison
        Of the input if both have one; of the results if both are of one kind.

    Raises
    ------
    InputError
        With every problem of either side.
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
    first, second = sides
    fields: tuple[Difference, ...] | None = None
    order: tuple[str, ...] = ()
    if first.instance is not None and second.instance is not None:
        fields = differences(first.instance, second.instance)
        order = reordered(first.instance, second.instance)
    plans = answers = None
    if first.plan is not None and second.plan is not None:
        plans = compare_plans(first.plan, second.plan, same_instance=not fields)
    if first.answer is not None and second.answer is not None:
        answers = compare_displacements(first.answer, second.answer)
    return Comparison(first, second, fields, order, plans, answers)
