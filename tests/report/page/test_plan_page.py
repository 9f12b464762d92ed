"""The page of a plan: it says what the printout says, loads nothing, and is the same every time."""

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest

from optimizer.plan.plan import Plan
from optimizer.plan.saved import load_plan
from optimizer.report.page.plan_page import plan_page, write_plan_page
from optimizer.report.tables.plan import plan_tables, run, status_in_words
from tests.report.made import without_point
from tests.report.page.conftest import renamed
from tests.report.page.reading import Page, flat

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"&"


def test_every_table_of_the_printout_is_on_the_page(plan: Plan) -> None:
    text = Page(plan_page(plan)).text
    assert flat(status_in_words(plan)) in text
    for table in (*plan_tables(plan), run(plan.run)):
        assert flat(table.title) in text
        assert flat(table.note) in text
        for row in table.rows:
            for cell in row:
                # A star stands beside its figure, in an element of its own.
                assert flat(cell.removesuffix("*")) in text, (table.title, cell)


def test_the_proof_and_how_to_check_it(plan: Plan) -> None:
    text = Page(plan_page(plan)).text
    assert "of system cost: the best plan is at most" in text
    assert "optimizer verify DIR" in text
    assert plan.run.digest in text


def test_every_chart_is_one_that_the_library_knows(plan: Plan) -> None:
    specs = Page(plan_page(plan)).specs
    assert len(specs) >= 6
    for spec in specs:
        go.Figure(spec)  # refuses any property that there is not
    with pytest.raises(ValueError, match="Invalid property"):
        go.Figure({"data": [{"type": "bar", "colour": "red"}]})


def test_every_chart_has_words_in_its_place(plan: Plan) -> None:
    page = Page(plan_page(plan))
    told = [value for tag, name, value in page.attributes if (tag, name) == ("div", "aria-label")]
    assert len(told) == len(page.specs)
    assert all(len(one) > 20 for one in told)


def test_nothing_is_loaded(plan: Plan) -> None:
    page = Page(plan_page(plan))
    assert page.loaded == []
    assert not re.search(r"https?:|fetch|import|XMLHttp|WebSocket", "".join(page.own_scripts))
    assert not re.search(r"https?:", page.text + "".join(page.styles) + str(page.specs))
    assert not {"link", "iframe", "object", "embed", "base", "form"} & set(page.tags)


def test_names_are_text(plan: Plan) -> None:
    hostile = Page(plan_page(renamed(plan, HOSTILE)))
    usual = Page(plan_page(renamed(plan, "a name")))
    assert hostile.text.count(flat(HOSTILE)) == usual.text.count("a name") > 5
    assert hostile.tags == usual.tags
    assert hostile.own_scripts == usual.own_scripts
    assert hostile.loaded == []
    # The library reads tags in what it draws.
    assert "<script>" not in str(hostile.specs)
    assert "&lt;script&gt;" in str(hostile.specs)


def test_the_same_plan_gives_the_same_bytes(plan: Plan, saved_plan: Path) -> None:
    first = write_plan_page(plan, saved_plan)
    written = first.read_bytes()
    assert write_plan_page(load_plan(saved_plan), saved_plan).read_bytes() == written
    assert first == saved_plan / "report.html"
    assert not list(saved_plan.glob("*.part"))


@pytest.mark.parametrize("status", ["infeasible", "time_limit", "interrupted"])
def test_without_a_plan_the_page_says_so_and_shows_no_figure(status: str) -> None:
    none = without_point(status)
    page = Page(plan_page(none))
    assert status_in_words(none) in page.text
    assert page.specs == []
    assert "$" not in page.text
    assert "MW" not in page.text
    assert "verify" not in page.text


def test_a_page_that_cannot_be_made_leaves_the_old_one(
    plan: Plan, saved_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved_plan / "report.html"
    file.write_text("old")

    def stops(self: Path, target: Path) -> Path:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", stops)
    with pytest.raises(OSError, match="full"):
        write_plan_page(plan, saved_plan)
    assert file.read_text() == "old"
    assert not list(saved_plan.glob("*.part"))
