"""Properties of the worlds of every instance, whatever the intervention."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.counterfactual import linear_measure, measures, quantities, worlds
from optimizer.counterfactual.factors import factors
from optimizer.counterfactual.scenarios import SolvedScenarios
from optimizer.counterfactual.stress import find_stress
from optimizer.schema.instance import Instance
from optimizer.solvers.milp import Program
from tests.counterfactual.compared import INTERVENTIONS, OWN, Tables, compared
from tests.factory import changed, every_kind
from tests.properties.tiny import tiny_instances

GAP = 1e-7
SOME = settings(max_examples=15)


any_scenarios = given(tiny_instances(), st.sampled_from(INTERVENTIONS))


def solved(instance: Instance, intervention: str) -> SolvedScenarios:
    return compared(changed(instance, OWN), intervention, GAP)


def near(wanted: object, scale: float = 1.0) -> object:
    return pytest.approx(wanted, rel=1e-6, abs=1e-6 * max(scale, 1.0))


@SOME
@any_scenarios
def test_measures_agree_with_the_worlds_tables(instance: Instance, intervention: str) -> None:
    check_against_tables(solved(instance, intervention))


@pytest.mark.parametrize("intervention", ["edge", "offgrid"])
def test_measures_agree_with_the_tables_of_every_kind_of_site(intervention: str) -> None:
    scenarios = compared(every_kind(), intervention, 1e-3)
    check_against_tables(scenarios)
    check_order(scenarios, 1e-3)


def check_against_tables(scenarios: SolvedScenarios) -> None:
    assert scenarios.complete
    case = scenarios.case
    tables = {name: Tables(scenarios, name) for name in worlds.NAMES}
    split = scenarios.split(linear_measure.tokens)
    for name, world in tables.items():
        new, rest = world.tokens()
        x = scenarios.point(name)
        # The decoded placement omits flows below a billionth.
        assert split.intervention.by_year(x) == near(new, 1.0)
        assert split.rest.by_year(x) == near(rest, 1.0)
        assert world.served() == near(new + rest, 1.0)
    for name in (worlds.BASELINE, worlds.UNCONSTRAINED_GRID):
        assert np.abs(split.intervention.by_year(scenarios.point(name))).max() == near(0)

    kept = tables[worlds.FIXED_SERVICE].demand["served_gtok_per_h"].to_numpy()
    assert kept == near(tables[worlds.BASELINE].demand["served_gtok_per_h"].to_numpy())

    with_it, without = tables[worlds.WITH_INTERVENTION], tables[worlds.BASELINE]
    for split, by_table in (
        (scenarios.split(linear_measure.energy), Tables.energy),
        (quantities.grid_draw(scenarios), Tables.draw),
    ):
        measured = measures.series(scenarios, split)
        change = by_table(with_it) - by_table(without)
        for year, moved in zip(measured.by_year, change, strict=True):
            expected = near(moved, year.rest_without)
            assert year.rest_with + year.intervention - year.rest_without == expected
            if year.displacement is not None:
                assert year.additionality == near(1 - year.displacement)
                assert (1 - year.displacement) * year.intervention == expected

    mwh, _ = measures.zone_changes(scenarios)
    by_zone = with_it.zone_draw() - without.zone_draw()
    for z, zone in enumerate(case.instance.zones):
        for y, year in enumerate(case.horizon.years):
            assert mwh[z, y] == near(by_zone[zone.id, year])
    assert mwh.sum(axis=0) == near(with_it.draw() - without.draw())

    stress = find_stress(scenarios)
    assert stress.weight.sum(axis=1) == near(np.ones(len(case.horizon.years)))
    split, _ = quantities.stressed_draw(scenarios, stress)
    for name in worlds.COMPARED:
        x = scenarios.point(name)
        drawn = (scenarios.layout.draw.of(x).sum(axis=0) * stress.weight).sum(axis=1)
        assert split.intervention.by_year(x) + split.rest.by_year(x) == near(drawn, 1.0)

    tokens = measures.series(scenarios, scenarios.split(linear_measure.tokens)).whole
    energy = measures.series(scenarios, scenarios.split(linear_measure.energy)).whole
    why = factors(tokens, energy)
    if why.work is not None and why.energy_ratio is not None:
        assert why.work * why.energy_ratio == near(energy.displacement)

    peak = measures.series(scenarios, *measures.peak(scenarios))
    highest = measures.change_of_maximum_mw(scenarios)
    for y, (year, at_peak) in enumerate(zip(case.horizon.years, peak.by_year, strict=True)):
        before, after = without.loads(year), with_it.loads(year)
        assert at_peak.rest_without == near(before.max())
        at_highest = after[before >= before.max() - 1e-9]
        assert np.abs(at_highest - at_peak.rest_with - at_peak.intervention).min() == near(0)
        assert highest[y] == near(after.max() - before.max())


@SOME
@any_scenarios
def test_a_less_constrained_world_has_at_least_the_same_welfare(
    instance: Instance, intervention: str
) -> None:
    # A campus that may stay closed: an existing one costs something in the worlds that have it.
    check_order(solved(changed(instance, {"sites.O.existing": False}), intervention), GAP)


def check_order(scenarios: SolvedScenarios, gap: float) -> None:
    """What one world allows, the other allows too; each is within its gap of its optimum."""
    welfare = {
        name: world.welfare_kusd(scenarios.point(name)) for name, world in scenarios.worlds.items()
    }
    cost = {
        name: program.system_cost.value(scenarios.point(name))
        for name, program in scenarios.programs.items()
    }
    for less, more in (
        (worlds.FIXED_SERVICE, worlds.WITH_INTERVENTION),
        (worlds.BASELINE, worlds.WITH_INTERVENTION),
        (worlds.BASELINE, worlds.FIXED_SERVICE),
        (worlds.BASELINE, worlds.UNCONSTRAINED_GRID),
    ):
        slack = gap * abs(cost[more]) + 1e-7 * abs(welfare[more]) + 1e-6
        assert welfare[less] <= welfare[more] + slack, f"W({less}) above W({more})"
    for name, outcome in scenarios.outcomes.items():
        check_feasible(scenarios.programs[name], scenarios.point(name))
        assert scenarios.worlds[name].gap(scenarios.point(name), outcome.bound) <= gap
        assert outcome.bound >= welfare[name] - 1e-6 * abs(welfare[name]) - 1e-6


@SOME
@any_scenarios
def test_compared_worlds_share_the_demand_steps(instance: Instance, intervention: str) -> None:
    """Every column has the same value in both worlds that are compared."""
    programs = solved(instance, intervention).programs
    first, second = (programs[world].objective for world in worlds.COMPARED)
    assert np.array_equal(first, second)


def check_feasible(program: Program, x: np.ndarray) -> None:
    """A world's point satisfies its own program: bounds, rows and integers."""
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
