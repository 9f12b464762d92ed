"""Tables fit the terminal, and no id is broken across lines."""

import re

import pytest

from optimizer.cli.terminal import Terminal
from optimizer.report.display_table import DisplayTable

SITES = ("northern-virginia-campus-7", "AEP-edge", "homer-city")
WHAT = ("gas-turbine-34mw: installed capacity, MW", "b200-node (pods of 128)", "site opens")
YEARS = ("2026", "2027", "2028", "2029", "2030")
LOADS = tuple(f"{1000 + n:,} / {9000 + n:,} *" for n in range(len(YEARS)))
WIDE = DisplayTable(
    "Load",
    ("site", "what", *YEARS, "direction"),
    tuple((site, what, *LOADS, "relieved") for site, what in zip(SITES, WHAT, strict=True)),
    words=(0, 1, 7),
)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_id_and_number_is_printed_whole(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    Terminal(as_json=False, quiet=True).show(WIDE)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for whole in (*SITES, "gas-turbine-34mw:", "b200-node", *YEARS, *LOADS, "relieved"):
        assert re.search(rf"(^| ){re.escape(whole)}( |$)", text, re.MULTILINE), whole


def test_a_table_that_fits_is_one_piece() -> None:
    assert WIDE.pieces(200) == (WIDE,)
    narrow = DisplayTable("Run", ("", ""), (("options", "gap 0.001, backend highs"),), (0, 1))
    assert narrow.pieces(20) == (narrow,)


def test_pieces_repeat_the_names_and_share_the_numbers() -> None:
    pieces = WIDE.pieces(80)
    assert all(piece.columns[:2] == ("site", "what") for piece in pieces)
    assert [name for piece in pieces for name in piece.columns[2:]] == [*YEARS, "direction"]
    assert pieces[-1].words == (0, 1, len(pieces[-1].columns) - 1)
