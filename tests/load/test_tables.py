"""CSV: comments, blank lines, lines of rows, dotted headers."""

from pathlib import Path

import pytest

from optimizer.io.tables import nested, parse_table, read_table

TEXT = """\
# a comment
id,limit_mw.2026,limit_mw.2030,note

# another, with a "quote
A,1,2,"two
lines, one cell"
B,,3,
,,,
"""


def test_rows_have_their_line_numbers() -> None:
    table = parse_table(TEXT, "t.csv")
    assert table.line == 2
    assert table.columns == ("id", "limit_mw.2026", "limit_mw.2030", "note")
    assert [(row.line, row.cells[0]) for row in table.rows] == [(5, "A"), (7, "B")]
    assert not table.problems


def test_dotted_headers_nest_and_empty_cells_are_left_out() -> None:
    table = parse_table(TEXT, "t.csv")
    assert [nested(table.columns, row) for row in table.rows] == [
        {"id": "A", "limit_mw": {2026: "1", 2030: "2"}, "note": "two\nlines, one cell"},
        {"id": "B", "limit_mw": {2030: "3"}},
    ]


@pytest.mark.parametrize("header", ["a,a.2026", "a.2026,a"])
def test_a_value_and_a_value_below_it_are_refused(header: str) -> None:
    table = parse_table(f"{header}\n1,2\n1,\n,2\n", "t.csv")
    both, *apart = table.rows
    with pytest.raises(ValueError, match="given"):
        nested(table.columns, both)
    assert sorted(map(str, (nested(table.columns, row) for row in apart))) == [
        "{'a': '1'}" if header == "a,a.2026" else "{'a': '2'}",
        "{'a': {2026: '2'}}" if header == "a,a.2026" else "{'a': {2026: '1'}}",
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a,b\n1\n1,2,3\n", ["t.csv:2: 1 cells; the header has 2 columns",
                            "t.csv:3: 3 cells; the header has 2 columns"]),
        ("a,b,a\n", ["t.csv:1: a: column is given twice"]),
        ("a,,b\n1,2,3\n", ["t.csv:1: column 2 has no name"]),
        ("a,b;c\n1,2,3\n", ["t.csv:1: columns are separated by commas and semicolons; separate"
                            " them by commas, semicolons or tabs, the same throughout"]),
        ('a,b\n1,"2\n', ["t.csv:2: is not valid CSV: a quote that opens a cell in this row is"
                         " never closed"]),
        ("# only a comment\n", ["t.csv: has no header"]),
    ],
)  # fmt: skip
def test_invalid_tables_are_reported(text: str, problems: list[str]) -> None:
    assert [str(problem) for problem in parse_table(text, "t.csv").problems] == problems


def test_an_unreadable_table_has_no_header(tmp_path: Path) -> None:
    for name, content, message in (
        ("binary", b"a\0b", "t.csv: expected a text file, got a binary file"),
        (
            "latin",
            "a\né\n".encode("latin-1"),
            't.csv:2: is not UTF-8 text; in a spreadsheet, save it as "CSV UTF-8"',
        ),
        ("empty", b" \n", "t.csv: is empty"),
    ):
        (tmp_path / name).write_bytes(content)
        table = read_table(tmp_path / name, "t.csv")
        assert table.line is None
        assert [str(problem) for problem in table.problems] == [message]
    (problem,) = read_table(tmp_path / "none", "t.csv").problems
    assert str(problem) == "t.csv: no such file"
