"""The verdict in words, and the tables of a comparison, from answers written down by hand."""

from dataclasses import replace
from typing import Any

import pytest

from optimizer.counterfactual.measures import Measure, Refill
from optimizer.counterfactual.result_records import World, YearResult, ZoneChange
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.verdict import (
    UNDETERMINED,
    Bounds,
    MeasureVerdict,
    Verdicts,
    band,
    judge,
)
from optimizer.report.numbers import ratio
from optimizer.report.tables.displacement import by_year, measures, worlds
from optimizer.report.tables.displacement_sentences import refill_sentences
from optimizer.report.tables.displacement_zones import zone_changes
from optimizer.units import HOURS_PER_YEAR
from tests.report import made

BASELINE = ("baseline", "without the intervention")
SOLVED = World("optimal", 2.0, 2.0, 0.0)
MW = 100.0
"""Mean load of the intervention in both of the years 2026 and 2027."""


def measure(displacement: float | None, new: float, rest: float) -> Measure:
    gone = 0.0 if displacement is None else displacement * new
    return Measure(displacement, rest, rest - gone, new)


def answer(
    displacement: float | None,
    low: float | None = None,
    high: float | None = None,
    forced: tuple[str, ...] = (),
    refill: Refill | None = None,
    **more: Any,
) -> Displacement:
    """An answer over two years alike, in which `displacement` is that of energy."""
    low, high = low if low is not None else displacement, high if high is not None else displacement
    nan = float("nan")
    words = judge(displacement, nan if low is None else low, nan if high is None else high)
    year = MW * HOURS_PER_YEAR
    series = {
        "tokens": measure(None if displacement is None else 0.5, 2000.0, 40_000.0),
        "energy": measure(displacement, year, 10 * year),
        "peak": measure(displacement, MW, 10 * MW),
        "draw": measure(displacement, year, 10 * year),
        "stress": measure(displacement, MW, 10 * MW),
    }
    bounds = Bounds(low, high)
    verdicts = Verdicts(
        work=MeasureVerdict(
            "not used" if displacement is None else "mixed",
            series["tokens"].displacement,
            Bounds(0.5, 0.5),
        ),
        **dict.fromkeys(("energy", "grid", "stress"), MeasureVerdict(words, displacement, bounds)),
    )
    both = {
        name: replace(
            one,
            rest_without=2 * one.rest_without,
            rest_with=2 * one.rest_with,
            intervention=2 * one.intervention,
        )
        for name, one in series.items()
        if name not in ("peak", "stress")
    }
    common = {
        "forced_by": forced,
        "interval": bounds,
        "verdicts": verdicts,
        "refill": refill or Refill(0.0, 0.0),
    }
    made_answer = Displacement(
        instance="small",
        intervention="edge",
        description="devices",
        status="solved",
        attribution=None,
        by_year=tuple(
            YearResult(year=y, verdict=words, **common, **series, change_of_maximum_mw=-2.5)
            for y in (2026, 2027)
        ),
        zones=(ZoneChange("Z", 2026, -1234.5, 3.0), ZoneChange("Z", 2027, -1e-4, -2.0)),
        worlds=dict.fromkeys(("1", "0", "F", "inf"), SOLVED),
        step_share=0.0125,
        plans={"0": made.plan(), "1": made.plan()},
        seconds={},
        warnings=(),
        peak=series["peak"],
        stress=series["stress"],
        verdict=words,
        **both,
        **common,
    )
    return made_answer.model_copy(update=more)


def without_plan(world: str, status: str) -> Displacement:
    """An answer where a world has no plan."""
    nothing: dict[str, Any] = dict.fromkeys(("tokens", "energy", "peak", "draw", "refill"))
    ended = {"1": SOLVED, world: World(status, None, None, None)}
    return answer(
        None,
        **nothing,
        words=UNDETERMINED,
        status=status,
        by_year=(),
        zones=(),
        worlds=ended,
        step_share=None,
        plans={},
    )


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("infeasible", "infeasible"),
        ("time_limit", "the time limit came first"),
        ("interrupted", "interrupted"),
        ("failed", "the solver stopped without an answer, failed"),
    ],
)
def test_a_world_without_a_plan_is_named(status: str, why: str) -> None:
    ended = without_plan("0", status)
    assert ended.headline.lines == (
        f"Undetermined: baseline (without the intervention) has no plan: {why}.",
    )
    assert measures(ended) is None
    assert by_year(ended) is None
    assert zone_changes(ended) == ()
    assert worlds(ended).rows[1] == (*BASELINE, status, "-", "-")
    assert worlds(ended).note == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.3, "0.30"),
        (-0.001, "0.00"),
        (-0.0, "0.00"),
        (0.9004, "0.9004"),
        (0.8996, "0.90"),
        (1.1001, "1.1001"),
        (-0.1002, "-0.1002"),
        (0.1 + 1e-12, "0.10"),
    ],
)
def test_a_ratio_reads_as_in_its_band(value: float | None, text: str) -> None:
    assert ratio(value) == text
    if value is not None:
        assert band(float(text)) == band(value)


