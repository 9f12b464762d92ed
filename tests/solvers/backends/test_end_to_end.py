"""From an instance folder to a verified plan and a displacement, with every backend."""

from pathlib import Path

import pytest

import optimizer as op
from optimizer.solvers.registry import BACKENDS

TUTORIAL = Path(__file__).resolve().parents[3] / "instances" / "tutorial"


@pytest.mark.parametrize("name", BACKENDS)
def test_the_tutorial(name: str) -> None:
    """docs/tutorial.md derives $4,953.1 million and $289,221/MW-year by hand."""
    instance = op.load_instance(TUTORIAL)
    plan = op.solve(instance, gap=0.0, backend=name, threads=1)
    assert plan.status == "optimal"
    assert plan.welfare_usd == pytest.approx(4953.1e6, rel=1e-5)
    assert plan.bound_usd is not None
    assert 0 <= plan.bound_usd - plan.welfare_usd <= 1
    assert op.verify(instance, plan) == []
    price = plan.prices.query("run == 'long-run' and measure == 'zone_usd_per_mw_year'")["value"]
    assert price.tolist() == pytest.approx([289_221], abs=1)
    assert plan.run.options["backend"] == name
    assert set(BACKENDS[name].packages) < set(plan.run.versions)


@pytest.mark.thin(5)
@pytest.mark.thin(2)
@pytest.mark.parametrize("name", BACKENDS)
def test_displacement_in_the_tutorial(name: str) -> None:
    answer = op.displacement(op.load_instance(TUTORIAL), gap=0.0, backend=name, flip=False)
    assert answer.status == "solved"
    assert answer.verdict.words == "mostly adds"
    assert answer.energy.displacement == pytest.approx(0.3, abs=1e-6)
    assert answer.tokens.displacement == pytest.approx(0.5, abs=1e-6)
    is_warned = any("fewer builds" in warning for warning in answer.warnings)
    assert is_warned == (not BACKENDS[name].reports_others)


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("threads", [0, 10**6])
def test_a_thread_count_that_would_crash_is_refused(name: str, threads: int) -> None:
    with pytest.raises(op.InputError, match="must be at least 1 and at most 256"):
        op.solve(op.load_instance(TUTORIAL), backend=name, threads=threads)
