"""Sobol indices: Ishigami's function, blocks that cannot be used, and what is no design."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import sobol

from optimizer.errors import InputError
from optimizer.studies.analysis import sobol_indices
from tests.studies.analysis.made import failed, row, sample, shuffled, table

NAMES = ["a", "b", "c"]
D = "edge_displacement"


def design(blocks: int, low: float = 0.0, high: float = 1.0):
    problem = {"num_vars": 3, "names": NAMES, "bounds": [[low, high]] * 3}
    return sobol.sample(problem, blocks, calc_second_order=False, seed=7)


def ishigami(a: float, b: float, c: float) -> float:
    return float(np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))


FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Of Ishigami's function with 7 and 0.1: T. Ishigami and T. Homma, ISUMA '90 (1990), in closed
form: V = 49/8 + 0.1 π⁴/5 + 0.01 π⁸/18 + 1/2, V1 = (1 + 0.1 π⁴/5)²/2, V2 = 49/8."""


def test_the_reference_indices_follow_from_the_closed_form() -> None:
    pi4 = np.pi**4
    whole = 49 / 8 + 0.1 * pi4 / 5 + 0.01 * pi4**2 / 18 + 0.5
    first = (0.5 * (1 + 0.1 * pi4 / 5) ** 2 / whole, 49 / 8 / whole)
    assert (first[0], first[1]) == pytest.approx(FIRST[:2], abs=5e-5)
    acting_together = 0.01 * pi4**2 * (1 / 18 - 1 / 50) / whole
    total = (first[0] + acting_together, first[1], acting_together)
    assert total == pytest.approx(TOTAL, abs=5e-5)


def test_the_indices_of_ishigami_are_reproduced() -> None:
    found = sobol_indices(sample(design(1024, -np.pi, np.pi), ishigami, NAMES), NAMES, D, seed=1)
    assert (found.blocks, found.dropped) == (1024, 0)
    assert [one.parameter for one in found.indices] == NAMES
    for one, first, total in zip(found.indices, FIRST, TOTAL, strict=True):
        assert one.first == pytest.approx(first, abs=0.02)
        assert one.total == pytest.approx(total, abs=0.02)
        assert abs(one.first - first) < one.first_within < 0.2
        assert abs(one.total - total) < one.total_within < 0.2


def linear(blocks: int = 64) -> pd.DataFrame:
    return sample(design(blocks), lambda a, b, c: 0.3 * a + 0.1 * b, NAMES)


def test_the_indices_of_a_sum_are_shares_of_its_variance() -> None:
    found = sobol_indices(linear(1024), NAMES, D, seed=1)
    told = [(one.first, one.total) for one in found.indices]
    for (first, total), share in zip(told, (0.9, 0.1, 0.0), strict=True):
        assert (first, total) == pytest.approx((share, share), abs=0.01)


def test_neither_the_order_of_rows_nor_the_first_number_matters() -> None:
    results = linear()
    found = sobol_indices(results, NAMES, D, seed=0)
    assert sobol_indices(shuffled(results), NAMES, D, seed=0) == found
    from_one = results.assign(draw=results["draw"] + 1)
    assert sobol_indices(shuffled(from_one), NAMES, D, seed=0) == found


def test_seed_zero_is_a_seed_and_disturbs_no_other_state() -> None:
    results = linear()
    np.random.seed(1)
    one = sobol_indices(results, NAMES, D, seed=0)
    np.random.seed(2)
    state = np.random.get_state()[1]
    assert sobol_indices(results, NAMES, D, seed=0) == one
    assert (np.random.get_state()[1] == state).all()
    assert sobol_indices(results, NAMES, D, seed=1) != one


def test_a_failed_row_drops_its_block() -> None:
    """Blocks 3 and 5 lose a row each: the design without both is left."""
    results = linear()
    bad = results.copy()
    bad.loc[[3 * 5 + 2, 5 * 5], "status"] = "infeasible"
    bad.loc[3 * 5 + 2, D] = 1e9
    found = sobol_indices(bad, NAMES, D, seed=1)
    assert (found.blocks, found.dropped) == (64, 2)
    block = np.arange(len(results)) // 5
    rest = results[~np.isin(block, [3, 5])].reset_index(drop=True)
    rest["draw"] = pd.array(range(len(rest)), dtype="Int64")
    assert sobol_indices(rest, NAMES, D, seed=1).indices == found.indices


def test_the_numbers_of_an_unfinished_design_locate_its_rows() -> None:
    results = linear()
    found = sobol_indices(results.drop(index=[0, 1, 2, 40]), NAMES, D, seed=1)
    assert (found.blocks, found.dropped) == (64, 2)


def test_fewer_than_half_of_the_blocks_are_refused() -> None:
    results = linear(8)
    bad = results.copy()
    bad.loc[[0, 5, 10, 15], "edge_status"] = "time_limit"
    assert sobol_indices(bad, NAMES, D, seed=1).dropped == 4
    bad.loc[20, "edge_status"] = "time_limit"
    with pytest.raises(InputError, match="every row of 3 of 8 blocks of the design"):
        sobol_indices(bad, NAMES, D, seed=1)


def test_not_used_has_no_figure_and_is_not_filled_in() -> None:
    results = sample(design(8), lambda a, b, c: None if a > 0.9 else a, NAMES)
    assert 0 < sobol_indices(results, NAMES, D, seed=1).dropped < 8


@pytest.mark.parametrize("names", [["b", "a", "c"], ["a", "b"]])
def test_a_design_needs_all_parameters_in_order(names: list[str]) -> None:
    dropped = [name for name in NAMES if name not in names]
    with pytest.raises(InputError, match="not a Saltelli design in blocks"):
        sobol_indices(linear().drop(columns=dropped), names, D, seed=1)


def test_a_plain_sample_is_not_a_design() -> None:
    points = np.random.default_rng(1).random((40, 3))
    with pytest.raises(InputError, match="not a Saltelli design"):
        sobol_indices(sample(points, lambda a, b, c: a, NAMES), NAMES, D, seed=1)


def test_undefined_measures_are_refused() -> None:
    flat = sample(design(8), lambda a, b, c: 0.5, NAMES)
    with pytest.raises(InputError, match="the same in every draw"):
        sobol_indices(flat, NAMES, D, seed=1)
    twice = table([row({"a": 0.1}, 0.0, draw=0), failed(row({"a": 0.2}, 0.0, draw=0))])
    with pytest.raises(InputError, match="a number occurs twice"):
        sobol_indices(twice, ["a"], D, seed=1)
