"""One at a time against base, and rank regression of a sample."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from optimizer.errors import InputError
from optimizer.studies.analysis import tornado
from optimizer.studies.analysis.rank_regression import RankRegression
from optimizer.studies.analysis.swings import Swings
from tests.studies.analysis.made import failed, row, sample, shuffled, table

NAMES = ["a", "b", "c"]
D = "edge_displacement"


def one_at_a_time():
    points = {
        "base": (1.0, 10.0, 5.0),
        "a low": (0.5, 10.0, 5.0),
        "a high": (2.0, 10.0, 5.0),
        "b low": (1.0, 5.0, 5.0),
        "b high": (1.0, 20.0, 5.0),
        "c high": (1.0, 10.0, 6.0),
    }
    answers = dict(zip(points, (0.5, 0.6, 0.45, 0.1, 0.9, 0.5), strict=True))
    return [
        row(dict(zip(NAMES, point, strict=True)), answers[case], case=case) | {"scenario": case}
        for case, point in points.items()
    ]


def test_low_and_high_against_base_by_hand() -> None:
    found = tornado(table(one_at_a_time()), NAMES, D)
    assert isinstance(found, Swings)
    assert found.base == 0.5
    said = [(one.parameter, one.lowest, one.low, one.highest, one.high) for one in found.swings]
    assert said == [
        ("b", 5.0, 0.1, 20.0, 0.9),
        ("a", 0.5, 0.6, 2.0, 0.45),
        ("c", 5.0, 0.5, 6.0, 0.5),
    ]
    assert [one.reach(found.base) for one in found.swings] == pytest.approx([0.4, 0.1, 0.0])


def test_an_end_without_an_answer_is_none() -> None:
    rows = one_at_a_time()
    rows[3] = failed(rows[3])
    found = tornado(table(rows), NAMES, D)
    assert isinstance(found, Swings)
    assert (found.swings[0].parameter, found.swings[0].low, found.swings[0].high) == (
        "b",
        None,
        0.9,
    )


def test_a_base_without_an_answer_is_refused() -> None:
    rows = one_at_a_time()
    rows[0] = failed(rows[0])
    with pytest.raises(InputError, match="scenario = base: the base has no answer"):
        tornado(table(rows), NAMES, D)


def test_one_parameter_needs_its_base_named() -> None:
    rows = [row({"a": a}, d, case=f"a={a}") | {"scenario": f"a={a}"} for a, d in ((1, 0), (2, 1))]
    found = tornado(table(rows), ["a"], D, base="a=1")
    assert isinstance(found, Swings)
    assert (found.swings[0].low, found.swings[0].high) == (0.0, 1.0)
    with pytest.raises(InputError, match="no such scenario"):
        tornado(table(rows), ["a"], D, base="a=3")
    with pytest.raises(InputError, match="case: still varies"):
        tornado(table(rows), ["a"], D)


def test_two_differences_from_a_named_base_are_refused() -> None:
    rows = [*one_at_a_time(), row({"a": 2.0, "b": 20.0, "c": 5.0}, 0.0, case="far")]
    rows[-1]["scenario"] = "far"
    with pytest.raises(InputError, match="scenario = far: differs from the base in more"):
        tornado(table(rows), NAMES, D, base="base")


def points(draws: int, seed: int = 3, parameters: int = 3):
    return np.random.default_rng(seed).random((draws, parameters))


def test_a_parameter_that_alone_orders_the_measure_has_coefficient_one() -> None:
    found = tornado(sample(points(60), lambda a, b, c: -np.exp(3 * b), NAMES), NAMES, D)
    assert isinstance(found, RankRegression)
    top = found.coefficients[0]
    assert (top.parameter, top.value) == ("b", pytest.approx(-1.0))
    assert (top.low, top.high) == pytest.approx((-1.0, -1.0))
    assert [one.value for one in found.coefficients[1:]] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert found.r_squared == pytest.approx(1.0)


def test_a_single_parameter_has_spearmans_coefficient() -> None:
    x = points(40, parameters=1)
    noise = points(40, seed=9, parameters=1)[:, 0]
    results = sample(np.column_stack([x, noise]), lambda a, e: a + e, ["a", "e"])
    found = tornado(results.drop(columns="e"), ["a"], D)
    assert isinstance(found, RankRegression)
    expected = spearmanr(x[:, 0], x[:, 0] + noise).statistic
    assert found.coefficients[0].value == pytest.approx(expected)
    assert found.r_squared == pytest.approx(expected**2)


def test_coefficients_by_least_squares_on_ranks() -> None:
    """The same by the normal equations of standardised ranks, written out."""
    x = points(50)
    results = sample(x, lambda a, b, c: a**2 + 0.5 * b - 0.1 * c + 0.2 * a * b, NAMES)
    found = tornado(results, NAMES, D)
    assert isinstance(found, RankRegression)
    order = np.argsort(np.argsort(np.column_stack([x, results[D]]), axis=0), axis=0)
    z = (order - order.mean(axis=0)) / order.std(axis=0)
    design = np.column_stack([np.ones(len(z)), z[:, :3]])
    expected, residual, *_ = np.linalg.lstsq(design, z[:, 3], rcond=None)
    told = {one.parameter: one.value for one in found.coefficients}
    assert [told[name] for name in NAMES] == pytest.approx(list(expected[1:]))
    assert found.r_squared == pytest.approx(1 - float(residual[0]) / len(z))
    for one in found.coefficients:
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high


def test_draws_without_the_figure_are_left_out_and_counted() -> None:
    whole = sample(points(60), lambda a, b, c: a - b, NAMES)
    bad = whole.copy()
    bad.loc[:9, "status"] = "crashed"
    bad.loc[:9, D] = 1e6
    found, kept = tornado(bad, NAMES, D), tornado(whole[10:], NAMES, D)
    assert isinstance(found, RankRegression)
    assert isinstance(kept, RankRegression)
    assert (found.draws, found.left_out) == (50, 10)
    assert found.coefficients == kept.coefficients


def test_the_order_of_rows_does_not_matter() -> None:
    results = sample(points(60), lambda a, b, c: a - b * c, NAMES)
    assert tornado(results, NAMES, D) == tornado(shuffled(results), NAMES, D)
    swings = table(one_at_a_time())
    assert tornado(swings, NAMES, D) == tornado(shuffled(swings), NAMES, D)


def test_the_seed_affects_only_the_interval() -> None:
    results = sample(points(60), lambda a, b, c: a - b * c, NAMES)
    one, two = tornado(results, NAMES, D, seed=1), tornado(results, NAMES, D, seed=2)
    assert isinstance(one, RankRegression)
    assert isinstance(two, RankRegression)
    assert [each.value for each in one.coefficients] == [each.value for each in two.coefficients]
    assert one.coefficients[0].low != two.coefficients[0].low


def test_a_constant_parameter_has_no_coefficient() -> None:
    x = points(40)
    x[:, 2] = 0.5
    found = tornado(sample(x, lambda a, b, c: a, NAMES), NAMES, D)
    assert isinstance(found, RankRegression)
    assert (found.coefficients[-1].parameter, found.coefficients[-1].value) == ("c", None)


def test_undefined_measures_are_refused() -> None:
    x = points(40)
    with pytest.raises(InputError, match="the same in every draw"):
        tornado(sample(x, lambda a, b, c: 0.5, NAMES), NAMES, D)
    together = x.copy()
    together[:, 1] = 2 * together[:, 0]
    with pytest.raises(InputError, match="vary only together"):
        tornado(sample(together, lambda a, b, c: a, NAMES), NAMES, D)
    with pytest.raises(InputError, match="known in 7 draws: 3 parameters need 8 or more"):
        tornado(sample(x[:7], lambda a, b, c: a, NAMES), NAMES, D)
    with pytest.raises(InputError, match="contains text, not a measure"):
        tornado(sample(x, lambda a, b, c: a, NAMES), NAMES, "edge_verdict")
    with pytest.raises(InputError, match="b: still varies"):
        tornado(sample(x, lambda a, b, c: a, NAMES), ["a", "c"], D)
