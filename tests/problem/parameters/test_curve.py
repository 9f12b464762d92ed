"""The demand curve, its tangents, and acceptance at a constant cost."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.integrate import quad

import optimizer as op
from optimizer.problem.horizon import resolve_time
from optimizer.problem.parameters.case import compile_case
from optimizer.problem.parameters.curve import (
    curve_value,
    demand_curves,
    edges_between,
    geometric_points,
    tangent_values,
)
from optimizer.problem.parameters.demand import DemandSide
from optimizer.schema.instance import Instance
from tests.factory import one_site

ELASTICITIES = (-0.3, -0.5, -1.0, -1.5, -3.0)


def elastic(elasticity: float, edits: dict[str, object] | None = None) -> Instance:
    group = {
        "classes.chat.elasticity": elasticity,
        "classes.chat.reference_price_usd_per_mtok": 2,
        "classes.chat.choke_price_usd_per_mtok": 30,
        "classes.chat.markup": 1.5,
        "classes.chat.max_demand_multiple": 3,
    }
    return one_site(group | (edits or {}))


def area_under(elasticity: float, quantity: float) -> float:
    """Area under the curve of `elastic` up to a quantity, $/Mtok times multiples of D."""
    core = 15.0**elasticity
    falling, _ = quad(lambda q: 2 * q ** (1 / elasticity), core, max(quantity, core))
    return 30 * min(quantity, core) + falling


def stepped(demand: DemandSide, quantity: float) -> float:
    """Value of the steps up to a quantity, k$/Gtok times multiples of D."""
    filled = np.clip(quantity - demand.edges[0, 0, :-1], 0, demand.width[0, 0])
    return float(demand.value[0, 0] @ filled)


@pytest.mark.parametrize("elasticity", ELASTICITIES)
def test_the_value_of_the_curve_is_the_area_under_it(elasticity: float) -> None:
    curves = compile_case(elastic(elasticity)).demand.curves
    for quantity in (0.0, 0.01, 0.5, 1.0, 2.7):
        value = curve_value(curves, np.array([[quantity]])).item()
        assert value == pytest.approx(area_under(elasticity, quantity) / 1.5, rel=1e-6)


@pytest.mark.parametrize("elasticity", [-0.01, *ELASTICITIES])
def test_tangents_lie_above_the_curve_and_touch_it(elasticity: float) -> None:
    demand = compile_case(elastic(elasticity)).demand
    edges, values, points = demand.edges[0, 0], demand.value[0, 0], demand.points[0, 0]
    assert len(values) == 12
    assert edges[0] == 0
    assert edges[-1] == points[-1]
    assert points[0] == pytest.approx((30 / 2) ** elasticity)
    assert values[0] == pytest.approx(30 / 1.5)
    assert (np.diff(values) < 0).all()
    assert (np.diff(edges) > 0).all()
    on_curve = [curve_value(demand.curves, np.array([[q]])).item() for q in points]
    assert [stepped(demand, q) for q in points] == pytest.approx(on_curve, rel=1e-12)
    for quantity in np.linspace(0, edges[-1], 40):
        exact = curve_value(demand.curves, np.array([[quantity]])).item()
        assert stepped(demand, quantity) >= exact * (1 - 1e-12)


@pytest.mark.parametrize("elasticity", [-0.001, -0.01, -0.1])
def test_a_curve_ends_where_a_token_is_as_good_as_free(elasticity: float) -> None:
    demand = compile_case(elastic(elasticity)).demand
    assert demand.edges[0, 0, -1] == pytest.approx(min(3, 1e-4**elasticity))
    assert demand.value[0, 0].min() == pytest.approx(2e-4 / 1.5)
    plan = op.solve(elastic(elasticity), gap=0)
    assert op.verify(plan.instance, plan) == []


def test_inelastic_demand_is_one_step_at_the_choke_price() -> None:
    demand = compile_case(elastic(0)).demand
    assert demand.edges[0, 0].tolist() == [0, *[1] * 12]
    assert demand.value[0, 0].tolist() == [20, *[0] * 11]
    assert demand.excess(np.array([[[0.7, *[0] * 11]]])).tolist() == [[0]]


def test_demand_that_must_be_served_is_one_step() -> None:
    plan = op.solve(elastic(0, {"classes.chat.must_serve": True}))
    assert plan.tables["demand"]["served_gtok_per_h"].item() == pytest.approx(3.6)


def test_what_tangents_leave_open_falls_with_the_square_of_their_number() -> None:
    excess = []
    for steps in (50, 100, 200):
        demand = compile_case(elastic(-0.7, {"classes.chat.demand_steps": steps})).demand
        assert (demand.width > 0).sum() == steps
        crossing = demand.edges[0, 0, 2 * steps // 3]
        exact = curve_value(demand.curves, np.array([[crossing]])).item()
        excess.append(stepped(demand, crossing) - exact)
    assert excess[0] / excess[1] == pytest.approx(4, rel=0.1)
    assert excess[1] / excess[2] == pytest.approx(4, rel=0.1)


def test_a_class_with_fewer_tangents_has_empty_steps() -> None:
    classes = [
        {
            "id": "chat",
            "slo_ms": 1000,
            "choke_price_usd_per_mtok": 20,
            "elasticity": -1,
            "reference_price_usd_per_mtok": 1,
            "demand_steps": steps,
        }
        | ({"id": "other"} if steps == 3 else {})
        for steps in (7, 3)
    ]
    instance = one_site({"classes": classes, "workloads.E/other": {"demand_gtok_per_h": 1}})
    demand = compile_case(instance).demand
    assert (demand.width > 0).sum(axis=2).tolist() == [[7], [3]]
    plan = op.solve(instance)
    assert op.verify(instance, plan) == []


def test_the_curve_follows_the_reference_price_by_year() -> None:
    edits = {
        "time": {"years": [2026, 2028, 2030], "days": 1, "hours_per_step": 24},
        "classes.chat.reference_price_usd_per_mtok": {2026: 2, 2030: 1},
    }
    instance = elastic(-0.5, edits)
    horizon = resolve_time(instance)
    curves = demand_curves(instance, horizon)
    assert curves.reference[0].tolist() == [2, 1.5, 1]
    points = geometric_points(curves, [12])
    assert points[0, :, 0] == pytest.approx(np.sqrt(np.array([2, 1.5, 1]) / 30))
    values = tangent_values(curves, points, edges_between(curves, points))
    assert values[0, :, 3] == pytest.approx(np.array([2, 1.5, 1]) / points[0, :, 3] ** 2 / 1.5)


@pytest.mark.parametrize("elasticity", ELASTICITIES)
def test_demand_responds_to_cost_times_markup(elasticity: float) -> None:
    # 1.2 $/Mtok to serve, sold at 1.8 $/Mtok against a reference of 2: (1.8 / 2)**elasticity.
    edits = {
        "sites.C.serving_cost_usd_per_mtok": 1.2,
        "zones.Z.energy_price_usd_per_mwh": 0,
        "pools.C/node.existing_units": 1000,
    }
    instance = elastic(elasticity, edits)
    plan = op.solve(instance, gap=0)
    taken = plan.tables["acceptance"]["accepted_multiple"].sum()
    asked = 0.9**elasticity
    assert taken == pytest.approx(asked, rel=2e-4)
    assert asked == pytest.approx(
        demand_curves(instance, resolve_time(instance)).quantity(np.array([[1.2]])).item()
    )


@pytest.mark.parametrize(("cost", "taken"), [(19.0, (28.5 / 2) ** -0.5), (21.0, 0.0), (0.1, 3.0)])
def test_the_curve_is_cut_at_the_choke_price_and_at_its_end(cost: float, taken: float) -> None:
    edits = {
        "sites.C.serving_cost_usd_per_mtok": cost,
        "zones.Z.energy_price_usd_per_mwh": 0,
        "pools.C/node.existing_units": 1000,
    }
    plan = op.solve(elastic(-0.5, edits), gap=0)
    served = plan.tables["demand"]["served_gtok_per_h"].item()
    assert served == pytest.approx(3.6 * taken, abs=1e-3)


def test_a_curve_filled_to_its_end_raises_a_warning() -> None:
    plenty = {
        "sites.C.serving_cost_usd_per_mtok": 0.01,
        "pools.C/node.existing_units": 1000,
    }
    assert any(
        "filled to its end for chat" in w for w in op.solve(elastic(-0.5, plenty)).run.warnings
    )
    assert op.solve(elastic(-0.5)).run.warnings == ()


def added(elasticity: float, amount: object, edits: dict[str, object] | None = None) -> Instance:
    markup = {"markup": 1, "markup_kind": "additive", "markup_usd_per_mtok": amount}
    return elastic(elasticity, {"classes.chat": markup} | (edits or {}))


@pytest.mark.parametrize("elasticity", ELASTICITIES)
@pytest.mark.parametrize("amount", [-0.5, 0.6, 1.9])
def test_an_additive_markup_is_subtracted_from_values(elasticity: float, amount: float) -> None:
    demand = compile_case(added(elasticity, amount)).demand
    points, values = demand.points[0, 0], demand.value[0, 0]
    paid = np.minimum(2 * points ** (1 / elasticity), 30)
    assert values == pytest.approx(paid - amount, rel=1e-9, abs=1e-9)
    value = curve_value(demand.curves, np.array([[2.0]])).item()
    assert value == pytest.approx(area_under(elasticity, 2.0) - 2 * amount, rel=1e-6)
    assert (np.diff(values) < 0).all()
    assert demand.shed_cost.item() == pytest.approx(max(30, 30 - amount))


@pytest.mark.parametrize("elasticity", ELASTICITIES)
@pytest.mark.parametrize(("cost", "amount"), [(1.2, 0.6), (0.3, 1.5), (2.3, -0.5)])
def test_people_pay_cost_plus_an_additive_markup(
    elasticity: float, cost: float, amount: float
) -> None:
    # Sold at 1.8 $/Mtok against a reference of 2, as at 1.2 times 1.5.
    edits = {
        "sites.C.serving_cost_usd_per_mtok": cost,
        "zones.Z.energy_price_usd_per_mwh": 0,
        "pools.C/node.existing_units": 1000,
    }
    instance = added(elasticity, amount, edits)
    plan = op.solve(instance, gap=0)
    taken = plan.tables["acceptance"]["accepted_multiple"].sum()
    assert taken == pytest.approx(0.9**elasticity, rel=2e-4)
    asked = demand_curves(instance, resolve_time(instance)).quantity(np.array([[cost]]))
    assert asked.item() == pytest.approx(0.9**elasticity)


@pytest.mark.parametrize(("energy_price", "cost"), [(0, 0.0), (-1000, -0.08 / 3.6)])
def test_people_pay_less_than_an_additive_markup_only_if_serving_earns(
    energy_price: float, cost: float
) -> None:
    """D is demanded at 2 $/Mtok; at cost plus 3.5, people pay more and demand less."""
    edits = {
        "pools.C/node.existing_units": 1000,
        "zones.Z.energy_price_usd_per_mwh": energy_price,
    }
    plan = op.solve(added(-1.0, 3.5, edits), gap=0)
    accepted = plan.tables["acceptance"]
    assert accepted["accepted_multiple"].sum() == pytest.approx(2 / (3.5 + cost), rel=1e-4)
    assert accepted["value_usd_per_mtok"].min() < -2


def test_a_markup_per_query_is_kept_when_answers_grow() -> None:
    longer = {"classes.chat.tokens_per_query": 4, "classes.chat.tokens_per_query_enters": "demand"}
    short, long = (compile_case(added(-0.5, 0.8, edits)).demand for edits in ({}, longer))
    assert long.value == pytest.approx(short.value / 4)
    assert long.shed_cost == pytest.approx(short.shed_cost / 4)


def test_an_additive_markup_may_change_by_year() -> None:
    time = {"years": [2026, 2028, 2030], "days": 1, "hours_per_step": 24}
    demand = compile_case(added(-0.5, {2026: 1, 2030: 0.2}, {"time": time})).demand
    assert demand.value[0, :, 0] == pytest.approx([29, 29.4, 29.8])


def test_plans_with_either_markup_verify_and_a_changed_markup_does_not() -> None:
    plan = op.solve(added(-0.5, 0.6), gap=1e-9)
    assert op.verify(plan.instance, plan) == []
    other = added(-0.5, 0.7)
    assert op.verify(other, replace(plan, instance=other)) != []


@pytest.mark.parametrize("amount", [-0.5, 0.6])
def test_shedding_never_pays(amount: float) -> None:
    """No arc exists, so accepted work would be shed: none is accepted."""
    plan = op.solve(added(-0.5, amount, {"classes.chat.slo_ms": 1}))
    assert plan.tables["acceptance"]["accepted_multiple"].sum() == 0


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (
            {"markup_usd_per_mtok": 0.5},
            "markup_usd_per_mtok (0.5) applies to markup_kind additive; with multiplicative,"
            " give markup",
        ),
        (
            {"markup_kind": "additive", "markup": 2},
            "markup (2) applies to markup_kind multiplicative; with additive, give"
            " markup_usd_per_mtok and leave markup at 1",
        ),
        (
            {"markup_kind": "additive", "markup_usd_per_mtok": {2026: 1, 2030: 20}},
            "markup_usd_per_mtok (20) must be below choke_price_usd_per_mtok (20), or there is no"
            " demand at any cost",
        ),
    ],
)
def test_a_markup_of_the_other_kind_is_rejected(edits: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        one_site({"classes.chat": edits})
    assert caught.value.errors()[0]["msg"] == f"Value error, {message}"
