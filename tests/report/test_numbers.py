"""Numbers as text never claim more, or less, than they say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.report.numbers import (
    NONE,
    Unit,
    decimals,
    energy,
    energy_unit,
    money,
    money_unit,
    number,
    percent,
    plain,
    token_unit,
)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567.0, 0, "1,234,567"),
        (-1234.5, 1, "-1,234.5"),
        (0.0, 2, "0"),
        (-0.0, 2, "0"),
        (1e-9, 2, "0"),
        (0.004, 2, "<0.01"),
        (-0.004, 2, ">-0.01"),
        (0.4, 0, "<1"),
        (None, 2, NONE),
        (math.nan, 2, NONE),
        (math.inf, 2, NONE),
    ],
)
def test_number(value: float | None, places: int, text: str) -> None:
    assert number(value, places) == text


@given(st.floats(1e-3, 1e9), st.integers(0, 3))
def test_what_is_not_zero_is_not_shown_as_zero(value: float, places: int) -> None:
    text = number(value, places).replace(",", "")
    if text.startswith("<"):
        assert value < float(text[1:])
    else:
        assert float(text) > 0
        assert float(text) == pytest.approx(value, abs=0.51 * 10**-places)


@given(st.floats(1e-3, 1e9), st.integers(1, 4))
def test_decimals_show_enough_figures(largest: float, figures: int) -> None:
    text = f"{largest:.{decimals([largest, largest / 3], figures)}f}"
    assert len(text.replace(".", "").lstrip("0")) >= figures


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0, "$0"),
        (12.345, "$12.3"),
        (9_000, "$9,000"),
        (12_000, "$12,000"),
        (10_936_000, "$10.9 million"),
        (373_353_400_000, "$373 billion"),
        (2.448e12, "$2,448 billion"),
    ],
)
def test_money(dollars: float, text: str) -> None:
    assert money(dollars) == text


def test_money_with_more_figures() -> None:
    assert money(102_195_844_871, 7) == "$102.1958 billion"


def test_units_suit_the_largest() -> None:
    assert money_unit([3.0, -2e6]) == Unit("$ million", 1e6, 3)
    assert money_unit([]) == Unit("$")
    assert token_unit([1.0, 2e6]) == Unit("Ptok", 1e6, 2)
    assert token_unit([999.0]) == Unit("Gtok", 1.0, 0)
    assert token_unit([1000.0]) == Unit("Ttok", 1e3, 2)
    assert token_unit([0.0]) == Unit("Gtok")
    assert energy_unit([42_782_997.0]) == Unit("TWh", 1e6, 1)
    assert energy_unit([9_999.0]) == Unit("MWh")
    assert energy_unit([1e5, math.nan], fine=[1234.0]) == Unit("GWh", 1e3, 2)


def test_amounts_carry_their_unit() -> None:
    assert energy(42_782_997.0) == "42.8 TWh"
    assert Unit("$ million", 1e6, 1).dollars(-2_340_000.0) == "-$2.3 million"
    assert Unit("$").dollars(0.0) == "$0"
    assert Unit("MW", 1.0, 1).signed(3.0) == "+3.0"
    assert Unit("MW", 1.0, 1).signed(-0.01) == ">-0.1"
    assert Unit("MW").text(None) == NONE


@pytest.mark.parametrize(
    ("value", "text"),
    [(5e6, "5 million"), (-2.5e9, "-2.5 billion"), (123_456.0, "123,456"), (0.05, "0.05")],
)
def test_large_numbers_have_no_exponent(value: float, text: str) -> None:
    assert plain(value) == text


def test_percent() -> None:
    assert percent(0.1234) == "12.3%"
    assert percent(0.0001) == "<0.1%"
    assert percent(None) == NONE
