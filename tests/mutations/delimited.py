"""Mutations of a CSV table: its columns, rows, cells and separators."""

import csv
import io
from collections.abc import Callable
from random import Random

from tests.mutations.text import Mutation
from tests.mutations.words import misspelt, value

Rows = list[list[str]]


def _of_rows(change: Callable[[Random, Rows], Rows]) -> Mutation:
    def mutate(random: Random, content: bytes) -> bytes:
        text = content.decode("utf-8", "replace").replace("\0", "")
        rows = [row for row in csv.reader(io.StringIO(text)) if row and not row[0].startswith("#")]
        if not rows:
            return content
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(change(random, rows))
        return out.getvalue().encode("utf-8", "surrogatepass")

    mutate.__qualname__ = change.__qualname__
    return mutate


def _column(random: Random, rows: Rows) -> int:
    return random.randrange(len(rows[0]))


def _cell(random: Random, rows: Rows, new: str) -> Rows:
    row = random.choice(rows[1:] or rows)
    row[random.randrange(len(row))] = new
    return rows


def replace_cell(random: Random, rows: Rows) -> Rows:
    return _cell(random, rows, value(random))


def blank_cell(random: Random, rows: Rows) -> Rows:
    return _cell(random, rows, "")


def exchange_cells(random: Random, rows: Rows) -> Rows:
    return _cell(random, rows, random.choice(random.choice(rows)))


def swap_columns(random: Random, rows: Rows) -> Rows:
    """Values that stand below each other's headers."""
    a, b = _column(random, rows), _column(random, rows)
    for row in rows[1:]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return rows


def blank_column(random: Random, rows: Rows) -> Rows:
    at = _column(random, rows)
    return [rows[0], *([*row[:at], "", *row[at + 1 :]] for row in rows[1:])]


def drop_column(random: Random, rows: Rows) -> Rows:
    at = _column(random, rows)
    return [row[:at] + row[at + 1 :] for row in rows]


def double_column(random: Random, rows: Rows) -> Rows:
    at = _column(random, rows)
    return [[*row, *row[at : at + 1]] for row in rows]


def rename_column(random: Random, rows: Rows) -> Rows:
    at = _column(random, rows)
    name = rows[0][at]
    years = (f"{name}.2026", f"{name}.x", f"{name}.2026.1", f"{name}.", f".{name}", f"{name}.0")
    rows[0][at] = random.choice((misspelt(random, name), value(random), *years))
    return rows


def add_cell(random: Random, rows: Rows) -> Rows:
    random.choice(rows).append(value(random))
    return rows


def drop_cell(random: Random, rows: Rows) -> Rows:
    random.choice(rows).pop()
    return rows


def shuffle_rows(random: Random, rows: Rows) -> Rows:
    body = rows[1:]
    random.shuffle(body)
    return [rows[0], *body]


def transpose(random: Random, rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=False)]


def only_header(random: Random, rows: Rows) -> Rows:
    return rows[:1]


def separate(random: Random, content: bytes) -> bytes:
    return content.replace(b",", random.choice((b";", b"\t", b"|", b", ", b",;", b" ")))


def decimal_comma(random: Random, content: bytes) -> bytes:
    return content.replace(b",", b";").replace(b".", b",")


def quote(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + b'"' + content[at:]


CSV: tuple[Mutation, ...] = (
    *map(
        _of_rows,
        (
            replace_cell, replace_cell, replace_cell, blank_cell, blank_cell, exchange_cells,
            swap_columns, blank_column, drop_column, double_column, rename_column, rename_column,
            add_cell, drop_cell, shuffle_rows, transpose, only_header,
        ),
    ),
    separate,
    decimal_comma,
    quote,
)  # fmt: skip
