"""The headline: its parts, and every sentence, from figures written down by hand."""

from typing import Any

import numpy as np
import pytest

from optimizer.counterfactual.factors import factors
from optimizer.counterfactual.flip import Flip
from optimizer.counterfactual.headline import headline
from optimizer.counterfactual.headline_parts import Amounts, Headline, differences
from optimizer.counterfactual.measures import ClassWork, Measure
from optimizer.counterfactual.stress import StressHour
from optimizer.counterfactual.verdict import Bounds, MeasureVerdict, Verdicts, judge
from tests.counterfactual.cases import ask, two_sites


def measure(without: float, with_it: float, new: float) -> Measure:
    return Measure((without - with_it) / new if new else None, without, with_it, new)


def verdict(measure: Measure, wide: float = 0.0) -> MeasureVerdict:
    d = measure.displacement
    if d is None:
        return MeasureVerdict("carries none")
    return MeasureVerdict(judge(d, d - wide, d + wide), d, Bounds(d - wide, d + wide))


def made(
    tokens: Measure,
    energy: Measure,
    draw: Measure | None = None,
    stress: Measure | None = None,
    wide: float = 0.0,
    **more: Any,
) -> Headline:
    """Headline of edge; grid draw is site energy, and so is stress, in MW, unless given."""
    draw = draw or energy
    stress = stress or Measure(draw.displacement, *(x / 8760 for x in _amounts(draw)))
    amounts = Amounts(tokens, energy, draw, stress)
    verdicts = Verdicts(*(verdict(each, wide) for each in (tokens, energy, draw, stress)))
    rest: dict[str, Any] = {"flip": None, "differs": (), "forced_by": (), "stress_hours": ()}
    return headline(
        "edge", "In 2026", amounts, verdicts, factors(tokens, energy), **{**rest, **more}
    )


def _amounts(measure: Measure) -> tuple[float, float, float]:
    return measure.rest_without, measure.rest_with, measure.intervention


FULL = made(measure(1000, 600, 400), measure(100, 60, 160))
"""Edge carries 400 Gtok that the rest would have carried, at four times the energy."""


def test_full_replacement_at_four_times_the_energy_says_both() -> None:
    assert FULL.lines == (
        "Edge replaces all of the work it carries (work D = 1.00, substitutes).",
        "In 2026, site energy rises by 120 MWh (energy D = 0.25, mostly adds).",
        "Grid draw rises by 120 MWh (grid D = 0.25, mostly adds); at the hours of grid stress it"
        " rises by 0.0137 MW (stress D = 0.25, mostly adds).",
        "Edge needs 4 times the energy per token: 0.400 MWh/Gtok, against 0.100 saved elsewhere"
        " for each Gtok given up; energy D = 1.00 x 0.25 = 0.25.",
    )


def test_parts_add_up() -> None:
    work, load, why = FULL.work, FULL.load, FULL.factors
    assert work is not None
    assert load is not None
    assert why is not None
    assert (work.gtok, work.replaced_gtok, work.new_gtok) == (400, 400, 0)
    assert (load.energy_mwh, load.grid_mwh) == (120, 120)
    assert load.stress_mw == pytest.approx(120 / 8760)
    assert np.prod([why.work, why.energy_ratio]) == pytest.approx(load.energy)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (measure(1000, 1000, 400), "All of the work that edge carries is new: the rest gives up"
         " none of its own (work D = 0.00, adds)."),
        (measure(1000, 800, 400), "Edge replaces 50% of the work it carries; the other 50% is new"
         " (work D = 0.50, mixed)."),
        (measure(1000, 480, 400), "Edge replaces more work than it carries: the rest serves 130"
         " tokens fewer for every 100 of its own (work D = 1.30, over-displaces)."),
        (measure(1000, 1080, 400), "All of the work that edge carries is new, and for every 100 of"
         " its tokens the rest serves 20 more (work D = -0.20, amplifies)."),
        (measure(1000, 601, 400), "Edge replaces 99.8% of the work it carries; the other 0.2% is"
         " new (work D = 1.00, substitutes)."),
        (measure(1000, 1000, 0), "Edge carries no work."),
    ],
)  # fmt: skip
def test_work_is_replaced_or_new(tokens: Measure, said: str) -> None:
    assert made(tokens, measure(100, 60, 80)).lines[0] == said


