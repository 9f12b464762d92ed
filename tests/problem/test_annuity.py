import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.problem.annuity import capital_recovery_factor


def test_factors_equal_published_values() -> None:
    assert capital_recovery_factor(0.1, 1) == pytest.approx(1.1)
    assert capital_recovery_factor(0.07, 20) == pytest.approx(0.0943929)
    assert capital_recovery_factor(0, 8) == 0.125


@given(st.just(0.0) | st.floats(1e-6, 1), st.integers(1, 100))
def test_payments_repay_the_overnight_cost(rate: float, life: int) -> None:
    payment = capital_recovery_factor(rate, life)
    repaid = sum(payment / (1 + rate) ** year for year in range(1, life + 1))
    assert repaid == pytest.approx(1, rel=1e-6)
