"""Draws: of the distributions and correlations asked for, the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from optimizer.studies.definition import Distribution, Sample
from optimizer.studies.sampling import CorrelationError, draw, quantiles, unit_draws

NAMES = ("a", "b", "c")
METHODS = ("latin_hypercube", "sobol", "monte_carlo", "saltelli")
SHAPES = {
    "uniform": Distribution(uniform=(2, 6)),
    "loguniform": Distribution(loguniform=(1, 40)),
    "triangular": Distribution(triangular=(1, 2, 6)),
    "normal": Distribution(normal=(3, 0.5)),
    "lognormal": Distribution(lognormal=(2, 1.5)),
}
FROZEN = {
    "uniform": stats.uniform(2, 4),
    "loguniform": stats.loguniform(1, 40),
    "triangular": stats.triang(0.2, loc=1, scale=5),
    "normal": stats.norm(3, 0.5),
    "lognormal": stats.lognorm(np.log(1.5), scale=2),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_draws(method: str, seed: int) -> None:
    sample = Sample.model_validate({"method": method, "draws": 16, "seed": seed})
    first, again = unit_draws(sample, NAMES), unit_draws(sample, NAMES)
    assert np.array_equal(first, again)
    other = unit_draws(sample.model_copy(update={"seed": seed + 1}), NAMES)
    assert not np.array_equal(first, other)
    assert first.shape == ((16 * 5 if method == "saltelli" else 16), 3)
    assert (first > 0).all()
    assert (first < 1).all()


@pytest.mark.parametrize("kind", SHAPES)
def test_draws_follow_their_distribution(kind: str) -> None:
    shares = (np.arange(2000) + 0.5) / 2000
    values = quantiles(SHAPES[kind], shares)
    assert stats.kstest(values, FROZEN[kind].cdf).statistic < 1e-3


def test_a_latin_hypercube_has_one_draw_in_each_stratum_correlated_or_not() -> None:
    plain = Sample(draws=50, seed=3)
    tied = plain.model_copy(update={"correlations": (("a", "c", 0.7), ("b", "c", -0.3))})
    for sample in (plain, tied):
        cube = unit_draws(sample, NAMES)
        for column in cube.T:
            assert sorted(np.floor(column * 50).astype(int)) == list(range(50))


@given(st.floats(-0.9, 0.9), st.integers(0, 1000))
def test_draws_have_the_rank_correlations_requested(spearman: float, seed: int) -> None:
    sample = Sample(draws=400, seed=seed, correlations=(("a", "c", spearman),))
    cube = unit_draws(sample, NAMES)
    found = stats.spearmanr(cube).statistic
    assert found[0, 2] == pytest.approx(spearman, abs=0.06)
    assert found[0, 1] == pytest.approx(0, abs=0.06)


def test_correlations_that_contradict_each_other_are_refused() -> None:
    tied = (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    with pytest.raises(CorrelationError):
        unit_draws(Sample(draws=50, correlations=tied), NAMES)


def test_a_saltelli_design_changes_one_column_at_a_time() -> None:
    sample = Sample(method="saltelli", draws=8)
    blocks = unit_draws(sample, NAMES).reshape(8, 5, 3)
    for column in range(3):
        changed = blocks[:, 1 + column] != blocks[:, 0]
        assert changed[:, column].all()
        assert not np.delete(changed, column, axis=1).any()


def test_an_additional_name_adds_a_column() -> None:
    found = draw(Sample(draws=4, method="sobol"), SHAPES)
    assert list(found) == list(SHAPES)
    assert {len(values) for values in found.values()} == {4}
