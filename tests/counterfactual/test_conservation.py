"""What must hold of the worlds of every instance, whatever the intervention."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.counterfactual import linear_measure, measures, worlds
from optimizer.counterfactual.scenarios import Comparison
from optimizer.schema.instance import Instance
from optimizer.solvers.milp import Program
from tests.counterfactual.compared import INTERVENTIONS, OWN, Tables, compared
from tests.factory import changed, every_kind
from tests.properties.tiny import tiny_instances

GAP = 1e-7
SOME = settings(max_examples=15)


any_comparison = given(tiny_instances(), st.sampled_from(INTERVENTIONS))


def solved(instance: Instance, intervention: str) -> Comparison:
    return compared(changed(instance, OWN), intervention, GAP)


def near(wanted: object, scale: float = 1.0) -> object:
    return pytest.approx(wanted, rel=1e-6, abs=1e-6 * max(scale, 1.0))


@SOME
@any_comparison
def test_worlds_conserve_what_they_count(instance: Instance, intervention: str) -> None:
    check_conservation(solved(instance, intervention))


@pytest.mark.parametrize("intervention", ["edge", "offgrid"])
def test_worlds_with_every_kind_of_site_conserve_what_they_count(intervention: str) -> None:
    found = compared(every_kind(), intervention, 1e-3)
    check_conservation(found)
    check_order(found, 1e-3)


def check_conservation(found: Comparison) -> None:
    assert found.complete
    case, layout, scope = found.case, found.layout, found.scope
    tables = {name: Tables(found, name) for name in worlds.MEANING}
    split = linear_measure.tokens(case, layout, scope)
    for name, told in tables.items():
        new, rest = told.tokens()
        x = found.point(name)
        # The decoded placement leaves out flows below a billionth.
        assert split.intervention.by_year(x) == near(new, 1.0)
        assert split.rest.by_year(x) == near(rest, 1.0)
        assert told.served() == near(new + rest, 1.0)
    for name in (worlds.WITHOUT, worlds.UNLIMITED):
        assert np.abs(split.intervention.by_year(found.point(name))).max() == near(0)

    kept = tables[worlds.FROZEN].demand["served_gtok_per_h"].to_numpy()
    assert kept == near(tables[worlds.WITHOUT].demand["served_gtok_per_h"].to_numpy())

    with_it, without = tables[worlds.WITH], tables[worlds.WITHOUT]
    for quantity, by_table in (
        (linear_measure.energy, Tables.energy),
        (linear_measure.draw, Tables.draw),
    ):
        answer = measures.series(found, quantity(case, layout, scope))
        change = by_table(with_it) - by_table(without)
        for one, moved in zip(answer.by_year, change, strict=True):
            assert one.rest_with + one.intervention - one.rest_without == near(
                moved, one.rest_without
            )
            if one.displacement is not None:
                assert one.additionality == near(1 - one.displacement)
                assert (1 - one.displacement) * one.intervention == near(moved, one.rest_without)

    mwh, _ = measures.zone_changes(found)
    by_zone = with_it.zone_draw() - without.zone_draw()
    for z, zone in enumerate(case.instance.zones):
        for y, year in enumerate(case.horizon.years):
            assert mwh[z, y] == near(by_zone[zone.id, year])
    assert mwh.sum(axis=0) == near(with_it.draw() - without.draw())

    peak = measures.peak_series(found)
    highest = measures.change_of_maximum_mw(found)
    for y, (year, one) in enumerate(zip(case.horizon.years, peak.by_year, strict=True)):
        before, after = without.loads(year), with_it.loads(year)
        assert one.rest_without == near(before.max())
        at_highest = after[before >= before.max() - 1e-9]
        assert np.abs(at_highest - one.rest_with - one.intervention).min() == near(0)
        assert highest[y] == near(after.max() - before.max())


@SOME
@any_comparison
def test_more_freedom_is_worth_more(instance: Instance, intervention: str) -> None:
    # A campus that may stay shut: one that stands costs something in the worlds that have it.
    check_order(solved(changed(instance, {"sites.O.existing": False}), intervention), GAP)


def check_order(found: Comparison, gap: float) -> None:
    """What one world may do, the other may too; each is within its gap of its best."""
    welfare = {name: program.value(found.point(name)) for name, program in found.programs.items()}
    cost = {
        name: program.system_cost.value(found.point(name))
        for name, program in found.programs.items()
    }
    for less, more in (
        (worlds.FROZEN, worlds.WITH),
        (worlds.WITHOUT, worlds.WITH),
        (worlds.WITHOUT, worlds.FROZEN),
        (worlds.WITHOUT, worlds.UNLIMITED),
    ):
        slack = gap * abs(cost[more]) + 1e-7 * abs(welfare[more]) + 1e-6
        assert welfare[less] <= welfare[more] + slack, f"W({less}) above W({more})"
    for name, outcome in found.outcomes.items():
        check_feasible(found.programs[name], found.point(name))
        assert found.programs[name].gap(found.point(name), outcome.bound) <= gap
        assert outcome.bound >= welfare[name] - 1e-6 * abs(welfare[name]) - 1e-6


@SOME
@any_comparison
def test_every_world_shares_the_demand_steps(instance: Instance, intervention: str) -> None:
    """What is worth something in one world is worth as much in the others."""
    found = solved(instance, intervention)
    one = found.programs[worlds.WITH]
    for name, other in found.programs.items():
        assert np.array_equal(other.objective, one.objective), name


def check_feasible(program: Program, x: np.ndarray) -> None:
    """A world's point is one of its own program: bounds, rows and whole numbers."""
    activity = program.matrix @ x
    for value, lower, upper in (
        (x, program.lower, program.upper),
        (activity, program.row_lower, program.row_upper),
    ):
        near_enough = 1e-6 * np.maximum(np.abs(value), 1.0)
        assert (value >= lower - near_enough).all()
        assert (value <= upper + near_enough).all()
    whole = x[program.integer]
    assert np.abs(whole - np.round(whole)).max(initial=0.0) <= 1e-6