@pytest.mark.parametrize(
    ("tokens", "energy", "said"),
    [
        (measure(100, 50, 100), measure(100, 50, 50), "Edge needs 0.5 times the energy per token:"
         " 0.50 MWh/Gtok, against 1.00 saved elsewhere for each Gtok given up; energy D = 0.50 x"
         " 2.00 = 1.00."),
        (measure(100, 50, 50), measure(100, 50, 50), "Edge needs the same energy per token:"
         " 1.00 MWh/Gtok, against 1.00 saved elsewhere for each Gtok given up; energy D = 1.00 x"
         " 1.00 = 1.00."),
        (measure(100, 50, 100), measure(100, 150, 50), "Energy per token: 0.50 MWh/Gtok by edge;"
         " energy of the rest rises by 1.00 MWh for each Gtok that it gives up, so energy D = 0.50"
         " x -2.00 = -1.00."),
        (measure(100, 120, 100), measure(100, 110, 50), "Energy per token: 0.500 MWh/Gtok by edge;"
         " energy of the rest rises by 0.500 MWh for each Gtok that it takes on, so energy D ="
         " -0.20 x 1.00 = -0.20."),
        (measure(100, 100, 100), measure(100, 100, 50), "Energy per token: 0.500 MWh/Gtok by edge;"
         " the rest gives up no tokens to compare."),
    ],
)  # fmt: skip
def test_both_factors_are_printed(tokens: Measure, energy: Measure, said: str) -> None:
    assert made(tokens, energy).lines[3] == said


def test_an_interval_names_both_ends_and_both_words() -> None:
    lines = made(measure(1000, 600, 400), measure(100, 61, 100), wide=0.05).lines
    assert lines[1] == (
        "In 2026, site energy rises by 61.0 MWh (energy D = 0.39, between 0.34 and 0.44, mostly"
        " adds to mixed)."
    )
    lines = made(measure(1000, 600, 400), measure(100, 60, 100), wide=0.5).lines
    assert lines[1].endswith(
        "(energy D = 0.40 at the plans found, from -0.10 to 0.90 at these builds: undetermined)."
    )


def test_without_an_interval_nothing_is_claimed() -> None:
    tokens, energy = measure(1000, 800, 400), measure(100, 60, 100)
    unknown = Verdicts(
        *(MeasureVerdict("undetermined", m.displacement) for m in (tokens, *3 * [energy]))
    )
    amounts = Amounts(tokens, energy, energy, None)
    lines = headline(
        "edge", "In 2026", amounts, unknown, factors(tokens, energy), None, (), (), ()
    ).lines
    assert lines[1] == (
        "In 2026, site energy rises by 60.0 MWh (energy D = 0.40 at the plans found, undetermined:"
        " no interval)."
    )
    assert lines[2].startswith("Grid draw rises by 60.0 MWh (grid D = 0.40")
    assert "stress" not in lines[2]


def test_limits_that_force_it_and_hours_of_stress_are_named() -> None:
    hours = (
        StressHour(2026, "RTO", 1, 0, 4.0, 9.0),
        StressHour(2027, "DOM", 200, 17, 4.0, 0.0, tightest=True),
    )
    lines = made(
        measure(1000, 600, 400),
        measure(100, 60, 160),
        forced_by=("DOM", "RTO", "CO2 cap"),
        stress_hours=hours,
    ).lines
    assert lines[1].endswith("mostly adds), forced by the limits in DOM, RTO and the CO2 cap.")
    assert "at the hours of grid stress (DOM, 2027) it rises by" in lines[2]


def test_the_nearest_flip_has_a_line_of_its_own() -> None:
    flip = Flip(
        before="mostly adds", after="mixed", kind="zone", what="DOM", unit="MW", value=16e4,
        distance=400.0, relative_distance=0.0025, confirmed=True,
    )  # fmt: skip
    found = made(measure(1000, 600, 400), measure(100, 60, 160), flip=flip)
    assert found.flip is flip
    assert found.lines[-1] == f"Nearest flip: {flip.phrase}."


