"""Whether plans differ beyond their gaps, and where their builds and draw differ."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import optimizer as op
from optimizer.diff.plans import (
    A_BETTER,
    B_BETTER,
    EQUAL,
    NO_PLAN,
    NOT_COMPARABLE,
    UNDETERMINED,
    PlanComparison,
)
from optimizer.report.tables.diff import sentences, tables
from tests.factory import Edits, built_site, changed, one_site
from tests.properties.tiny import tiny_instances

MUST = {"classes.chat.must_serve": True}
COSTLIER = {"zones.Z.energy_price_usd_per_mwh": 60}


@cache
def plan(**edits: Any) -> op.Plan:
    return op.solve(built_site({key.replace("__", "."): value for key, value in edits.items()}))


def costlier() -> op.Plan:
    return op.solve(built_site(COSTLIER), gap=0)


def with_money(welfare: float, bound: float, edits: Edits | None = None) -> op.Plan:
    """A plan with these figures, of an instance with some fields changed."""
    base = plan()
    return replace(
        base,
        instance=changed(base.instance, edits or {}),
        welfare_usd=welfare,
        bound_usd=bound,
        cost_usd=1e6,
    )


def compared(a: op.Plan, b: op.Plan) -> PlanComparison:
    plans = op.compare(a, b).plans
    assert plans is not None
    json.dumps(op.compare(a, b).summary(), allow_nan=False)
    return plans


def text(a: op.Plan, b: op.Plan) -> str:
    return " ".join(sentences(op.compare(a, b)))


def test_a_higher_energy_price_lowers_welfare_by_what_it_costs() -> None:
    """Ten nodes draw 0.1 MW all year: 876 MWh, which cost $8,760 more at 10 $/MWh more."""
    plans = compared(plan(), costlier())
    welfare = plans.figures[0]
    assert welfare.change == pytest.approx(-8760, rel=1e-6)
    assert (plans.low_usd, plans.high_usd) == pytest.approx((-8760, -8760), rel=1e-4)
    assert plans.verdict == A_BETTER
    assert compared(costlier(), plan()).verdict == B_BETTER
    parts = {part.name: part.change for part in plans.parts}
    assert parts["energy"] == pytest.approx(-8760)
    assert parts["hardware"] == 0
    assert not plans.builds
    assert not any(zone.differs for zone in plans.zones)
    assert "The best plan of A has $8,760 more welfare: the difference exceeds" in text(
        plan(), costlier()
    )


def test_a_plan_does_not_differ_from_itself() -> None:
    comparison = op.compare(plan(), plan())
    assert not comparison.differs
    assert comparison.plans is not None
    assert comparison.plans.verdict == EQUAL
    assert "Nothing differs. The plans have equal welfare." in " ".join(sentences(comparison))
    assert tables(comparison) == []


@pytest.mark.parametrize(
    ("a", "b", "verdict", "ends"),
    [
        ((100e6, 101e6), (102e6, 103e6), B_BETTER, (1e6, 3e6)),
        ((102e6, 103e6), (100e6, 101e6), A_BETTER, (-3e6, -1e6)),
        ((100e6, 101e6), (100.5e6, 103e6), UNDETERMINED, (-0.5e6, 3e6)),
        ((100e6, 105e6), (104e6, 104e6), UNDETERMINED, (-1e6, 4e6)),
        ((100e6, 100e6), (100e6, 100e6), EQUAL, (0, 0)),
        ((100e6, 100e6), (100e6 + 0.5, 100e6 + 0.5), EQUAL, (0.5, 0.5)),
        ((100e6, 100e6), (100e6, 100e6 + 10), UNDETERMINED, (0, 10)),
    ],
)
def test_with_two_inputs_the_gaps_decide_which_is_better(
    a: tuple[float, float], b: tuple[float, float], verdict: str, ends: tuple[float, float]
) -> None:
    plans = compared(with_money(*a), with_money(*b, COSTLIER))
    assert not plans.same_input
    assert plans.verdict == verdict
    assert (plans.low_usd, plans.high_usd) == ends


def test_a_difference_within_the_gaps_is_flagged() -> None:
    words = text(with_money(100e6, 101e6), with_money(100.5e6, 103e6, COSTLIER))
    assert (
        "The optimality gaps cannot resolve which has more welfare: the plans found are $500,000"
        " apart, and the gaps leave $3.50 million open. Solve both with a smaller --gap."
    ) in words
    (money,) = [
        table
        for table in tables(
            op.compare(with_money(100e6, 101e6), with_money(100.5e6, 103e6, COSTLIER))
        )
        if table.title.startswith("Plans")
    ]
    assert money.rows[0] == ("welfare", "100.0", "100.5", "+0.5 ~")
    assert "~ within the $3.50 million left open by the two optimality gaps." in money.note


def test_with_one_input_the_plans_themselves_are_compared() -> None:
    plans = compared(with_money(100e6, 105e6), with_money(101e6, 105e6))
    assert (plans.same_input, plans.verdict) == (True, B_BETTER)
    words = text(with_money(101e6, 105e6), with_money(100e6, 105e6))
    assert "Both are plans of the same input; A has $1.00 million more welfare." in words


@pytest.mark.parametrize(
    ("edits", "named"),
    [
        ({"money.dollar_year": 2030}, "money.dollar_year"),
        ({"money.discount_rate": 0.05}, "money.discount_rate"),
        ({"time.years": [2027]}, "time.years"),
        ({"time.last_span_years": 2}, "time.last_span_years"),
    ],
)
def test_dollars_that_are_not_comparable_are_not_subtracted(edits: Edits, named: str) -> None:
    a, b = with_money(100e6, 100e6), with_money(200e6, 200e6, edits)
    plans = compared(a, b)
    assert plans.verdict == NOT_COMPARABLE
    assert [field.path for field in plans.basis] == [named]
    assert plans.low_usd is None
    assert (f"Their dollars are not comparable and are not subtracted: {named} differ.") in text(
        a, b
    )
    (money,) = [table for table in tables(op.compare(a, b)) if table.title.startswith("Plans")]
    assert {row[3] for row in money.rows} <= {"-", ""}


def test_a_missing_plan_leaves_no_welfare_to_compare() -> None:
    none = op.solve(built_site({**MUST, "zones.Z.limit_mw": 0.01}))
    comparison = op.compare(plan(), none)
    assert comparison.plans is not None
    assert comparison.plans.verdict == NO_PLAN
    assert comparison.differs
    assert "No plan was found for B, so there is no welfare to compare." in sentences(comparison)
    both = op.compare(none, none)
    assert not both.differs
    assert "No plan was found for A and B, so" in " ".join(sentences(both))
    json.dumps(comparison.summary(), allow_nan=False)


def test_differing_builds_and_draws_are_listed() -> None:
    """Half the demand needs half of the ten nodes of 10 kW: six of them, in pods of two."""
    less = op.solve(built_site({"workloads.E/chat.demand_gtok_per_h": 1.8}), gap=0)
    plans = compared(plan(), less)
    assert [(build.path, build.what, build.year, build.a, build.b) for build in plans.builds] == [
        ("pools.C/node", "hardware", 2026, 10.0, 6.0)
    ]
    assert (plans.builds[0].a_mw, plans.builds[0].b_mw) == pytest.approx((0.1, 0.06))
    (zone,) = plans.zones
    assert (zone.zone, zone.year) == ("Z", 2026)
    assert zone.a_highest_mw == pytest.approx(0.1)
    assert zone.b_highest_mw == pytest.approx(0.05)
    titles = [table.title for table in tables(op.compare(plan(), less))]
    assert titles[-2:] == [
        "Differences in builds: units commissioned",
        "Differences in modelled load on each zone: MW",
    ]


def test_the_mean_draw_is_over_the_hours_of_the_year() -> None:
    table = pd.DataFrame(
        {
            "zone": "Z",
            "year": 2026,
            "length_h": [6.0, 18.0],
            "days_per_year": 365.0,
            "draw_mw": [4.0, 0.0],
        }
    )
    other = replace(plan(), tables={**plan().tables, "zones": table})
    (zone,) = compared(plan(), other).zones
    assert (zone.b_highest_mw, zone.b_mean_mw) == (4.0, 1.0)


def test_fixed_builds_make_another_program() -> None:
    less = op.solve(built_site({"workloads.E/chat.demand_gtok_per_h": 1.8}), gap=0)
    held = op.solve(built_site(), gap=0, fix_builds_from=less)
    plans = compared(plan(), held)
    assert not plans.same_input
    assert plans.verdict == A_BETTER
    assert "held" in [option.path for option in plans.options]
    words = text(plan(), held)
    assert "Their inputs are identical." in words
    assert "Builds fixed from another plan are treated as given." in words


def test_only_the_input_of_two_kinds_is_compared() -> None:
    comparison = op.compare(plan(), one_site())
    assert comparison.plans is None
    last = "They are of different kinds, so only their inputs are compared."
    assert sentences(comparison)[-1] == last


@settings(max_examples=8)
@given(tiny_instances(), tiny_instances(), st.sampled_from([0.5, 0.05]))
def test_the_verdict_on_rough_plans_holds_for_exact_ones(
    a: op.Instance, b: op.Instance, gap: float
) -> None:
    a, b = (changed(instance, {"time.years": [2026]}) for instance in (a, b))
    rough = compared(op.solve(a, gap=gap), op.solve(b, gap=gap))
    exact = op.solve(a, gap=0), op.solve(b, gap=0)
    assume(rough.low_usd is not None and rough.high_usd is not None)
    assert exact[0].welfare_usd is not None
    assert exact[1].welfare_usd is not None
    change = exact[1].welfare_usd - exact[0].welfare_usd
    slack = 1e-6 * max(abs(exact[0].cost_usd or 0), abs(exact[1].cost_usd or 0), 1.0)
    assert rough.low_usd - slack <= change <= rough.high_usd + slack
    if rough.verdict == B_BETTER and not rough.same_input:
        assert change > -slack
    if rough.verdict == A_BETTER and not rough.same_input:
        assert change < slack
