"""The document: what it may run, and that it loads nothing."""

import base64
import hashlib
import re

from plotly.offline import get_plotlyjs

from optimizer.report.page.charts.chart import Chart, charts
from optimizer.report.page.document import Section, document
from optimizer.report.page.html import Html, element
from tests.report.page.reading import Page

DRAWN = Section("s", "Drawn", charts([Chart("t", "told", ({"type": "bar", "x": [1], "y": [2]},))]))
WORDS = Section("w", "Words", element("p", "text"))


def policy(page: Page) -> str:
    return next(value for _, name, value in page.attributes if "default-src" in value)


def test_only_the_scripts_of_the_page_may_run() -> None:
    page = Page(document("t", Html(), [DRAWN, WORDS]))
    digests = [hashlib.sha256(code.encode()).digest() for code in page.scripts]
    expected = {f"sha256-{base64.b64encode(one).decode()}" for one in digests}
    assert len(expected) == 2
    assert set(re.findall(r"'(sha256-[^']+)'", policy(page))) == expected
    assert policy(page).startswith("default-src 'none'; ")
    assert "unsafe-inline'; script-src 'sha256-" in policy(page)


def test_the_library_comes_once_and_ends_no_script() -> None:
    page = Page(document("t", Html(), [DRAWN, Section("s2", "Again", DRAWN.content)]))
    assert page.scripts.count(get_plotlyjs()) == 1
    assert "</script" not in get_plotlyjs().lower()
    assert len(page.specs) == 2


def test_without_charts_there_is_no_script() -> None:
    page = Page(document("t", Html(), [WORDS]))
    assert page.scripts == []
    assert "script-src 'none'" in policy(page)


def test_sections_without_content_are_left_out() -> None:
    page = Page(document("t", Html(), [WORDS, Section("n", "Nothing", Html())]))
    assert "Nothing" not in page.text
    assert ("a", "href", "#w") in page.attributes
    assert ("section", "id", "w") in page.attributes


def test_the_check_for_what_is_loaded_can_fail() -> None:
    bad = '<img src="http://a/b.png"><style>@import "x"; p { background: url(y) }</style>'
    assert Page(bad).loaded == ["http://a/b.png", '@import "x"', "url(y)"]
