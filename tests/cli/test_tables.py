"""Tables on a terminal: ids and figures stay whole, and lines fit."""

import re

import pytest

from optimizer.cli.terminal import Terminal
from optimizer.report.display_table import DisplayTable

HEADINGS = ("scenario", "status", "edge: verdict", "energy D of edge", "interval", "welfare, $")


def printed(
    name: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """One row of a scenario with this name, in a terminal of this width."""
    monkeypatch.setenv("COLUMNS", str(width))
    row = (name, "solved", "adds to mostly adds", "0.19", "0.18", "4,686")
    Terminal(as_json=False, quiet=True).show(DisplayTable("T", HEADINGS, (row,), words=(0, 1, 2)))
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 96, 120])
def test_ids_and_figures_are_never_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed("base/phones=20000000/draw-04", width, monkeypatch, capsys)
    assert "base/phones=20000000/draw-04   solved " in out
    assert re.search(r"0.19 +0.18 +4,686\n", out)
    assert max(map(len, out.splitlines())) <= width


def test_only_a_word_too_long_for_its_line_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed("x" * 90, 80, monkeypatch, capsys)
    assert out.count("x") == 90
    assert re.search(r"0.19 +0.18 +4,686\n", out)
    assert max(map(len, out.splitlines())) <= 80
