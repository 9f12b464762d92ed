"""Charts: JSON that breaks out of nothing, and text that is no tag."""

import math

import pytest

from optimizer.report.page.charts.chart import INK, Chart, axis, charts, label, legend
from tests.report.page.reading import Page

TRACE = {"type": "bar", "x": ["</script><script>alert(1)</script>", "<!--"], "y": [1, 2]}


def test_no_text_ends_the_script_that_holds_the_data() -> None:
    made = charts([Chart("a", "told", (TRACE,))])
    page = Page(made)
    assert page.scripts == []
    assert page.specs[0]["data"] == [TRACE]


def test_words_in_place_of_the_drawing() -> None:
    page = Page(charts([Chart("MW", "AEP: 3 MW", (TRACE,))]))
    assert ("div", "role", "img") in page.attributes
    assert ("div", "aria-label", "AEP: 3 MW") in page.attributes


def test_a_label_is_text_to_the_library_too() -> None:
    assert label("<a href='x'>b</a> & c") == "&lt;a href='x'&gt;b&lt;/a&gt; &amp; c"
    assert axis("<b>")["title"]["text"] == "&lt;b&gt;"


def test_more_figures_than_a_screen_shows_are_rounded_away() -> None:
    spec = Page(charts([Chart("", "", ({"y": [1 / 3, 12345678.9, 2, None, True]},))])).specs[0]
    assert spec["data"] == [{"y": [0.3333333, 12345680.0, 2, None, True]}]


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        charts([Chart("", "", ({"y": [math.inf]},))])


@pytest.mark.parametrize(("count", "name"), [(1, "wide"), (3, "quarters"), (5, "panels")])
def test_the_fewer_the_larger(count: int, name: str) -> None:
    made = charts([Chart("", "", ())] * count)
    assert made.startswith(f'<div class="{name}">')
    assert charts([]) == ""


def test_a_legend_names_colours_and_the_line_of_the_limit() -> None:
    made = legend([("#123456", "cloud"), (INK, "allowed")])
    assert '<i style="background:#123456"></i>cloud' in made
    assert '<i class="line"></i>allowed' in made
