"""Shares of draws: Wilson's interval by hand, and draws without an answer."""

import math

import numpy as np
import pytest

from optimizer.errors import InputError
from optimizer.studies.analysis import verdict_shares
from tests.studies.analysis.made import failed, open_ended, row, shuffled, table

Z = 1.959963984540054
"""97.5% of a standard normal lies below it."""


def draws(*displacements: float | None):
    return [row({"a": n / 10}, d, draw=n) for n, d in enumerate(displacements)]


def wilson(count: int, draws: int) -> tuple[float, float]:
    """The roots of |p - share| = Z sqrt(p (1 - p) / draws), Wilson's equation (1927)."""
    share, zz = count / draws, Z * Z / draws
    middle = (share + zz / 2) / (1 + zz)
    half = math.sqrt(zz * (share * (1 - share) + zz / 4)) / (1 + zz)
    return middle - half, middle + half


def test_shares_are_of_all_draws() -> None:
    made = draws(1.0, 1.0, 1.0, 0.0, None, 0.5)
    rows = [*made[:5], failed(made[5]), failed(row({"a": 0.6}, 1.0, draw=6), "time_limit")]
    rows.append(open_ended(row({"a": 0.7}, 0.5, draw=7)))
    found = verdict_shares(table(rows), "edge", ["a"])
    assert found.draws == 8
    assert [(one.words, one.count) for one in found.shares] == [
        ("adds", 1),
        ("substitutes", 3),
        ("not used", 1),
        ("undetermined", 1),
        ("no answer", 2),
    ]
    assert found.unanswered == 2
    assert sum(one.share for one in found.shares) == pytest.approx(1.0)
    for one in found.shares:
        assert one.share == one.count / 8
        assert (one.low, one.high) == pytest.approx(wilson(one.count, 8), abs=1e-9)


def test_figures_in_a_failed_row_do_not_count() -> None:
    stale = [one | {"status": "crashed"} for one in draws(1.0, 1.0)]
    unsolved = row({"a": 0.9}, 1.0, draw=9) | {"edge_status": "infeasible"}
    found = verdict_shares(table([*stale, unsolved]), "edge", ["a"])
    assert [(one.words, one.count) for one in found.shares] == [("no answer", 3)]


def test_verdicts_over_two_bands_are_listed_between_them() -> None:
    rows = [*draws(0.0, 0.3), row({"a": 0.9}, 0.1, within=0.05, draw=9)]
    found = verdict_shares(table(rows), "edge", ["a"])
    assert [one.words for one in found.shares] == ["adds", "adds to mostly adds", "mostly adds"]


def test_the_order_of_rows_does_not_matter() -> None:
    results = table(draws(*np.linspace(-0.5, 1.5, 40)))
    assert verdict_shares(results, "edge", ["a"]) == verdict_shares(
        shuffled(results), "edge", ["a"]
    )


def test_one_of_two_cases_must_be_chosen() -> None:
    results = table([*draws(1.0, 0.0), row({"a": 0.0}, 0.5, case="tight", draw=0)])
    with pytest.raises(InputError, match="case: still varies"):
        verdict_shares(results, "edge", ["a"])
    assert verdict_shares(results, "edge", ["a"], {"case": "tight"}).draws == 1
    with pytest.raises(InputError, match="a: still varies"):
        verdict_shares(results, "edge", [], {"case": "base"})
