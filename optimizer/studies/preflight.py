"""Check of a study against its instance, before anything is solved."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from optimizer.counterfactual.scope import find_intervention
from optimizer.errors import InputError, Problem
from optimizer.load import with_overrides
from optimizer.load.edits import Edit
from optimizer.schema.instance import Instance
from optimizer.studies.reading import Places
from optimizer.studies.scenarios import Scenarios


def check(instance: Instance, scenarios: Scenarios, places: Places) -> None:
    """Apply each change once; see `optimizer.studies.study.Study.check`."""
    problems: dict[Problem, None] = {}
    checked: Instance | None = None
    for label, edits in tries(scenarios):
        try:
            made = with_overrides(instance, edits)
            checked = checked or made
        except InputError as error:
            for problem in error.problems:
                if problem.file == instance.name:
                    problem = replace(problem, file=f"{places.file}: {label}")
                problems[problem] = None
    if problems:
        raise InputError(problems)
    for n, intervention in enumerate(scenarios.study.keep.displacement):
        try:
            find_intervention(checked or instance, intervention)
        except InputError as error:
            path = ("keep", "displacement", n)
            for problem in error.problems:
                problems[places.problem(path, problem.message, intervention)] = None
    if problems:
        raise InputError(problems)


def tries(scenarios: Scenarios) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """Yield the changes to try, each with a name for messages; the first scenario comes first."""
    study = scenarios.study
    grid = [scenarios.of_point(n, axis.points()[0]) for n, axis in enumerate(study.axes)]
    first = next(iter(study.scenarios))
    for case in study.scenarios:
        edits = (*scenarios.of_base(), *scenarios.of_case(case), *itertools.chain(*grid))
        yield f"scenario {case}", edits
    for name in study.overrides:
        if not any(name in names for names in study.scenarios.values()):
            yield f"overrides {name}", (*scenarios.of_base(), *scenarios.of_override(name))
    start = (*scenarios.of_base(), *scenarios.of_case(first))
    for n, axis in enumerate(study.axes):
        for point in axis.points()[1:]:
            others = [*grid[:n], scenarios.of_point(n, point), *grid[n + 1 :]]
            yield f"{axis.name} = {point}", (*start, *itertools.chain(*others))
    start = (*start, *itertools.chain(*grid))
    for name, values in scenarios.draws.items():
        for value in (float(values.min()), float(values.max())):
            yield f"{name} = {value:.6g}", (*start, *scenarios.of_draw({name: value}, start))
