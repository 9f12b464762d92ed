"""A class that accepts all of its demand curve is named: what it would buy beyond is left out."""

from typing import Any

import pytest

import optimizer as op
from optimizer.counterfactual.curve_ends import curve_end_line
from optimizer.counterfactual.results import Displacement, ReboundResult
from optimizer.plan.curve_ends import classes_at_end
from optimizer.report.tables.plan import status_in_words
from optimizer.schema.instance import Instance
from optimizer.studies.result_row import of_displacement, of_plan
from optimizer.verification.intervention_result import check_result
from tests.counterfactual.cases import GAP, one_cloud, two_sites

TENTH = {"energy_factor": 0.1, "hardware_factor": 0.1}


def elastic(elasticity: float, end: float | None, **edits: Any) -> dict[str, Any]:
    return {
        "classes.chat.elasticity": elasticity,
        "classes.chat.reference_price_usd_per_mtok": 1,
        "classes.chat.choke_price_usd_per_mtok": 100,
        "classes.chat.max_demand_multiple": end,
        **edits,
    }


def ten_times_cheaper(elasticity: float, end: float | None) -> ReboundResult:
    """A token takes and costs ten times less, with limits far away."""
    step = {"interventions": [{"id": "lean", "efficiency": TENTH}]}
    instance = one_cloud(1, elastic(elasticity, end, **step))
    found = op.displacement(instance, "lean", gap=GAP, elasticity_range=False)
    assert isinstance(found, ReboundResult)
    return found


def rebound(result: ReboundResult) -> float:
    assert result.rebound is not None
    assert result.rebound.rebound is not None
    return result.rebound.rebound


@pytest.mark.parametrize(
    ("elasticity", "end"),
    [(-0.3, 15.84893), (-0.5, 100), (-1.0, 100), (-1.11, 165.959), (-2.0, 10_000), (-3.0, 10_000)],
)
def test_a_curve_ends_by_default_where_the_price_is_far_below_the_reference(
    elasticity: float, end: float
) -> None:
    (group,) = one_cloud(1, elastic(elasticity, None)).classes
    assert group.end_multiple == pytest.approx(end, rel=1e-5)
    (group,) = one_cloud(1, elastic(elasticity, 2)).classes
    assert group.end_multiple == 2


@pytest.mark.parametrize("elasticity", [-0.3, -1.11])
def test_a_curve_of_its_own_length_gives_the_rebound_of_iso_elastic_demand(
    elasticity: float,
) -> None:
    result = ten_times_cheaper(elasticity, None)
    exact = (10 ** (-elasticity - 1) - 0.1) / 0.9
    assert rebound(result) == pytest.approx(exact, abs=0.01)
    assert result.curve_ends == {}
    assert not any("ends before" in line for line in result.headline.lines)


def test_a_short_curve_hides_rebound_and_the_headline_says_so() -> None:
    result = ten_times_cheaper(-1.11, 3)
    assert rebound(result) == pytest.approx((0.3 - 0.1) / 0.9, abs=1e-3)
    assert result.curve_ends == {"1": ("chat",)}
    last = result.headline.lines[-1]
    assert last.startswith("The demand curve of chat ends before demand does")
    assert "so is rebound, unless a limit holds back" in last
    assert of_displacement(result, "lean")["lean_curve_ends"] == "chat"
    assert check_result(result) == []
    faults = check_result(result.model_copy(update={"curve_ends": {"0": ("chat",)}}))
    assert [fault.where for fault in faults] == ["curve_ends"]


def edged(end: float | None) -> Instance:
    """Racks at the edge pay a twentieth of the price of the cloud."""
    return two_sites(1, 50, elastic(-1.0, end))


def test_nothing_is_proven_of_a_displacement_at_the_end_of_a_curve() -> None:
    result = op.displacement(edged(2), "edge", gap=GAP, elasticity_range=False)
    assert isinstance(result, Displacement)
    assert result.curve_ends == {"1": ("chat",)}
    assert not result.proved
    assert result.verdicts is not None
    assert not any(verdict.proved for _, verdict in result.verdicts.items())
    assert "displacement may be off in either direction" in result.headline.lines[-1]
    assert check_result(result) == []
    faults = check_result(result.model_copy(update={"proved": True}))
    assert "proved" in {fault.where for fault in faults}


def test_the_status_of_a_plan_and_its_row_name_the_class() -> None:
    short, whole = (op.solve(edged(end), gap=GAP, prices=False) for end in (2, None))
    assert classes_at_end(short.instance, short.tables["acceptance"]) == ("chat",)
    assert "The demand curve of chat ends before demand does" in status_in_words(short)
    assert of_plan(short)["curve_ends"] == "chat"
    assert "ends before" not in status_in_words(whole)
    assert of_plan(whole)["curve_ends"] is None
    assert whole.welfare_usd is not None
    assert short.welfare_usd is not None
    assert whole.welfare_usd > short.welfare_usd


def test_both_worlds_at_an_end_leave_the_direction_open() -> None:
    ends = {"0": ("chat",), "1": ("chat", "code")}
    line = curve_end_line(ends, "rebound")
    assert "of chat, code ends before demand does, in both worlds" in line
    assert "rebound may be off in either direction" in line
    assert curve_end_line({}, "rebound") == ""
