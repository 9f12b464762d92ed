"""An intervention displaces what it displaces without hubs, though it shares hubs with the rest."""

from collections.abc import Iterator
from typing import Any

import pytest

import optimizer as op
from optimizer.counterfactual.scope import find_intervention, find_scope
from optimizer.problem import hubs
from optimizer.problem.parameters import case as cases
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from tests.factory import three_by_three


def instance() -> Instance:
    """Sites in order of cost; C and D are full, and `big` is cheaper to run at every site."""
    big = {"id": "big", "total_params_b": 70, "active_params_b": 70, "quality": 70}
    small = three_by_three().serving[0].model_dump(mode="json")
    return three_by_three(
        {
            "classes.chat.must_serve": True,
            "sites.D.serving_cost_usd_per_mtok": 0.1,
            "sites.F.serving_cost_usd_per_mtok": 0.2,
            "pools.C/node.existing_units": 4,
            "pools.F/node.existing_units": 12,
            "models.big": big,
            "serving": [small, small | {"id": "big", "model": "big", "tokens_per_s": 120000}],
            "interventions": [{"id": "site", "sites": ["D"]}, {"id": "model", "models": ["big"]}],
        }
    )


def figures(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a summary, by path."""
    if isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from figures(part, f"{path}.{key}")
    elif isinstance(value, float) and "seconds" not in path and "noise" not in path:
        yield path, value


@pytest.mark.parametrize("intervention", ["site", "model"])
def test_every_figure_of_a_displacement_is_that_without_hubs(
    intervention: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = find_intervention(instance(), intervention)
    case = compile_case(instance(), intervention_models=frozenset(chosen.models))
    new = find_scope(case, chosen).arc[case.hubs.outlet_arc]
    assert new.any()
    assert not new.all()
    answers = []
    for find in (cases.find_hubs, lambda instance, arcs, side: hubs.direct_only(arcs)):
        monkeypatch.setattr(cases, "find_hubs", find)
        answer = op.displacement(instance(), intervention, gap=0.0, flip=False)
        answers.append(dict(figures(answer.summary())))
    with_hubs, without = answers
    assert with_hubs == pytest.approx(without, rel=1e-6, abs=1e-6, nan_ok=True)
