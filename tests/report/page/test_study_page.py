"""The page of a study: each kind draws what suits it, and nothing is coloured that is unknown."""

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from optimizer.report.page.charts.bands import band_colours
from optimizer.report.page.study_page import study_page, write_study_page
from optimizer.studies.analysis.scale import DISPLACEMENT
from tests.report.page.reading import Page, flat
from tests.report.studies import (
    EVERY,
    facts,
    of_a_design,
    of_a_line,
    of_a_map,
    of_a_sample,
    of_one_at_a_time,
    of_words,
)
from tests.studies.analysis.made import EMPTY, failed, row, shuffled, table

HOSTILE = "</script><script>alert(1)</script><img src=x>"


def page_of(made_of) -> Page:
    return Page(study_page(*made_of()))


def traces(page: Page, **like: object) -> list[dict[str, Any]]:
    every = [trace for spec in page.specs for trace in spec["data"]]
    return [one for one in every if all(one.get(key) == value for key, value in like.items())]


@pytest.mark.parametrize("made_of", EVERY)
def test_every_kind_is_drawn_in_words_of_the_library(made_of) -> None:
    page = page_of(made_of)
    assert page.specs
    for spec in page.specs:
        go.Figure(spec)  # raises ValueError for a property that plotly.js does not know
        assert not any(trace["type"] in ("heatmap", "contour") for trace in spec["data"])
    assert page.loaded == []
    assert "Scenarios" in page.text


def cells(trace: dict[str, Any]) -> set[tuple[float, float, float]]:
    """Left, right and lower end of each rectangle of a filled trace."""
    x, y = trace["x"], trace["y"]
    assert all(y[at + 2] == y[at + 3] == y[at] + 1 for at in range(0, len(y), 6))
    return {(x[at], x[at + 1], y[at]) for at in range(0, len(x), 6)}


def test_a_cell_has_the_colour_of_its_verdict_and_only_that() -> None:
    filled = {one["fillcolor"]: cells(one) for one in traces(page_of(of_a_map), fill="toself")}
    colours = dict(zip(DISPLACEMENT.names, band_colours(DISPLACEMENT), strict=True))
    # In the lower row x = 0 substitutes; x = -0.2 is not used, -0.5 failed.  In the upper row
    # -0.5 is undetermined, -0.2 mostly substitutes, and 0 is both.
    assert filled == {
        colours["mostly substitutes"]: {(0.5, 1.5, 0.5), (1.5, 2.0, 0.5)},
        colours["substitutes"]: {(1.5, 2.5, -0.5), (2.0, 2.5, 0.5)},
    }


def test_marks_stand_where_there_is_no_colour() -> None:
    page = page_of(of_a_map)
    (marks,) = traces(page, mode="text")
    said = dict(zip(zip(marks["x"], marks["y"], strict=True), marks["text"], strict=True))
    assert said == {
        (0, 0): "×",
        (1, 0): "–",
        (2, 0): "0.95",
        (0, 1): "?",
        (1, 1): "0.75",
        (2, 1): "0.90",
    }
    for words in ("× no answer", "? undetermined", "– not used", "the verdict flips"):
        assert words in page.text
    assert "A cell in two colours" in page.text


def test_a_flip_stands_in_cells_where_it_is_on_the_axes() -> None:
    """From 0.95 at y = 1 to 0.9 at y = 4 the edge is met at the upper cell; around not used it is
    in the middle of two sides, and beside what is unknown there is none."""
    page = page_of(of_a_map)
    (point,) = traces(page, mode="markers")
    assert (point["x"], point["y"]) == ([2.0], [1.0])
    (line,) = [one for one in traces(page, mode="lines") if "fill" not in one]
    assert sorted(zip(line["x"], line["y"], strict=True)) == [(1.0, 0.5), (1.5, 0.0)]


