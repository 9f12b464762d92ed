"""A plan and a comparison, solved once."""

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.counterfactual import displacement
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.saved import load_displacement
from optimizer.plan.plan import Plan
from optimizer.plan.saved import load_plan
from optimizer.planner import solve
from tests.cli.cases import small


@pytest.fixture(scope="session")
def plan() -> Plan:
    return solve(small(), gap=0.0)


@pytest.fixture(scope="session")
def answer() -> Displacement:
    return displacement(small(), "edge", gap=1e-4, flip=False)


@pytest.fixture
def saved_plan(plan: Plan, tmp_path: Path) -> Path:
    plan.save(tmp_path / "plan")
    assert load_plan(tmp_path / "plan").status == plan.status
    return tmp_path / "plan"


@pytest.fixture
def saved_answer(answer: Displacement, tmp_path: Path) -> Path:
    answer.save(tmp_path / "answer")
    assert load_displacement(tmp_path / "answer").status == answer.status
    return tmp_path / "answer"


def renamed(plan: Plan, name: str) -> Plan:
    """The plan of an instance in which everything that may be named freely has this name."""
    instance = plan.instance
    sites = tuple(site.model_copy(update={"name": name}) for site in instance.sites)
    assumptions = tuple(
        one.model_copy(update={"meaning": name, "source": name}) for one in instance.assumptions
    )
    update = {"title": name, "description": name, "sites": sites, "assumptions": assumptions}
    run = replace(plan.run, warnings=(name,))
    return replace(plan, instance=instance.model_copy(update=update), run=run)
