"""Elements, escaping and tables."""

import pytest

from optimizer.report.display_table import DisplayTable
from optimizer.report.page.html import Html, as_table, element, paragraphs
from tests.report.page.reading import Page


def test_text_is_escaped_and_html_is_not() -> None:
    inner = element("b", "a < b & 'c'")
    assert element("p", "<i>", inner) == "<p>&lt;i&gt;<b>a &lt; b &amp; &#x27;c&#x27;</b></p>"


@pytest.mark.parametrize("value", ['" onload="x', "<script>", "&"])
def test_an_attribute_holds_any_text(value: str) -> None:
    assert Page(element("p", title=value)).attributes == [("p", "title", value)]


def test_names_of_attributes() -> None:
    made = element("p", class_="a", aria_label="b", title=None)
    assert made == '<p class="a" aria-label="b"></p>'


def test_what_is_joined_by_hand_is_text_again() -> None:
    assert element("p", "x" + Html("<b>")) == "<p>x&lt;b&gt;</p>"


def test_paragraphs_leave_out_what_is_not_said() -> None:
    assert paragraphs(["one", "", "two"]) == "<p>one</p><p>two</p>"


def test_a_table_has_headings_of_rows_and_columns() -> None:
    table = DisplayTable(
        "MW drawn", ("zone", "2026"), (("A", "3 *"), ("B", "12  ")), note="* full."
    )
    made = as_table(table)
    assert '<th scope="col">zone</th><th scope="col" class="n">2026</th>' in made
    assert '<th scope="row">A</th><td class="n">3<sup>*</sup></td>' in made
    assert '<th scope="row">B</th><td class="n">12</td>' in made
    assert Page(made).text == "MW drawn zone 2026 A 3 * B 12 * full."
    assert ("table", "aria-label", "MW drawn") in Page(made).attributes


def test_a_star_among_words_stays_where_it_is() -> None:
    assert "<td>see *</td>" in as_table(
        DisplayTable("", ("a", "b"), (("x", "see *"),), words=(0, 1))
    )


def test_a_table_without_rows_is_its_title_and_note() -> None:
    made = as_table(DisplayTable("Built", note="Nothing is built."))
    assert Page(made).text == "Built Nothing is built."
    assert "table" not in Page(made).tags