def test_a_line_breaks_where_there_is_no_answer() -> None:
    page = page_of(of_a_line)
    lines = traces(page, mode="lines+markers")
    assert [one["y"] for one in lines] == [[0.5, 0.8, 1.0], [-0.1, None, 0.4]]
    marks = [one["text"] for one in traces(page, mode="text")]
    assert marks == [[], ["×"]]
    assert "× no answer." in page.text


def test_words_stand_side_by_side_and_what_is_not_used_is_marked() -> None:
    page = page_of(of_words)
    (points,) = [one for one in traces(page, mode="markers") if "error_y" in one]
    assert points["x"] == ["none", "caps", "dear"]
    assert points["y"] == [1.0, 0.5, None]
    assert "– not used." in page.text


def test_a_sample_has_shares_quantiles_and_a_tornado() -> None:
    page = page_of(of_a_sample)
    text = page.text
    for words in ("Wilson", "conservative", "39 of 40 draws have one", "SRRC", "time_limit"):
        assert words in text
    (curve,) = [one for one in traces(page, mode="lines") if one["line"].get("shape") == "vh"]
    assert curve["x"][0] == 0
    assert curve["x"][-1] == 100
    assert curve["y"] == sorted(curve["y"])
    assert len(curve["y"]) == 40
    assert "Sobol indices" not in text


def test_a_design_has_sobol_bars_and_no_shares() -> None:
    page = page_of(of_a_design)
    assert "Sobol indices" in page.text
    assert "1 are left out" in page.text
    assert "Wilson" not in page.text
    bars = traces(page, type="bar")
    assert [len(one["y"]) for one in bars] == [3, 3]


def test_one_at_a_time_has_bars_from_base() -> None:
    low, high = traces(page_of(of_one_at_a_time), type="bar")
    assert low["base"] == high["base"] == 0.5
    assert low["y"] == ["b", "a", "c"]
    assert low["x"] == pytest.approx([-0.4, 0.1, 0.0])
    assert high["x"] == pytest.approx([0.4, -0.05, 0.0])


def test_an_analysis_that_cannot_be_made_gives_its_reason() -> None:
    results, told = of_a_sample(5)
    assert "Not available: results: edge_displacement: known in 4 draws: 3 parameters need" in flat(
        Page(study_page(results, told)).text
    )


@pytest.mark.parametrize("made_of", EVERY)
def test_where_all_failed_the_page_has_no_figure(made_of) -> None:
    """The table still holds figures, of which none is shown."""
    results, told = made_of()
    results["status"] = "crashed"
    page = Page(study_page(results, told))
    for one in traces(page):
        if one["type"] == "bar":
            assert one["y"] == ["no answer"]
        else:
            assert one["mode"] == "text"
            assert set(one["text"]) == {"×"}
    assert "0 of" in page.text
    assert "has an answer" in page.text


def test_where_the_answers_columns_never_came_the_plans_are_shown() -> None:
    results, told = of_a_line()
    bare = results.drop(columns=["edge_status", *EMPTY])
    page = Page(study_page(bare, told))
    assert "5 of 6 scenarios have a plan." in page.text
    assert page.specs == []


def test_the_order_of_rows_changes_only_the_table_of_scenarios() -> None:
    results, told = of_a_map()
    one, two = (Page(study_page(each, told)) for each in (results, shuffled(results)))
    assert json.dumps(one.specs) == json.dumps(two.specs)


def test_names_stay_text() -> None:
    rows = [row({HOSTILE: value}, 0.5, case=HOSTILE) for value in ("a", HOSTILE)]
    rows.append(failed(row({HOSTILE: "b"}, 0.5)) | {"reason": HOSTILE})
    told = facts(
        title=HOSTILE,
        description=HOSTILE,
        instance=HOSTILE,
        axes=((HOSTILE, HOSTILE),),
        made=((HOSTILE, HOSTILE),),
    )
    page = Page(study_page(table(rows), told))
    assert "img" not in page.tags
    assert not any("alert" in code for code in page.scripts)


def test_it_is_written_whole(tmp_path: Path) -> None:
    results, told = of_words()
    assert write_study_page(results, told, tmp_path) == tmp_path / "report.html"
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == study_page(results, told)
