"""Work that must be served and that only the intervention reaches: all of it is additional."""

from pathlib import Path

import pytest

import optimizer as op
from optimizer.counterfactual.saved import load_displacement
from optimizer.report.page.displacement_page import displacement_page
from optimizer.schema.instance import Instance
from tests.counterfactual.cases import GAP, GTOK_A_YEAR, QUICK, RACK, two_sites, unlocked, whole
from tests.factory import Edits, changed

FAR = {"links": [{"region": "E", "site": "C", "rtt_ms": 100}]}
FAST = {"slo_ms": 150, "choke_price_usd_per_mtok": 20, "must_serve": True}
YEARS = {"time.years": [2026, 2027, 2028]}
NEARBY = {
    "sites.N": {"kind": "cloud", "region": "E", "zone": "Z", "available_from": 2027},
    "pools.N/node": {"existing_units": 100 * RACK},
}
"""A cloud in time from 2027."""


def alone(edits: Edits | None = None) -> Instance:
    """3 Gtok/h that must be served, and that the cloud is too far away for."""
    own = {f"classes.chat.{field}": value for field, value in FAST.items()}
    return two_sites(3, 4, FAR | own | dict(edits or {}))


def no_cloud() -> Instance:
    """The same without any site but the intervention's."""
    return changed(alone({"links": []}), {"sites.C": None, "pools.C/node": None})


def new_model() -> Instance:
    """The intervention is the only model."""
    own = {"interventions": [{"id": "edge", "models": ["m"]}], "classes.chat.must_serve": True}
    return two_sites(3, 4, own)


@pytest.mark.parametrize(
    ("instance", "new"),
    [
        (alone(), 3),
        (alone({"classes.also": FAST, "workloads.E/also": {"demand_gtok_per_h": 1}}), 4),
        (alone(YEARS), 3 * 3),
        (whole(alone()), 3),
        (no_cloud(), 3),
        (new_model(), 3),
        (unlocked({"classes.fast.must_serve": True}), 2),
        (
            unlocked(
                {
                    "classes.fast.must_serve": True,
                    "classes.chat.elasticity": -0.5,
                    "classes.chat.reference_price_usd_per_mtok": 1,
                }
            ),
            2,
        ),
    ],
    ids=[
        "alone",
        "two classes",
        "three years",
        "to be built",
        "no other site",
        "no other model",
        "beside other work",
        "beside elastic work",
    ],
)
def test_all_of_it_is_unlocked(instance: Instance, new: float) -> None:
    result = op.displacement(instance, gap=GAP, proof=False, elasticity_range=False)
    assert result.status == "solved"
    # Elastic demand of other classes is known to within the gap.
    assert result.tokens.displacement == pytest.approx(0, abs=1e-3)
    assert result.energy.displacement == pytest.approx(0, abs=1e-3)
    assert result.verdict.words == "adds"
    assert [year.words for year in result.by_year] == ["adds"] * len(result.by_year)
    causes = result.attribution.tokens
    assert causes.unlocked == pytest.approx(new * GTOK_A_YEAR, rel=1e-3)
    assert causes.total == pytest.approx(causes.unlocked, rel=1e-3)


@pytest.mark.parametrize(
    "instance", [alone(), no_cloud(), new_model()], ids=["work", "site", "model"]
)
def test_a_world_without_any_work_is_saved_and_verified(instance: Instance, tmp_path: Path) -> None:
    result = op.displacement(instance, gap=GAP, **QUICK)
    result.save(tmp_path)
    assert load_displacement(tmp_path).summary() == result.summary()  # it verifies
    assert result.plans["0"].welfare_usd == 0


def test_its_page_says_that_it_adds() -> None:
    page = displacement_page(op.displacement(alone(), gap=GAP, **QUICK))
    assert "All of the work that edge carries is new" in page
    assert "energy D = 0.00, adds" in page


def test_from_the_year_in_which_the_rest_reaches_it_work_is_displaced() -> None:
    result = op.displacement(alone(YEARS | NEARBY), gap=GAP, proof=False)
    assert [year.words for year in result.by_year] == ["adds", "substitutes", "substitutes"]
    assert result.tokens.displacement == pytest.approx(2 / 3)
    assert result.attribution.tokens.unlocked == pytest.approx(3 * GTOK_A_YEAR)
    assert result.attribution.tokens.total == pytest.approx(3 * GTOK_A_YEAR)
    for plan in result.plans.values():
        assert op.verify(plan.instance, plan) == []
