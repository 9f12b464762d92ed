"""Output: results on stdout, everything else on stderr."""

import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from optimizer.report.display_table import DisplayTable

WIDTH = 100
"""Width if the output is not a terminal and COLUMNS is not set."""


class Terminal:
    """Where a command prints.

    Parameters
    ----------
    as_json : bool
        Print one JSON document on stdout instead of text.
    quiet : bool
        Leave out notes and progress.
    """

    def __init__(self, as_json: bool, quiet: bool) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.out = _screen(sys.stdout)
        self.err = _screen(sys.stderr)

    def say(self, *paragraphs: str | None) -> None:
        """Print paragraphs of the result, wrapped, unless it is printed as JSON."""
        for text in filter(None, paragraphs if not self.as_json else ()):
            self._print(Text(text))

    def say_unwrapped(self, text: str) -> None:
        """Print lines of the result that are to be copied: whole, however long they are."""
        if not self.as_json:
            _write(sys.stdout, text)

    def show(self, *tables: DisplayTable | None) -> None:
        """Print tables of the result, unless it is printed as JSON."""
        for table in filter(None, tables if not self.as_json else ()):
            self._print(Text("\n" + table.title, style="bold"))
            if table.rows:
                width = self.out.width
                for number, piece in enumerate(table.pieces(width)):
                    if number:
                        self._print(Text())
                    self._print(_rendered(piece, width))
            if table.note:
                self._print(Padding(Text(table.note, style="dim"), (0, 0, 0, 2)))

    def _print(self, content: RenderableType) -> None:
        with self.out.capture() as printed:
            self.out.print(content)
        _write(sys.stdout, "\n".join(line.rstrip() for line in printed.get().splitlines()))

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the JSON document of the result, if JSON is asked for."""
        if self.as_json:
            _write(sys.stdout, json.dumps(content, indent=2, allow_nan=False))

    def note(self, text: str) -> None:
        """Print a note on stderr unless quiet."""
        if not self.quiet:
            _write(sys.stderr, text)

    def complain(self, text: str) -> None:
        """Print an error on stderr."""
        _write(sys.stderr, text)


def _screen(stream: IO[str]) -> Console:
    known = stream.isatty() or "COLUMNS" in os.environ
    return Console(file=stream, width=None if known else WIDTH, highlight=False, markup=False)


def _write(stream: IO[str], text: str) -> None:
    """Write lines; a reader that leaves (``| head``) is no error, and nothing more is written."""
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _rendered(table: DisplayTable, width: int) -> RichTable:
    rich = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    widths = table.widths(width)
    for position, heading in enumerate(table.columns):
        in_words = position in table.words
        rich.add_column(
            Text(heading),
            justify="left" if in_words else "right",
            no_wrap=not in_words,
            overflow="fold",
            width=widths[position],
        )
    for row in table.rows:
        rich.add_row(*(Text(cell) for cell in row))
    return rich