def test_years_classes_and_zones_that_differ_are_named() -> None:
    whole = Verdicts(*(verdict(measure(10, 9, 2)) for _ in range(4)))
    other = Verdicts(*(verdict(measure(10, 8, 2)) for _ in range(4)))
    found = differences(
        [(2027, whole), (2028, other)],
        [
            ClassWork("voice", "adds", measure(10, 10, 1)),
            ClassWork("agents", "mixed", measure(10, 9, 2)),
            ClassWork("search", "not used", measure(10, 9, 0)),
        ],
        {"A": -2000.0, "B": 3000.0, "C": 1e-9},
        whole,
        measure(1e4, 9e3, 2e3),
    )
    assert [(each.kind, each.name, each.measure, each.words) for each in found] == [
        *(("year", "2028", name, "substitutes") for name in ("work", "energy", "grid", "stress")),
        ("class", "voice", "work", "adds"),
        ("zone", "A", "grid", "relieved"),
    ]
    lines = made(measure(10, 9, 2), measure(10, 9, 2), differs=found).lines
    assert lines[4:] == (
        "By year it differs: in 2028 work D is 1.00 (substitutes), energy D is 1.00 (substitutes).",
        "By class it differs: for voice work D is 0.00 (adds).",
        "By zone it differs: A is relieved by 2,000 MWh.",
    )


def test_a_year_without_use_is_named_once() -> None:
    whole = Verdicts(*4 * [verdict(measure(10, 9, 2))])
    unused = Verdicts(*4 * [MeasureVerdict("not used")])
    found = differences([(2026, unused), (2027, whole)], (), {}, whole, measure(1, 1, 1))
    lines = made(measure(10, 9, 2), measure(10, 9, 2), differs=found).lines
    assert lines[4] == "By year it differs: in 2026 it is not used."


def test_at_most_four_are_named_and_the_others_are_counted() -> None:
    whole, other = (Verdicts(*4 * [verdict(measure(10, x, 2))]) for x in (9, 8))
    found = differences([(y, other) for y in range(2026, 2032)], (), {}, whole, measure(1, 1, 1))
    line = made(measure(10, 9, 2), measure(10, 9, 2), differs=found).lines[4]
    assert len(found) == 6 * 4
    assert "in 2029" in line
    assert line.endswith("; and 2 more.")


def test_what_carries_nothing_of_any_measure_is_not_used() -> None:
    result = ask(two_sites(10, 0))
    assert result.headline.lines == (
        "Edge is not used: it carries less than 0.1% of tokens, of energy and of peak load, so it"
        " displaces nothing.",
    )
    assert result.verdicts.work.words == result.verdicts.stress.words == "not used"


def test_load_without_work_is_used_and_adds() -> None:
    """X serves nothing, but lights and cooling take half a MW whenever it is there."""
    result = ask(two_sites(10, 0, {"sites.X.fixed_load_mw": 0.5}))
    assert result.tokens.intervention == 0
    assert result.energy.intervention == pytest.approx(0.5 * 8760)
    assert result.energy.displacement == pytest.approx(0)
    assert result.tokens.displacement is None
    assert result.verdict.words == "adds"
    assert result.verdicts.work.words == "carries none"
    assert [v.words for _, v in result.verdicts.items()][1:] == ["adds"] * 3
    assert result.headline.lines[:2] == (
        "Edge carries no work.",
        "In 2026, site energy rises by 4,380 MWh (energy D = 0.00, adds).",
    )


def test_years_that_cancel_are_in_the_headline() -> None:
    """In the first year X's work is all new, in the second it takes over the cloud's."""
    years = {"years": [2026, 2027], "days": 1, "hours_per_step": 24}
    scarce = {"zones.Z.limit_mw": {2026: 3, 2027: 100}}
    result = ask(two_sites(10, 2, {"time": years} | scarce))
    first, second = result.by_year
    assert (first.verdict.words, second.verdict.words) == ("adds", "substitutes")
    assert first.verdicts.energy.displacement == pytest.approx(0)
    assert second.verdicts.work.displacement == pytest.approx(1)
    assert result.verdict.words == "mixed"
    differs = {(each.name, each.measure): each.words for each in result.headline.differs}
    assert differs["2026", "energy"] == "adds"
    assert differs["2027", "energy"] == "substitutes"
    line = next(line for line in result.headline.lines if line.startswith("By year"))
    assert "in 2026 work D is 0.00 (adds)" in line
    assert "in 2027 work D is 1.00" in line
