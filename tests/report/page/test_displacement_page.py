"""The page of an intervention: verdict first, the printout's words, and old folders too."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from optimizer.counterfactual.attribution import Attribution, Terms
from optimizer.counterfactual.measures import Measure
from optimizer.counterfactual.result_records import World
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.saved import load_displacement
from optimizer.counterfactual.verdict import UNDETERMINED, Bounds
from optimizer.report.page.charts.chart import DOWN, INTERVENTION, REST, UP
from optimizer.report.page.charts.displacement_bars import cause_bars, worlds_bars, zone_bars
from optimizer.report.page.charts.figure_along import years_of_d
from optimizer.report.page.displacement_page import displacement_page, write_displacement_page
from optimizer.report.tables.displacement import by_year, causes, measures, worlds
from optimizer.report.tables.displacement_sentences import (
    elasticity_sentence,
    proof_sentence,
    refill_sentences,
)
from optimizer.report.tables.displacement_zones import zone_changes
from tests.report.page.conftest import renamed
from tests.report.page.reading import Page, flat

LATER_KEYS = (
    "attribution",
    "proved",
    "proved_interval",
    "elasticity_range",
    "forced_by",
    "mandates_dropped",
    "step_share",
    "seconds",
    *("verdicts", "stress", "stress_hours", "factors", "by_class", "headline"),
)


def specs(html: str) -> list[dict[str, Any]]:
    return Page(html).specs


def unanswered(answer: Displacement) -> Displacement:
    """A comparison whose world 0 has no plan."""
    none = dict.fromkeys(("tokens", "energy", "peak", "draw", "refill", "attribution"))
    return answer.model_copy(
        update={
            "status": "infeasible",
            "words": UNDETERMINED,
            "interval": Bounds(),
            "proved_interval": Bounds(),
            "elasticity_range": (),
            "by_year": (),
            "zones": (),
            "worlds": {"1": answer.worlds["1"], "0": World("infeasible", None, None, None)},
            "plans": {},
            "warnings": ("world 0 (without the intervention) has no plan: infeasible",),
            **none,
        }
    )


def test_the_verdict_comes_first(answer: Displacement) -> None:
    text = Page(displacement_page(answer)).text
    top = text[: text.index("Tokens, energy and peak load")]
    assert " ".join(map(flat, answer.headline.lines)) in top


def test_everything_of_the_printout_is_on_the_page(answer: Displacement) -> None:
    text = Page(displacement_page(answer)).text
    for said in (
        *answer.headline.lines,
        proof_sentence(answer),
        elasticity_sentence(answer),
        refill_sentences(answer),
        *(f"Warning: {warning}." for warning in answer.warnings),
    ):
        assert flat(said) in text
    made = (measures(answer), causes(answer), by_year(answer), *zone_changes(answer))
    for table in (*made, worlds(answer)):
        assert table is not None
        assert flat(table.title) in text
        assert flat(table.note) in text
        for cell in (cell for row in table.rows for cell in row):
            assert flat(cell.removesuffix("*")) in text, (table.title, cell)
    for name in ("0", "1"):
        assert f"optimizer verify DIR/world-{name}" in text


def test_charts_are_ones_that_the_library_knows_and_nothing_is_loaded(answer: Displacement) -> None:
    page = Page(displacement_page(answer))
    assert len(page.specs) >= 4 + 1 + 1 + 2
    for spec in page.specs:
        go.Figure(spec)
    assert page.loaded == []


def test_names_are_text(answer: Displacement) -> None:
    hostile = '</script><script>alert(1)</script><a href="http://x">'
    plans = {name: renamed(plan, hostile) for name, plan in answer.plans.items()}
    changed = answer.model_copy(
        update={
            "intervention": hostile,
            "description": hostile,
            "plans": plans,
            "warnings": (hostile,),
        }
    )
    page, usual = Page(displacement_page(changed)), Page(displacement_page(answer))
    assert len(page.scripts) == len(usual.scripts)
    assert "a" not in set(page.tags) - set(usual.tags)
    assert page.loaded == []
    assert "<script>" not in str(page.specs)


def test_a_saved_comparison_has_the_same_page(answer: Displacement, saved_answer: Path) -> None:
    written = write_displacement_page(answer, saved_answer).read_bytes()
    again = write_displacement_page(load_displacement(saved_answer), saved_answer)
    assert again.read_bytes() == written


def test_a_folder_without_the_newer_keys_has_a_page(
    answer: Displacement, saved_answer: Path
) -> None:
    file = saved_answer / "displacement.json"
    data = json.loads(file.read_text())
    for key in LATER_KEYS:
        del data[key]
    data["format"] = 1  # the tables of the first format are not read
    file.write_text(json.dumps(data))
    old = load_displacement(saved_answer)
    assert old.attribution is None
    text = Page(displacement_page(old)).text
    assert all(flat(line) in text for line in old.headline.lines)
    assert "Change of load by cause" not in text
    assert "Tokens, energy and peak load" in text


def test_without_a_plan_the_page_says_so_and_shows_no_figure(answer: Displacement) -> None:
    none = unanswered(answer)
    page = Page(displacement_page(none))
    assert none.headline.lines[0] in page.text
    assert page.specs == []
    assert not any(unit in page.text for unit in ("MW", "%", "$", "verify"))


def test_the_rest_and_the_intervention_side_by_side(answer: Displacement) -> None:
    energy = Measure(0.5, 400.0, 350.0, 100.0)
    panel = specs(worlds_bars(answer.model_copy(update={"energy": energy})))[1]
    rest, new = panel["data"]
    assert rest["y"] == pytest.approx([400 / 450, 350 / 450])
    assert new["y"] == pytest.approx([0.0, 100 / 450])
    assert (rest["marker"]["color"], new["marker"]["color"]) == (REST, INTERVENTION)
    assert [one["text"] for one in panel["layout"]["annotations"]] == ["400", "350<br>+ 100"]


def with_d(answer: Displacement, *years: tuple[float | None, Bounds]) -> Displacement:
    """The answer with these displacements and intervals by year, and as a whole the first."""
    made = [
        year.model_copy(update={"energy": replace(year.energy, displacement=d), "interval": bounds})
        for year, (d, bounds) in zip(answer.by_year, years, strict=True)
    ]
    assert answer.energy is not None
    whole = replace(answer.energy, displacement=years[0][0])
    return answer.model_copy(
        update={"by_year": tuple(made), "energy": whole, "interval": years[0][1]}
    )


def test_displacement_by_year_with_its_interval_on_the_bands(answer: Displacement) -> None:
    made = with_d(answer, (0.5, Bounds(0.3, 0.55)), (None, Bounds(None, None)))
    (chart,) = specs(years_of_d(made))
    points = chart["data"][0]
    assert (points["x"], points["y"]) == (["all", "2026"], [0.5, 0.5])
    assert points["error_y"]["array"] == pytest.approx([0.05, 0.05])
    assert points["error_y"]["arrayminus"] == pytest.approx([0.2, 0.2])
    assert chart["layout"]["xaxis"]["categoryarray"] == ["all", "2026", "2027"]
    ends = [-0.3, -0.1, 0.1, 0.4, 0.6, 0.9, 1.1, 1.3]
    bands = [(one["y0"], one["y1"]) for one in chart["layout"]["shapes"]]
    assert bands == list(pairwise(ends))
    assert chart["layout"]["yaxis2"]["ticktext"][0] == "amplifies"
    assert chart["layout"]["yaxis2"]["ticktext"][-1] == "over-displaces"


def test_figures_widen_the_range_and_intervals_are_cut(answer: Displacement) -> None:
    made = with_d(answer, (1.0, Bounds(-9.0, 9.0)), (2.5, Bounds(2.5, 2.5)))
    drawn = years_of_d(made)
    (chart,) = specs(drawn)
    assert chart["layout"]["yaxis"]["range"] == pytest.approx([-0.3, 2.6])
    assert "Some intervals extend beyond the range shown" in Page(drawn).text
    inside = with_d(answer, (1.0, Bounds(0.9, 1.1)), (1.0, Bounds(None, None)))
    assert "beyond" not in Page(years_of_d(inside)).text


def test_zones_are_drawn_to_the_side_of_their_change(answer: Displacement) -> None:
    first, second = answer.zones
    zones = (replace(first, mwh=-500.0, mw=-5.0), replace(second, mwh=200.0, mw=2.0))
    changed = answer.model_copy(update={"zones": zones})
    energy_first, energy_second, mw_first, _ = specs(zone_bars(changed))
    assert energy_first["data"][0]["x"] == [-500.0]
    assert energy_first["data"][0]["marker"]["color"] == [DOWN]
    assert energy_second["data"][0]["marker"]["color"] == [UP]
    assert energy_first["layout"]["xaxis"]["range"] == energy_second["layout"]["xaxis"]["range"]
    assert energy_first["data"][0]["hovertext"] == ["Z, 2026: -500 MWh"]
    assert mw_first["data"][0]["x"] == [-5.0]


def test_numerical_noise_has_no_bar(answer: Displacement) -> None:
    first, second = answer.zones
    noise = (replace(first, mwh=-1e-10, mw=0.0), replace(second, mwh=200.0, mw=2.0))
    energy_first, energy_second, *_ = specs(zone_bars(answer.model_copy(update={"zones": noise})))
    assert energy_first["data"][0]["x"] == [0.0]
    assert energy_second["data"][0]["x"] == [200.0]


def test_each_cause_has_a_bar(answer: Displacement) -> None:
    terms = Terms(
        standing=10.0,
        substitution=-100.0,
        unlocked=50.0,
        grid_relief=25.0,
        policy_relief=0.0,
        hardware_relief=0.0,
        price_response=0.0,
        total=-15.0,
    )
    split = Attribution(terms, terms, terms, noise_mwh=0.0, gap=None)
    (chart,) = specs(cause_bars(answer.model_copy(update={"attribution": split})))
    bars = chart["data"][0]
    assert bars["x"] == [0.1, -1.0, 0.5, 0.25, 0.0, 0.0, 0.0, -0.15]
    assert bars["text"][:3] == ["+10", "-100", "+50"]
    assert bars["y"][:2] == ["standing", "substitution"]
    assert cause_bars(answer.model_copy(update={"attribution": None})) == ""