def test_measures_are_side_by_side() -> None:
    table = measures(answer(0.3))
    assert table is not None
    assert table.title == "small: devices, totals for 2026 to 2027"
    assert table.columns == (
        *("", "tokens, Ttok", "site energy, TWh", "grid draw, TWh", "peak, MW", "stress, MW"),
    )
    assert table.rows == (
        ("rest, without it", "80.00", "17.52", "17.52", "1,000", "1,000"),
        ("rest, with it", "78.00", "16.99", "16.99", "970", "970"),
        ("edge", "4.00", "1.75", "1.75", "100", "100"),
        ("displacement D", "0.50", "0.30", "0.30", "0.30", "0.30"),
        ("additionality, 1 - D", "0.50", "0.70", "0.70", "0.70", "0.70"),
        ("attributional share", "4.9%", "9.3%", "9.3%", "9.3%", "9.3%"),
        ("change of peak", "", "", "", "-2.50", ""),
    )
    assert "at the hour of 2026 " in table.note


def test_an_unused_intervention_has_no_ratio() -> None:
    table = measures(answer(None))
    assert table is not None
    assert table.rows[3][1:] == table.rows[4][1:] == ("-",) * 5
    yearly = by_year(answer(None))
    assert yearly is not None
    assert yearly.rows[0] == ("2026", "not used", *("-",) * 6, "")


def test_an_intervention_off_the_grid_draws_nothing() -> None:
    off = answer(0.3)
    assert off.draw is not None
    table = measures(
        off.model_copy(update={"draw": replace(off.draw, displacement=None, intervention=0.0)})
    )
    assert table is not None
    assert [row[3] for row in table.rows[2:6]] == ["0", "-", "-", "0%"]


def test_years_with_their_interval_and_what_forces_them() -> None:
    table = by_year(answer(0.3, 0.25, 0.35, forced=("Z", "RTO")))
    assert table is not None
    assert table.rows[1] == (
        *("2027", "mostly adds", "0.30", "0.25 to 0.35", "0.50", "0.30", "0.30", "0.30", "Z, RTO"),
    )


@pytest.mark.parametrize(
    ("refill", "said"),
    [
        (Refill(7.5, 0.2), "the rest would carry 37.5 MW less on average.  Of that, 7.5 MW are"
         " refilled by other load of the rest (20.0%)."),
        (Refill(1e-9, 1e-9), "would carry 30.0 MW less on average.  None of it is refilled by"
         " other load of the rest."),
        (Refill(-20.0, -2.0), "would carry 10.0 MW less on average.  With price-responsive demand"
         " it carries a further 20.0 MW less: crowded out."),
        (Refill(-30.0, None), "would carry about the same load, so nothing is freed.  With"
         " price-responsive demand it carries a further 30.0 MW less: crowded out."),
        (Refill(5.0, None), "With price-responsive demand it carries 5.0 MW more, although nothing"
         " is freed."),
    ],
)  # fmt: skip
def test_freed_and_refilled_load(refill: Refill, said: str) -> None:
    # With it the rest carries 30 MW less, so fixed service frees 30 MW and what is refilled.
    text = refill_sentences(answer(0.3, refill=refill))
    start = "Serving exactly what the baseline serves (fixed service), the rest would carry "
    assert text.startswith(start)
    assert said in text


def test_zones_are_relieved_or_loaded() -> None:
    energy, peak = zone_changes(answer(0.3))
    assert energy.title.endswith("with it less without it, a year: MWh")
    assert energy.rows == (("Z", "-1,234", "0", "relieved"),)
    assert peak.title.endswith(": MW")
    assert peak.rows == (("Z", "+3.00", "-2.00", "relieved and loaded"),)


def test_the_zones_that_change_most_are_shown() -> None:
    many = tuple(
        ZoneChange(f"z{i:02}", year, 1000.0 * i, float(i)) for i in range(20) for year in made.YEARS
    )
    energy, peak = zone_changes(answer(0.3, zones=many))
    assert [row[0] for row in energy.rows] == [f"z{i:02}" for i in range(5, 20)]
    assert "5 zones that change less are in displacement.json." in peak.note


def test_worlds_show_status_gap_and_builds() -> None:
    known = {
        "1": World("gap_reached", 2.0, 2.1, 0.00051, 3),
        "0": World("optimal", 2.0, 2.0, -1e-16),
    }
    table = worlds(answer(0.3, worlds=known))
    assert table.rows == (
        ("with intervention", "", "gap_reached", "0.051%", "3"),
        (*BASELINE, "optimal", "0%", "-"),
    )
    assert "hold 1.2% of the tokens of edge (target: at most 2%)." in table.note
