"""The words of the verdict at every boundary, and without a displacement."""

import math

import pytest

from optimizer.counterfactual.verdict import BANDS, NOT_USED, UNDETERMINED, Verdict, judge
from tests.counterfactual.cases import RACK, ask, two_sites

NAMES = [name for _, name in BANDS]


@pytest.mark.parametrize(
    ("displacement", "words"),
    [
        (-5, "amplifies"),
        (-0.101, "amplifies"),
        (-0.1, "adds"),
        (0, "adds"),
        (0.1, "adds"),
        (0.101, "mostly adds"),
        (0.4, "mostly adds"),
        (0.401, "mixed"),
        (0.6, "mixed"),
        (0.601, "mostly substitutes"),
        (0.9, "mostly substitutes"),
        (0.901, "substitutes"),
        (1, "substitutes"),
        (1.1, "substitutes"),
        (1.101, "over-displaces"),
        (50, "over-displaces"),
    ],
)
def test_every_band_has_its_words_up_to_its_ends(displacement: float, words: str) -> None:
    assert judge(displacement, displacement, displacement) == words


@pytest.mark.parametrize("boundary", [-0.1, 0.1, 0.4, 0.6, 0.9, 1.1])
def test_numerical_noise_at_a_boundary_does_not_decide(boundary: float) -> None:
    exact = judge(boundary, boundary, boundary)
    for dust in (-1e-12, 1e-12):
        assert judge(boundary + dust, boundary + dust, boundary + dust) == exact


@pytest.mark.parametrize("boundary", [upper for upper, _ in BANDS[:-1]])
def test_an_interval_across_a_boundary_names_both_bands(boundary: float) -> None:
    position = [upper for upper, _ in BANDS].index(boundary)
    words = f"{NAMES[position]} to {NAMES[position + 1]}"
    assert judge(boundary - 0.05, boundary - 0.05, boundary + 0.05) == words
    assert judge(boundary + 0.05, boundary - 0.05, boundary + 0.05) == words


@pytest.mark.parametrize(
    ("low", "high"), [(0.05, 0.5), (-0.2, 0.2), (0.5, 0.95), (0.85, 1.2), (-9, 9)]
)
def test_an_interval_across_more_bands_is_undetermined(low: float, high: float) -> None:
    assert judge((low + high) / 2, low, high) == UNDETERMINED


def test_a_figure_outside_its_interval_widens_it() -> None:
    assert judge(0.35, 0.45, 0.5) == "mostly adds to mixed"
    assert judge(0.65, 0.45, 0.5) == "mixed to mostly substitutes"
    assert judge(0.95, 0.45, 0.5) == UNDETERMINED


def test_without_a_displacement_the_intervention_is_not_used() -> None:
    assert judge(None, 0.5, 0.5) == NOT_USED
    for low, high in ((math.nan, 0.5), (0.5, math.nan), (-math.inf, math.inf)):
        assert judge(0.5, low, high) == UNDETERMINED


def test_a_verdict_names_forcing_and_proof_after_its_words() -> None:
    assert str(Verdict("adds")) == "adds"
    assert str(Verdict("adds", ("Z", "Y"))) == "adds (forced by the limit)"
    assert Verdict("adds", ("Z", "Y")).words == "adds"


@pytest.mark.parametrize(("share", "in_use"), [(0.0009, False), (0.0011, True)])
def test_less_than_a_thousandth_of_tokens_is_not_used(share: float, in_use: bool) -> None:
    """X can serve that share of 10 Gtok/h, and is cheaper."""
    result = ask(two_sites(10, 0, {"pools.X/box.existing_units": share * 10 * RACK}))
    assert result.tokens.intervention / 87600 == pytest.approx(share)
    for measure in (result.tokens, result.energy, result.peak, result.draw):
        assert (measure.displacement is not None) == in_use
        assert (measure.additionality is not None) == in_use
    assert (result.verdict.words == "not used") != in_use
    assert (result.by_year[0].verdict.words == "not used") != in_use
    assert (result.interval.low is not None) == (result.interval.high is not None) == in_use


def test_an_intervention_that_costs_too_much_is_not_used() -> None:
    result = ask(two_sites(10, 2, {"zones.Y.energy_price_usd_per_mwh": 5000}))
    assert result.tokens.intervention == 0
    assert result.verdict.words == "not used"
    assert result.summary()["energy"]["displacement"] is None
    assert result.summary()["interval"] == {"low": None, "high": None}


def test_a_year_without_use_leaves_the_verdict_of_the_others() -> None:
    result = ask(
        two_sites(
            10,
            2,
            {
                "time": {"years": [2026, 2027], "days": 1, "hours_per_step": 24},
                "sites.X.available_from": 2027,
            },
        )
    )
    first, last = result.by_year
    assert first.verdict.words == "not used"
    assert first.energy.displacement is None
    assert (first.interval.low, first.interval.high) == (None, None)
    assert last.verdict.words == result.verdict.words == "substitutes"
    assert result.energy.displacement == pytest.approx(1)
